import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, expect, it, vi } from "vitest";
import { answers, api, me, openApp, project } from "../../test/app";
import { authenticator } from "../../test/authenticator";

const server = api();
afterEach(() => vi.unstubAllGlobals());

function serve(passkeys = true) {
  const sent: unknown[] = [];
  let known = false;
  server.use(
    answers.ways({ passkeys }),
    http.get("/api/v1/me", () =>
      known
        ? HttpResponse.json(me)
        : HttpResponse.json({ code: "unknown", detail: "Sign in to go on." }, { status: 401 }),
    ),
    http.post("/api/v1/session/passkey/start", () => HttpResponse.json({ options: { challenge: "any" } })),
    http.post("/api/v1/session/passkey", async ({ request }) => {
      const body = (await request.json()) as { credential: { id: string } };
      sent.push(body);
      known = body.credential.id === "pk_1";
      return known
        ? HttpResponse.json(me)
        : HttpResponse.json({ code: "unknown", detail: "This passkey opens nothing here." }, { status: 401 });
    }),
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.changes(),
    answers.actions(),
  );
  const { router } = openApp("/orgs/brennock/actions?who=all");
  return { user: userEvent.setup(), router, sent };
}

it("signs in with a passkey and goes on where one was going", async () => {
  authenticator({ show: async () => ({ id: "pk_1" }) });
  const { user, router, sent } = serve();
  await user.click(await screen.findByRole("button", { name: "Sign in with a passkey" }));
  expect(await screen.findByRole("heading", { name: "My actions", level: 1 })).toBeInTheDocument();
  expect(router.state.location.href).toBe("/orgs/brennock/actions?who=all");
  expect(sent).toEqual([{ credential: { id: "pk_1", asked: { challenge: "any" } } }]);
});

it("says so when it opens nothing, and when none was chosen", async () => {
  let show = async (): Promise<object> => ({ id: "pk_other" });
  authenticator({ show: () => show() });
  const { user, sent } = serve();
  const button = await screen.findByRole("button", { name: "Sign in with a passkey" });
  await user.click(button);
  expect(await screen.findByText("This passkey opens nothing here.")).toBeVisible();
  show = () => Promise.reject(new DOMException("", "NotAllowedError"));
  await user.click(button);
  expect(await screen.findByText(/^No passkey was shown/)).toBeVisible();
  expect(sent).toHaveLength(1);
});

it("is not offered where the installation or the browser has none", async () => {
  serve();
  await screen.findByRole("button", { name: "Sign in" });
  expect(screen.queryByRole("button", { name: "Sign in with a passkey" })).toBeNull();
});
