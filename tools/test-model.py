"""Serves a small model to make test-model: llama-cpp-python's server, which holds a
model to a JSON Schema but wants it under another name than OpenAI gives it."""

import json
import sys

import uvicorn
from llama_cpp.server.app import create_app
from llama_cpp.server.settings import ModelSettings, ServerSettings


def renamed(app):
    """Hands a response_format of OpenAI's json_schema on as this server's json_object."""

    async def wrapped(scope, receive, send):
        if scope["type"] != "http" or not scope["path"].endswith("/chat/completions"):
            return await app(scope, receive, send)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        question = json.loads(body)
        form = question.get("response_format", {})
        if form.get("type") == "json_schema":
            question["response_format"] = {"type": "json_object", "schema": form["json_schema"]["schema"]}
        body = json.dumps(question).encode()
        head = [(k, v) for k, v in scope["headers"] if k != b"content-length"]
        scope = dict(scope, headers=head + [(b"content-length", str(len(body)).encode())])
        sent = False

        async def again():
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await app(scope, again, send)

    return wrapped


weights, port = sys.argv[1], int(sys.argv[2])
server = create_app(
    server_settings=ServerSettings(host="127.0.0.1", port=port),
    model_settings=[ModelSettings(model=weights, model_alias="SmolLM2-135M-Instruct", n_ctx=6144)],
)
uvicorn.run(renamed(server), host="127.0.0.1", port=port)
