import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { answers, api, me, openApp, project } from "../../test/app";

const server = api();
const unknown = { code: "unknown", detail: "Sign in to go on." };

it("leads a stranger to sign in, and back to where they were going", async () => {
  let known = false;
  server.use(
    http.get("/api/v1/me", () =>
      known ? HttpResponse.json(me) : HttpResponse.json(unknown, { status: 401 }),
    ),
    http.post("/api/v1/session", async ({ request }) => {
      known = ((await request.json()) as { password: string }).password === "correct horse";
      return known
        ? HttpResponse.json(me)
        : HttpResponse.json({ code: "unknown", detail: "Wrong." }, { status: 401 });
    }),
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.changes(),
    answers.actions(),
  );
  const { router } = openApp("/orgs/brennock/actions?who=all");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("Work email"), "dana@brennock.example");
  await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
  expect(await screen.findByText(/do not go together/)).toBeInTheDocument();
  expect(screen.getByLabelText("Work email")).toHaveValue("dana@brennock.example");

  await user.clear(screen.getByLabelText("Password"));
  await user.type(screen.getByLabelText("Password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "My actions", level: 1 })).toBeInTheDocument();
  expect(router.state.location.href).toBe("/orgs/brennock/actions?who=all");
});

it("asks for what is missing before it asks the server", async () => {
  openApp("/sign-in");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Sign in" }));
  expect(screen.getByLabelText("Work email")).toBeInvalid();
  expect(screen.getByLabelText("Work email")).toHaveFocus();
  expect(screen.getByLabelText("Password")).toBeInvalid();
});

it("lets a one-time link set the password", async () => {
  let used: unknown;
  server.use(
    http.post("/api/v1/session/link", async ({ request }) => {
      const body = (await request.json()) as { password?: string };
      if (!body.password)
        return HttpResponse.json({ needs_password: true, email: me.user.email, name: "Dana Orlik" });
      used = body;
      return HttpResponse.json({ needs_password: false, email: "", name: "", ...me });
    }),
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.changes(),
    answers.actions(),
  );
  const { router } = openApp("/welcome/abc.def");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("Password"), "short");
  await user.click(screen.getByRole("button", { name: "Set password and sign in" }));
  expect(screen.getByLabelText("Password")).toBeInvalid();
  expect(used).toBeUndefined();
  await user.type(screen.getByLabelText("Password"), " no longer");
  await user.click(screen.getByRole("button", { name: "Set password and sign in" }));
  await screen.findByRole("heading", { name: "Projects", level: 1 });
  expect(used).toEqual({ token: "abc.def", password: "short no longer", name: "Dana Orlik" });
  expect(router.state.location.pathname).toBe("/orgs/brennock/projects");
});

it("says so when the link was used already", async () => {
  server.use(answers.problem("post", "/api/v1/session/link", 401, { code: "unknown", detail: "Used." }));
  openApp("/welcome/old");
  expect(await screen.findByRole("heading", { name: "This link no longer opens" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Go to sign in" })).toBeInTheDocument();
});

it("asks for the code of an account that has one when its link is opened", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("/api/v1/session/link", async ({ request }) => {
      const body = (await request.json()) as { code?: string };
      sent.push(body);
      return body.code
        ? HttpResponse.json({ needs_password: false, email: me.user.email, name: me.user.name, ...me })
        : HttpResponse.json({ code: "second_factor", detail: "Type the six digits." }, { status: 401 });
    }),
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.changes(),
    answers.actions(),
  );
  openApp("/welcome/abc.def");
  await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
  await screen.findByRole("heading", { name: "Projects", level: 1 });
  expect(sent).toEqual([{ token: "abc.def" }, { token: "abc.def", code: "123456" }]);
});

it("lets whoever has a password in by the link alone", async () => {
  server.use(
    http.post("/api/v1/session/link", () =>
      HttpResponse.json({ needs_password: false, email: me.user.email, name: me.user.name, ...me }),
    ),
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.changes(),
    answers.actions(),
  );
  openApp("/welcome/abc.def");
  expect(await screen.findByRole("heading", { name: "Projects", level: 1 })).toBeInTheDocument();
});
