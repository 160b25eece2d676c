import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, call, messageOf, onSignedOut, path, query } from "./client";

const server = setupServer();
const base = "http://projectr.test";
// Node's fetch needs a whole address; a browser has the page's.
const realFetch = globalThis.fetch;
const signedOut = vi.fn();

beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  const patched = globalThis.fetch;
  globalThis.fetch = (input, init) => patched(new URL(String(input), base), init);
});
afterEach(() => server.resetHandlers());
afterAll(() => {
  server.close();
  globalThis.fetch = realFetch;
});
beforeEach(() => {
  signedOut.mockReset();
  onSignedOut(signedOut);
});

const answer = (status: number, body: object | null) =>
  server.use(http.all(`${base}/api/v1/thing`, () => HttpResponse.json(body, { status })));

async function failure(...args: Parameters<typeof call>): Promise<ApiError> {
  const error = await call(...args).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("call", () => {
  it.each([202, 204])("takes %i for done, though nothing comes with it", async (status) => {
    server.use(http.post(`${base}/api/v1/thing`, () => new HttpResponse(null, { status })));
    await expect(call("POST", "thing", { a: 1 })).resolves.toBeUndefined();
  });

  it("gives the answer's body and sends JSON", async () => {
    server.use(
      http.post(`${base}/api/v1/thing`, async ({ request }) =>
        HttpResponse.json({ type: request.headers.get("content-type"), got: await request.json() }),
      ),
    );
    await expect(call("POST", "thing", { a: 1 })).resolves.toEqual({
      type: "application/json",
      got: { a: 1 },
    });
  });

  it("gives nothing for 204", async () => {
    server.use(http.delete(`${base}/api/v1/thing`, () => new HttpResponse(null, { status: 204 })));
    await expect(call("DELETE", "thing")).resolves.toBeUndefined();
  });

  it("reads a problem document: code, sentence, fields", async () => {
    answer(422, {
      code: "invalid",
      title: "Invalid",
      detail: "A project needs a name.",
      errors: [
        { location: "body.name", message: "A project needs a name." },
        { location: "body.name", message: "A second word on it." },
      ],
    });
    const error = await failure("POST", "thing", {});
    expect(error).toMatchObject({
      code: "invalid",
      status: 422,
      message: "A project needs a name.",
      fields: { name: "A project needs a name." },
    });
    expect(signedOut).not.toHaveBeenCalled();
  });

  it.each([
    [404, "not_found"],
    [402, "over_limit"],
    [429, "too_many"],
    [503, "unavailable"],
    [500, "internal"],
    [502, "internal"],
  ])("knows status %d without a code as %s", async (status, code) => {
    answer(status, null);
    expect(await failure("GET", "thing")).toMatchObject({ code, status });
  });

  it("says that one is signed out, unless the question was asked as nobody", async () => {
    answer(401, { code: "unknown", detail: "Sign in to go on." });
    await failure("GET", "thing");
    expect(signedOut).toHaveBeenCalledOnce();
    await failure("POST", "thing", {}, { anonymous: true });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("tells a missing network from a refusal", async () => {
    server.use(http.get(`${base}/api/v1/thing`, () => HttpResponse.error()));
    expect(await failure("GET", "thing")).toMatchObject({ code: "offline", status: 0 });
  });

  it("passes on that it was called off", async () => {
    answer(200, {});
    await expect(call("GET", "thing", undefined, { signal: AbortSignal.abort() })).rejects.not.toBeInstanceOf(
      ApiError,
    );
  });
});

it("builds paths and queries that cannot break out", () => {
  expect(path("orgs", "a/b", "emails", "é?")).toBe("orgs/a%2Fb/emails/%C3%A9%3F");
  expect(query({ q: "a&b", limit: 20, after: "", due: undefined, open: false, has: null })).toBe(
    "?q=a%26b&limit=20",
  );
  expect(query({})).toBe("");
});

it("has a sentence for what is no answer of the server", () => {
  expect(messageOf(new ApiError("conflict", 409, "Taken."))).toBe("Taken.");
  expect(messageOf(new TypeError("x is undefined"))).toBe(
    "Something went wrong in this page. Reload it to go on.",
  );
});
