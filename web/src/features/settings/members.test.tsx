import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Member, MemberInvitation, Organisation } from "../../api/types";
import { answers, api, list, me, openApp, org } from "../../test/app";

const server = api();

const member = (id: string, name: string, role: Member["role"]): Member => ({
  user: {
    id,
    name,
    email: `${id}@brennock.example`,
    disabled: false,
    created_at: "2026-01-12T13:00:00Z",
  },
  role,
  last_seen_at: null,
  second_factor: null,
});

const waiting: MemberInvitation = {
  id: "in_1",
  email: "site.office@brennock.example",
  role: "viewer",
  by: "Dana Orlik",
  created_at: "2026-11-18T10:00:00Z",
  expires_at: "2999-11-25T10:00:00Z",
};

/** The scripted organisation, which remembers what is asked of it. */
function serve(role: Organisation["role"], given: { mail?: boolean } = {}) {
  let people = [member("u1", "Dana Orlik", role), member("u2", "Tao Brandt", "admin")];
  let open = [waiting];
  const asked: string[] = [];
  const link = given.mail === false ? { accept_url: "https://x.example/invitation#s3cret" } : {};
  const note = (request: Request) => asked.push(`${request.method} ${new URL(request.url).pathname}`);
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    answers.rereads(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    answers.subscription({ users: 15 }),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json(list(...people))),
    http.patch("/api/v1/orgs/:org/members/:id", async ({ request, params }) => {
      note(request);
      const { role: to } = (await request.json()) as { role: Member["role"] };
      if (params.id === "u1") {
        return HttpResponse.json(
          { code: "conflict", detail: "An organisation keeps at least one admin." },
          { status: 409 },
        );
      }
      people = people.map((m) => (m.user.id === params.id ? { ...m, role: to } : m));
      return HttpResponse.json(people.find((m) => m.user.id === params.id));
    }),
    http.delete("/api/v1/orgs/:org/members/:id", ({ request, params }) => {
      note(request);
      people = people.filter((m) => m.user.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get("/api/v1/orgs/:org/invitations", ({ request }) => {
      note(request);
      return HttpResponse.json(list(...open));
    }),
    http.post("/api/v1/orgs/:org/invitations", async ({ request }) => {
      note(request);
      const { email, role: as } = (await request.json()) as { email: string; role: Member["role"] };
      if (!email.includes("@")) {
        return HttpResponse.json(
          {
            code: "invalid",
            detail: "An address.",
            errors: [{ location: "body.email", message: "Write an address such as jo@x.example." }],
          },
          { status: 422 },
        );
      }
      const made = { ...waiting, id: "in_2", email, role: as };
      open = [made, ...open];
      return HttpResponse.json({ ...made, ...link }, { status: 201 });
    }),
    http.post("/api/v1/orgs/:org/invitations/:id/resend", ({ request }) => {
      note(request);
      return HttpResponse.json({ ...waiting, ...link });
    }),
    http.delete("/api/v1/orgs/:org/invitations/:id", ({ request, params }) => {
      note(request);
      open = open.filter((i) => i.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/orgs/brennock/settings");
  return { user: userEvent.setup(), asked };
}

const rowOf = async (name: string | RegExp) => {
  const cell = await screen.findByText(name, { selector: "tbody td:first-child span" });
  return cell.closest("tr") as HTMLElement;
};

it("lists people and invitations with their seats", async () => {
  serve("admin");
  expect(within(await rowOf("Dana Orlik")).getByText("You")).toBeVisible();
  expect(within(await rowOf("Tao Brandt")).getByText("Never")).toBeVisible();
  const invitation = await rowOf("Invited Nov 18");
  expect(within(invitation).getAllByText("site.office@brennock.example")[0]).toBeVisible();
  expect(screen.getByText("3 of 15 seats")).toBeVisible();
});

it("finds a person by name or address", async () => {
  const { user } = serve("admin");
  await rowOf("Tao Brandt");
  await user.type(screen.getByRole("searchbox", { name: "Find a person" }), "site");
  await waitFor(() => expect(screen.queryByText("Tao Brandt")).toBeNull());
  expect(await rowOf("Invited Nov 18")).toBeVisible();
  await user.type(screen.getByRole("searchbox", { name: "Find a person" }), " nobody");
  expect(await screen.findByText("Nobody here is called so.")).toBeVisible();
});

it("invites, and says beside the field what is wrong", async () => {
  const { user } = serve("admin");
  await user.click(await screen.findByRole("button", { name: "Invite" }));
  const dialog = screen.getByRole("dialog", { name: "Invite somebody" });
  const email = within(dialog).getByRole("textbox", { name: "Email" });
  await user.type(email, "jo{Enter}");
  await waitFor(() => expect(email).toBeInvalid());
  expect(email).toHaveAccessibleDescription("Write an address such as jo@x.example.");
  await user.type(email, "@x.example");
  await user.selectOptions(within(dialog).getByRole("combobox", { name: "Role" }), "Admin");
  await user.click(within(dialog).getByRole("button", { name: "Send invitation" }));
  expect(await screen.findByText("The invitation to jo@x.example is on its way.")).toBeVisible();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect((await screen.findAllByText("jo@x.example"))[0]).toBeVisible();
});

it("shows the link once where no mail is sent", async () => {
  const { user } = serve("admin", { mail: false });
  await user.click(
    await screen.findByRole("button", { name: "Resend the invitation to site.office@brennock.example" }),
  );
  const dialog = await screen.findByRole("dialog", {
    name: "Send this link to site.office@brennock.example",
  });
  expect(within(dialog).getByRole("status", { name: "Link" })).toHaveTextContent(
    "https://x.example/invitation#s3cret",
  );
  await user.click(within(dialog).getByRole("button", { name: "Done" }));
  expect(screen.queryByText(/s3cret/)).toBeNull();
});

it("withdraws an invitation after asking", async () => {
  const { user, asked } = serve("admin");
  const menu = await screen.findByRole("button", {
    name: "More about the invitation to site.office@brennock.example",
  });
  await user.click(menu);
  await user.click(screen.getByRole("menuitem", { name: "Withdraw invitation" }));
  const dialog = await screen.findByRole("dialog", { name: /^Withdraw the invitation/ });
  expect(asked.some((a) => a.startsWith("DELETE"))).toBe(false);
  await user.click(within(dialog).getByRole("button", { name: "Withdraw invitation" }));
  await waitFor(() => expect(screen.queryByText("Invited Nov 18")).toBeNull());
  expect(asked).toContain("DELETE /api/v1/orgs/brennock/invitations/in_1");
});

it("changes a role at once, and asks before one gives up one's own", async () => {
  const { user, asked } = serve("admin");
  await user.click(await screen.findByRole("button", { name: "Role of Tao Brandt: Admin" }));
  await user.click(screen.getByRole("menuitemradio", { name: "Viewer" }));
  expect(await screen.findByText("Tao Brandt is a viewer now.")).toBeVisible();
  expect(await screen.findByRole("button", { name: "Role of Tao Brandt: Viewer" })).toBeVisible();

  await user.click(screen.getByRole("button", { name: "Role of Dana Orlik: Admin" }));
  await user.click(screen.getByRole("menuitemradio", { name: "Viewer" }));
  const dialog = await screen.findByRole("dialog", { name: "Become a viewer?" });
  expect(asked).not.toContain("PATCH /api/v1/orgs/brennock/members/u1");
  await user.click(within(dialog).getByRole("button", { name: "Become a viewer" }));
  expect(await within(dialog).findByText("An organisation keeps at least one admin.")).toBeVisible();
});

it("removes a member after asking", async () => {
  const { user } = serve("admin");
  await user.click(await screen.findByRole("button", { name: "More about Tao Brandt" }));
  await user.click(screen.getByRole("menuitem", { name: "Remove from organisation" }));
  const dialog = await screen.findByRole("dialog", { name: "Remove Tao Brandt?" });
  await user.click(within(dialog).getByRole("button", { name: "Remove member" }));
  expect(await screen.findByText("Tao Brandt is removed.")).toBeVisible();
  await waitFor(() => expect(screen.queryByRole("button", { name: "More about Tao Brandt" })).toBeNull());
});

it("lets a viewer leave and nothing else", async () => {
  const { user, asked } = serve("viewer");
  await rowOf("Tao Brandt");
  expect(
    screen.getByText("You are a viewer. Ask an admin to invite people or to change what they may."),
  ).toBeVisible();
  expect(screen.queryByRole("button", { name: "Invite" })).toBeNull();
  expect(screen.queryByRole("button", { name: /^Role of/ })).toBeNull();
  expect(screen.queryByRole("button", { name: "More about Tao Brandt" })).toBeNull();
  await user.click(screen.getByRole("button", { name: `More about ${me.user.name}` }));
  await user.click(screen.getByRole("menuitem", { name: "Leave organisation" }));
  const dialog = await screen.findByRole("dialog", { name: "Leave this organisation?" });
  server.use(http.get("/api/v1/me", () => HttpResponse.json({ ...me, organisations: [] })));
  await user.click(within(dialog).getByRole("button", { name: "Leave organisation" }));
  await waitFor(() => expect(asked).toEqual(["DELETE /api/v1/orgs/brennock/members/me"]));
  await waitFor(() => expect(screen.queryByRole("heading", { name: "Members" })).toBeNull());
});
