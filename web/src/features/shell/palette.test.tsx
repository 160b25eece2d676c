import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SearchHit } from "../../api/types";
import { startKeys } from "../../lib/keys";
import { answers, api, list, openApp, project } from "../../test/app";

const server = api();
let stop: () => void;
beforeEach(() => {
  stop = startKeys();
  server.use(
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical"), project("p2", "Pier 9 Cold Storage")),
    answers.changes(),
    answers.actions(),
    http.get("/api/v1/orgs/:org/search", ({ request }) => {
      const q = new URL(request.url).searchParams.get("q");
      return HttpResponse.json(
        q === "curb"
          ? list<SearchHit>({
              kind: "fact",
              id: "f1",
              email_id: "e1",
              project_id: "p1",
              title: "RTU-3 curb moves",
              snippet: "the \u0002curb\u0003",
              who: "Lena Farrow",
              at: "2026-11-19T14:42:00Z",
              fact_kind: "decision",
              state: "open",
            })
          : q === "valve"
            ? list<SearchHit>({
                kind: "attachment",
                id: "e2",
                email_id: "e2",
                project_id: "p1",
                n: 2,
                title: "schedule.pdf",
                snippet: "every \u0002valve\u0003 is tagged",
                who: "Lena Farrow",
                at: "2026-11-19T14:42:00Z",
              })
            : list<SearchHit>(),
      );
    }),
    answers.problem("get", "/api/v1/orgs/:org/projects/p1", 503, { code: "unavailable", detail: "Busy." }),
  );
});
afterEach(() => stop());

it("finds a fact and opens it at its sentence", async () => {
  const { router } = openApp("/orgs/brennock/projects");
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  const user = userEvent.setup();
  await user.keyboard("{Control>}k{/Control}");
  const box = await screen.findByRole("combobox", { name: "Search everything" });
  expect(box).toHaveFocus();
  expect(within(await screen.findByRole("group", { name: "Recent" })).getAllByRole("option")).toHaveLength(2);

  await user.type(box, "curb");
  const option = await screen.findByRole("option", { name: /RTU-3 curb moves/ });
  expect(option).toHaveAttribute("aria-selected", "true");
  expect(within(option).getByText("curb").tagName).toBe("B");
  await user.keyboard("{Enter}");
  expect(router.state.location.pathname).toBe("/orgs/brennock/projects/p1");
  expect(router.state.location.search).toMatchObject({ mail: "e1", fact: "f1" });
});

it("finds words in a file and opens them with its mail", async () => {
  const { router } = openApp("/orgs/brennock/projects");
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  const user = userEvent.setup();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox"), "valve");
  const option = await screen.findByRole("option", { name: /schedule.pdf/, selected: true });
  expect(within(option).getByText("valve").tagName).toBe("B");
  await user.keyboard("{Enter}");
  expect(router.state.location.pathname).toBe("/orgs/brennock/projects/p1");
  expect(router.state.location.search).toMatchObject({ mail: "e2", file: 2 });
});

it("runs commands, and says when nothing is found", async () => {
  const { router } = openApp("/orgs/brennock/projects");
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  const user = userEvent.setup();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox"), "zzz");
  expect(await screen.findByText("Nothing has “zzz”.")).toBeInTheDocument();
  await user.clear(screen.getByRole("combobox"));
  await user.type(screen.getByRole("combobox"), "my act");
  await screen.findByRole("option", { name: /Go to My actions/, selected: true });
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("heading", { name: "My actions", level: 1 })).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/orgs/brennock/actions");
});

it("lists every shortcut under ?", async () => {
  openApp("/orgs/brennock/projects");
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  const user = userEvent.setup();
  await user.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  expect(within(dialog).getByText("Next project", { selector: "dt" })).toBeInTheDocument();
  expect(within(dialog).getByText("Go to Review")).toBeInTheDocument();
});
