import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { answers, api, list, openApp } from "../../test/app";

const server = api();

it.each(["", "?tab=members", "?tab=nothing"])("opens the first part for %j", async (search) => {
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json(list())),
    http.get("/api/v1/orgs/:org/invitations", () => HttpResponse.json(list())),
    answers.subscription(),
  );
  openApp(`/orgs/brennock/settings${search}`);
  expect(await screen.findByRole("heading", { name: /^Members/ })).toBeVisible();
  expect(screen.getByRole("link", { name: "Members" })).toHaveAttribute("aria-current", "page");
});
