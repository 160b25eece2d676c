import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { InvitationLink } from "../../api/types";
import { answers, api, me, openApp, project } from "../../test/app";

const server = api();
const used = { code: "not_found", detail: "This link was used already or has expired." };
const inside = [
  answers.me,
  answers.org,
  answers.projects(project("p1", "Harrow Point Medical")),
  answers.changes(),
  answers.actions(),
];
const stranger = answers.problem("get", "/api/v1/me", 401, { code: "unknown", detail: "Sign in to go on." });

/** Answers a path and keeps what was sent to it. */
function takes(path: string, answer: (body: Record<string, unknown>) => Response) {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.post(`/api/v1/${path}`, async ({ request }) => {
      const body = (await request.json()) as Record<string, unknown>;
      sent.push(body);
      return answer(body);
    }),
  );
  return sent;
}
const accepted = () => new HttpResponse(null, { status: 202 });
const done = () => new HttpResponse(null, { status: 204 });
const signedIn = () => HttpResponse.json(me);
const problem = (status: number, body: object) => HttpResponse.json(body, { status });
const onProjects = () => screen.findByRole("heading", { name: "Projects", level: 1 });
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

it("mails a link to whoever forgot the password, where mail can be sent", async () => {
  server.use(answers.ways({ mail: true }));
  const sent = takes("password-reset", accepted);
  const { router } = openApp("/sign-in");
  await userEvent.click(await screen.findByRole("link", { name: "Forgot it?" }));
  expect(router.state.location.pathname).toBe("/reset");
  await userEvent.type(await screen.findByLabelText("Work email"), "nobody{Enter}");
  expect(screen.getByLabelText("Work email")).toBeInvalid();
  expect(screen.getByLabelText("Work email")).toHaveFocus();
  expect(sent).toEqual([]);
  await userEvent.type(screen.getByLabelText("Work email"), "@brennock.example{Enter}");
  expect(await screen.findByText(/If nobody@brennock.example has an account/)).toBeInTheDocument();
  expect(sent).toEqual([{ email: "nobody@brennock.example" }]);
});

it("shows no way in that is not there", async () => {
  openApp("/sign-in");
  expect(await screen.findByText(/Open the link in your welcome mail/)).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Forgot it?" })).toBeNull();
  expect(screen.queryByRole("link", { name: "Set up your company" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Email me a sign-in link" })).toBeNull();
});

it("sets a new password by the link, and keeps the secret in no address", async () => {
  const sent = takes("password-reset/confirm", (b) =>
    b.password === "password1234"
      ? problem(422, {
          code: "invalid",
          detail: "Too common.",
          errors: [{ location: "body.password", message: "That password is on lists." }],
        })
      : done(),
  );
  const { router } = openApp("/reset#the.secret");
  await userEvent.type(await screen.findByLabelText("New password"), "short{Enter}");
  expect(screen.getByLabelText("New password")).toBeInvalid();
  expect(sent).toEqual([]);
  expect(router.state.location.href).toBe("/reset");
  await userEvent.clear(screen.getByLabelText("New password"));
  await userEvent.type(screen.getByLabelText("New password"), "password1234{Enter}");
  expect(await screen.findByText("That password is on lists.")).toBeInTheDocument();
  await userEvent.clear(screen.getByLabelText("New password"));
  await userEvent.type(screen.getByLabelText("New password"), " quarry lake in autumn{Enter}");
  expect(await screen.findByRole("heading", { name: "Your password is set" })).toBeInTheDocument();
  expect(sent.at(-1)).toEqual({ token: "the.secret", password: " quarry lake in autumn" });
});

it("says so when the link for a new password was used", async () => {
  takes("password-reset/confirm", () => problem(404, used));
  openApp("/reset#old");
  await userEvent.type(await screen.findByLabelText("New password"), "quarry lake in autumn{Enter}");
  expect(await screen.findByRole("heading", { name: "This link no longer opens" })).toBeInTheDocument();
});

it("asks for a code when the account does, and takes a recovery code too", async () => {
  server.use(...inside);
  const sent = takes("session", ({ code }) => {
    if (code === "abcd-efgh") return signedIn();
    return problem(401, {
      code: "second_factor",
      detail: "That code is not right.",
      errors: [{ location: "body.code", message: "That code is not right." }],
    });
  });
  openApp("/sign-in");
  await userEvent.type(await screen.findByLabelText("Work email"), "dana@brennock.example");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  const code = await screen.findByLabelText("Code");
  expect(code).toHaveFocus();
  expect(code).toBeValid();
  await userEvent.type(code, "000000{Enter}");
  expect(await screen.findByText("That code is not right.")).toBeInTheDocument();
  await userEvent.clear(code);
  await userEvent.type(code, "abcd-efgh{Enter}");
  await onProjects();
  expect(sent.at(-1)).toEqual({
    email: "dana@brennock.example",
    password: "correct horse",
    code: "abcd-efgh",
  });
});

it("mails a link that signs in", async () => {
  server.use(answers.ways({ mail: true }));
  const sent = takes("session/mail", accepted);
  openApp("/sign-in");
  await userEvent.click(await screen.findByRole("button", { name: "Email me a sign-in link" }));
  expect(screen.getByLabelText("Work email")).toBeInvalid();
  await userEvent.type(screen.getByLabelText("Work email"), "dana@brennock.example");
  await press("Email me a sign-in link");
  expect(await screen.findByRole("heading", { name: "Look in your mail" })).toBeInTheDocument();
  expect(sent).toEqual([{ email: "dana@brennock.example" }]);
});

it("signs in by the mailed link only when told to, with a code where one is asked for", async () => {
  server.use(...inside);
  const sent = takes("session/mail/confirm", ({ code }) =>
    code ? signedIn() : problem(401, { code: "second_factor", detail: "Type the six digits." }),
  );
  openApp("/sign-in/link#once");
  await screen.findByRole("heading", { name: "Sign in" });
  expect(sent).toEqual([]);
  await press("Sign in");
  await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
  await onProjects();
  expect(sent).toEqual([{ token: "once" }, { token: "once", code: "123456" }]);
});

it.each([
  ["/verify", "verify", "Your address is confirmed"],
  ["/change-email", "email/confirm", "Your address is changed"],
])("confirms an address at %s", async (page, path, title) => {
  const sent = takes(path, done);
  openApp(`${page}#s.1`);
  await userEvent.click(await screen.findByRole("button", { name: "Confirm address" }));
  expect(await screen.findByRole("heading", { name: title })).toBeInTheDocument();
  expect(sent).toEqual([{ token: "s.1" }]);
});

it.each(["/verify", "/change-email", "/sign-in/link", "/invitation", "/sign-up/confirm"])(
  "says at %s that a link without its secret opens nothing",
  async (page) => {
    server.use(stranger);
    openApp(page);
    expect(await screen.findByRole("heading", { name: "This link no longer opens" })).toBeInTheDocument();
  },
);

const invitation = (more: Partial<InvitationLink> = {}) =>
  takes("invitations/look", () =>
    HttpResponse.json<InvitationLink>({
      organisation: "Brennock Mechanical",
      email: me.user.email,
      role: "viewer",
      has_account: true,
      ...more,
    }),
  );

it("takes somebody new in by an invitation", async () => {
  server.use(stranger);
  invitation({ has_account: false, role: "admin" });
  const sent = takes("invitations/accept", () => {
    server.use(...inside);
    return signedIn();
  });
  openApp("/invitation#inv");
  expect(await screen.findByRole("heading", { name: "Join Brennock Mechanical" })).toBeInTheDocument();
  expect(screen.getByText(/as an admin/)).toBeInTheDocument();
  await press("Accept and sign in");
  expect(screen.getByLabelText("Your name")).toBeInvalid();
  expect(screen.getByLabelText("Password")).toBeInvalid();
  await userEvent.type(screen.getByLabelText("Your name"), "Dana Orlik");
  await userEvent.type(screen.getByLabelText("Password"), "quarry lake in autumn{Enter}");
  await onProjects();
  expect(sent).toEqual([{ token: "inv", name: "Dana Orlik", password: "quarry lake in autumn" }]);
});

it("lets who is signed in accept an invitation by one press", async () => {
  server.use(...inside);
  const looks = invitation();
  const sent = takes("invitations/accept", signedIn);
  openApp("/invitation#inv");
  await userEvent.click(await screen.findByRole("button", { name: "Accept invitation" }));
  await onProjects();
  expect(sent).toEqual([{ token: "inv" }]);
  expect(looks).toHaveLength(1);
});

it("asks an account that is signed out, or another one, to sign in before it accepts", async () => {
  server.use(...inside, http.delete("/api/v1/session", done));
  invitation({ email: "rolf@site.example" });
  const order: string[] = [];
  takes("session", ({ email }) => {
    order.push(`sign in ${email}`);
    return signedIn();
  });
  takes("invitations/accept", () => {
    order.push("accept");
    return signedIn();
  });
  openApp("/invitation#inv");
  expect(await screen.findByText(/is for rolf@site.example, and you are signed in as dana@/)).toBeVisible();
  await press("Sign out and go on");
  await userEvent.type(await screen.findByLabelText("Password"), "correct horse{Enter}");
  await onProjects();
  expect(order).toEqual(["sign in rolf@site.example", "accept"]);
});

it("signs a company up, where anybody may", async () => {
  server.use(answers.ways({ sign_up: "open", mail: true }));
  let taken = true;
  const sent = takes("sign-up", () => {
    if (!taken) return accepted();
    taken = false;
    return problem(409, {
      code: "conflict",
      detail: "That address is taken.",
      errors: [{ location: "body.address", message: "That address is taken. Choose another one." }],
    });
  });
  openApp("/sign-in");
  await userEvent.click(await screen.findByRole("link", { name: "Set up your company" }));
  await userEvent.type(await screen.findByLabelText("Company"), "Brennock Mechanical");
  await userEvent.type(screen.getByLabelText("Mail-in address"), "Brennock");
  await userEvent.type(screen.getByLabelText("Your name"), "Dana Orlik");
  await userEvent.type(screen.getByLabelText("Work email"), "dana@brennock.example");
  await userEvent.type(screen.getByLabelText("Password"), "quarry lake in autumn{Enter}");
  expect(await screen.findByText("That address is taken. Choose another one.")).toBeInTheDocument();
  expect(screen.getByLabelText("Company")).toHaveValue("Brennock Mechanical");
  await userEvent.type(screen.getByLabelText("Mail-in address"), "-ny{Enter}");
  expect(await screen.findByText(/We mailed a link to dana@brennock.example/)).toBeInTheDocument();
  expect(sent.at(-1)).toEqual({
    organisation: "Brennock Mechanical",
    address: "brennock-ny",
    name: "Dana Orlik",
    email: "dana@brennock.example",
    password: "quarry lake in autumn",
    time_zone: "America/New_York",
  });
});

it("offers no sign-up where it is closed", async () => {
  openApp("/sign-up");
  expect(await screen.findByRole("heading", { name: "Sign-up is not open here" })).toBeInTheDocument();
  expect(screen.queryByLabelText("Company")).toBeNull();
});

it("finishes a sign-up by its link", async () => {
  server.use(...inside);
  const looks = takes("sign-up/look", () => HttpResponse.json({ email: me.user.email, invited: false }));
  const sent = takes("sign-up/confirm", signedIn);
  openApp("/sign-up/confirm#up");
  await userEvent.click(await screen.findByRole("button", { name: "Finish and sign in" }));
  expect(sent).toEqual([]);
  await userEvent.type(screen.getByLabelText("Password"), "quarry lake in autumn{Enter}");
  await onProjects();
  expect(sent).toEqual([{ token: "up", password: "quarry lake in autumn" }]);
  expect(looks).toHaveLength(1);
});

it("asks whom an operator invited what the company is", async () => {
  server.use(...inside);
  takes("sign-up/look", () => HttpResponse.json({ email: me.user.email, invited: true }));
  const sent = takes("sign-up/confirm", signedIn);
  openApp("/sign-up/confirm#up");
  await userEvent.type(await screen.findByLabelText("Company"), "Brennock Mechanical{Enter}");
  expect(screen.getByLabelText("Mail-in address")).toBeInvalid();
  expect(sent).toEqual([]);
  await userEvent.type(screen.getByLabelText("Mail-in address"), "brennock");
  await userEvent.type(screen.getByLabelText("Your name"), "Dana Orlik");
  await userEvent.type(screen.getByLabelText("Password"), "quarry lake in autumn{Enter}");
  await onProjects();
  expect(sent).toEqual([
    {
      token: "up",
      organisation: "Brennock Mechanical",
      address: "brennock",
      name: "Dana Orlik",
      password: "quarry lake in autumn",
      time_zone: "America/New_York",
    },
  ]);
});

it("links what whoever runs this says of it, and nothing where they say nothing", async () => {
  server.use(answers.ways({ pages: { privacy: "https://www.firm.example/privacy" } }));
  openApp("/sign-in");
  expect(await screen.findByRole("link", { name: "Privacy" })).toHaveAttribute(
    "href",
    "https://www.firm.example/privacy",
  );
  expect(screen.queryByRole("link", { name: /Terms|Status/ })).toBeNull();
});
