import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { Email, Organisation } from "../../api/types";
import { answers, api, mail, me, openApp, opened, org } from "../../test/app";

const server = api();
const parked = opened(
  mail("em_1", {
    state: "parked",
    subject: "Mail that could not be read",
    warnings: ["This mail could not be read."],
  }),
);
const held = opened(mail("em_2", { state: "held", subject: "Crane slot", verdict: "held" }));
const virus = opened(
  mail("em_3", {
    state: "held",
    verdict: "refused",
    subject: "Invoice",
    why: "A virus was found in it (Eicar): it is kept and never opened. Tell the sender.",
  }),
);
const away = opened(
  mail("em_4", { state: "automatic", automatic: "reply", subject: "Out of office" }),
  "I am on site until Monday.",
);

beforeEach(() =>
  server.use(
    answers.me,
    http.get("/api/v1/orgs/:org", () =>
      HttpResponse.json<Organisation>({ ...org, counts: { ...org.counts, parked: 1, held: 2 } }),
    ),
    answers.projects(),
    answers.actions(),
    answers.unsure(),
  ),
);

it("shows mail that could not be read or is held, with its original", async () => {
  server.use(...answers.mails(parked, held));
  openApp("/orgs/brennock/review?tab=kept");
  const list = await screen.findByRole("list", { name: "Mail that was not read" });
  expect(within(list).getAllByRole("listitem")).toHaveLength(2);
  expect(list).toHaveTextContent("This mail could not be read.");
  expect(list).toHaveTextContent("Held while the organisation is suspended.");
  expect(screen.getByRole("link", { name: "Not read 3" })).toBeVisible();
  expect(within(list).getByRole("link", { name: "Download original: Crane slot" })).toHaveAttribute(
    "href",
    "/api/v1/orgs/brennock/emails/em_2/raw",
  );
});

it("hands nothing of a mail with a virus out, and says why it is kept", async () => {
  server.use(...answers.mails(virus));
  openApp("/orgs/brennock/review?tab=kept");
  const list = await screen.findByRole("list", { name: "Mail that was not read" });
  expect(list).toHaveTextContent("A virus was found in it (Eicar): it is kept and never opened.");
  expect(within(list).queryByRole("link")).toBeNull();
  expect(within(list).queryByRole("button")).toBeNull();
});

it("lists automatic mail, and has one read all the same", async () => {
  let released = "";
  server.use(
    ...answers.mails(away),
    http.post("/api/v1/orgs/:org/emails/:id/release", ({ params }) => {
      released = String(params.id);
      return HttpResponse.json<Email>({ ...away, state: "review" });
    }),
  );
  openApp("/orgs/brennock/review?tab=kept");
  const user = userEvent.setup();
  const list = await screen.findByRole("list", { name: "Automatic mail" });
  expect(list).toHaveTextContent("Automatic reply from Rolf Kester");
  await user.click(within(list).getByRole("button", { name: /Out of office/ }));
  expect(await screen.findByText("I am on site until Monday.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Read it all the same" }));
  expect(await screen.findByText("Read. It waits in review: no job is named.")).toBeVisible();
  expect(released).toBe("em_4");
});

it("offers viewers no reading", async () => {
  server.use(
    ...answers.mails(away),
    http.get("/api/v1/me", () => HttpResponse.json(me)),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role: "viewer" })),
  );
  openApp("/orgs/brennock/review?tab=kept&item=em_4");
  expect(await screen.findByText("You are a viewer. Ask an admin to have it read.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Read it all the same" })).toBeNull();
});
