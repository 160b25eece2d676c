import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { answers, api, mail, openApp, opened } from "../../test/app";

const server = api();
const kept = opened(mail("em_kept", { subject: "Lunch menu" }), "Soup today.");
const copy = opened(mail("em_copy", { copy_of: "em_kept" }));
const back = opened(mail("em_back", { state: "quarantined", subject: "From outside" }), "Hello.");

beforeEach(() =>
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.unsure(),
    answers.senders(),
    ...answers.mails(kept, copy, back),
  ),
);

it("opens a mail that is on no job", async () => {
  openApp("/orgs/brennock/review?item=em_kept");
  expect(await screen.findByText("Soup today.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Put back into review" })).toBeVisible();
});

it("leads from a copy to the mail it is a copy of", async () => {
  const { router } = openApp("/orgs/brennock/review?item=em_copy");
  expect(await screen.findByText("Soup today.")).toBeVisible();
  expect(router.state.location.search).toMatchObject({ item: "em_kept" });
});

it("leads to the tab a mail waits in", async () => {
  const { router } = openApp("/orgs/brennock/review?item=em_back");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ tab: "quarantine" }));
  expect(await screen.findByRole("button", { name: "Allow rolf@site.example" })).toBeVisible();
});
