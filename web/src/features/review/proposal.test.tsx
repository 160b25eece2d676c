import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Email, Project } from "../../api/types";
import { answers, api, mail, openApp, opened, project } from "../../test/app";

const server = api();

const stray = opened(
  mail("e1", {
    state: "review",
    subject: "Larkin Row, kick-off",
    match: {
      confidence: 0,
      reasons: [],
      candidates: [],
      proposal: {
        name: "Larkin Row",
        job_number: "26-031",
        address: "18 Larkin Row, Ellery",
        client: "Verrin & Holt",
      },
    },
  }),
);

function serve(status = 201) {
  const sent: unknown[] = [];
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.unsure(),
    ...answers.mails(stray),
    http.post("/api/v1/orgs/:org/projects", async ({ request }) => {
      sent.push(await request.json());
      return status === 201
        ? HttpResponse.json<Project>(project("p9", "Larkin Row"), { status })
        : HttpResponse.json({ code: "conflict", detail: "There is a project of this name." }, { status });
    }),
    http.post("/api/v1/orgs/:org/emails/:id/move", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json<Email>({ ...stray, state: "filed", project_id: "p9" });
    }),
  );
  openApp("/orgs/brennock/review?item=e1");
  return { sent, user: userEvent.setup() };
}

it("makes the project a mail seems to be about, filled in, and files the mail on it", async () => {
  const { sent, user } = serve();
  const card = await screen.findByRole("region", { name: "New project: Larkin Row" });
  expect(card).toHaveTextContent("Job number26-031");
  expect(card).toHaveTextContent("18 Larkin Row, Ellery");
  await user.click(screen.getByRole("button", { name: "Create project and file" }));
  expect(await screen.findByText("Filed to Larkin Row.")).toBeVisible();
  expect(sent[0]).toMatchObject({ name: "Larkin Row", job_number: "26-031", status: "active" });
  expect(sent[1]).toMatchObject({ project_id: "p9", to: "project" });
});

it("opens the form with what the mail says, to be edited or when it cannot be made", async () => {
  const { user } = serve(409);
  await user.click(await screen.findByRole("button", { name: "Create project and file" }));
  expect(await screen.findByRole("dialog", { name: "New project" })).toBeVisible();
  await waitFor(() => expect(screen.getByLabelText("Job number")).toHaveValue("26-031"));
  expect(screen.getByLabelText("Street address")).toHaveValue("18 Larkin Row, Ellery");
});
