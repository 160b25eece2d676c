import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronRight, LogOut, Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "../../api/client";
import { membersQuery, orgQuery } from "../../api/queries/orgs";
import { meQuery, signOut } from "../../api/queries/session";
import { MailInAddress } from "../../domain/mail-in-address";
import { PhoneTitle } from "../../domain/phone-title";
import { planName } from "../../domain/plan";
import { mayChange, roleLabels } from "../../domain/role";
import { setKeysEnabled, useKeysEnabled } from "../../lib/keys";
import { plural } from "../../lib/money";
import { setTheme, type Theme, useTheme } from "../../lib/theme";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Page, PageHeader, PageTitle } from "../../ui/page";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Switch } from "../../ui/switch";
import { toast } from "../../ui/toast";
import { FilingRules } from "./filing-rules";
import { Reading } from "./reading";
import { Senders } from "./senders";

/** The organisation's address and people, and what this browser and this person chose. */
export function SettingsPage({ org }: { org: string }) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  return (
    <>
      <PhoneTitle org={org} title="Settings" />
      <Page>
        <PageHeader>
          <PageTitle>Settings</PageTitle>
        </PageHeader>
        <nav aria-label="More" className="mb-3 md:hidden">
          <Card>
            <MoreLink to="/orgs/$org/usage" org={org}>
              Usage &amp; costs
            </MoreLink>
            <MoreLink to="/orgs/$org/billing" org={org}>
              Plan &amp; billing
            </MoreLink>
          </Card>
        </nav>
        <div className="flex flex-col gap-3">
          <Members org={org} />
          <div className="grid grid-cols-2 items-start gap-3 max-lg:grid-cols-1">
            <div className="flex min-w-0 flex-col gap-3">
              <Section title="Mail-in address" note="Forward job mail here, or add the address as CC.">
                <MailInAddress address={organisation.mail_in} className="my-1" />
                <p className="mt-2 text-muted-foreground text-sm">
                  With a job number it names the project:{" "}
                  <code className="font-mono text-xs">{plusExample(organisation.mail_in)}</code>
                </p>
                <Row name="Organisation">{organisation.name}</Row>
                <Row name="Time zone">{organisation.time_zone}</Row>
                <Row name="Plan">{planName(organisation.plan)}</Row>
              </Section>
              <Section title="Reading and filing">
                <Reading org={org} admin={mayChange(organisation.role)} />
              </Section>
            </div>
            <div className="flex min-w-0 flex-col gap-3">
              <Section title="Filing rules">
                <FilingRules org={org} admin={mayChange(organisation.role)} />
              </Section>
              <Section title="Who may send">
                <Senders org={org} mailIn={organisation.mail_in} admin={mayChange(organisation.role)} />
              </Section>
              <Browser />
              <You role={roleLabels[organisation.role]} viewer={!mayChange(organisation.role)} />
            </div>
          </div>
        </div>
      </Page>
    </>
  );
}

function plusExample(mailIn: string): string {
  return mailIn.replace("@", "+24-117@");
}

function Section({
  title,
  note,
  children,
  className,
}: {
  title: string;
  note?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <Card className={className}>
      <section className="px-4 pt-3 pb-3">
        <h2 className="font-semibold text-base tracking-[-0.012em]">{title}</h2>
        {note ? <p className="text-muted-foreground text-sm">{note}</p> : null}
        <div className="mt-2">{children}</div>
      </section>
    </Card>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p className="flex min-h-[34px] items-center justify-between gap-4 text-sm max-md:min-h-11">
      <span className="text-muted-foreground">{name}</span>
      <span className="min-w-0 truncate">{children}</span>
    </p>
  );
}

function Members({ org }: { org: string }) {
  const members = useQuery(membersQuery(org));
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Card className="overflow-hidden">
      <h2 className="flex items-baseline gap-2 px-4 pt-3 pb-2">
        <span className="font-semibold text-base tracking-[-0.012em]">Members</span>
        <span className="text-sm text-subtle-foreground">
          {members.data
            ? `${plural(members.data.items.length, "person", "people")}${members.data.next ? " shown" : ""}`
            : null}
        </span>
      </h2>
      {members.isError ? (
        <ErrorState
          className="mx-4 mb-4"
          what="The members could not be read."
          message={messageOf(members.error)}
          retry={() => members.refetch()}
        />
      ) : (
        <table className="w-full table-fixed text-sm">
          <thead>
            <tr className="h-[29px] border-b text-left text-subtle-foreground text-xs">
              <th scope="col" className="pl-4 font-medium">
                Name
              </th>
              <th scope="col" className="font-medium max-md:hidden">
                Email
              </th>
              <th scope="col" className="w-28 font-medium max-md:w-20">
                Role
              </th>
            </tr>
          </thead>
          <tbody>
            {members.data?.items.map(({ user, role }) => (
              <tr key={user.id} className="h-[37px] border-b last:border-0">
                <td className="pl-4">
                  <span className="flex min-w-0 items-center gap-2">
                    <Avatar
                      name={user.name || user.email}
                      size="small"
                      tone={user.id === me.user.id ? "primary" : "neutral"}
                    />
                    <span className="truncate font-medium">{user.name || user.email}</span>
                    {user.id === me.user.id ? <Badge>You</Badge> : null}
                    {user.disabled ? <Badge tone="warning">Disabled</Badge> : null}
                  </span>
                </td>
                <td className="truncate pr-3 text-muted-foreground max-md:hidden">{user.email}</td>
                <td>{roleLabels[role]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const themes: readonly [Theme, string, typeof Sun][] = [
  ["system", "Device", Monitor],
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
];

function Browser() {
  const theme = useTheme();
  const keys = useKeysEnabled();
  return (
    <Section title="This browser" note="Kept here only; your other devices choose their own.">
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span id="theme-label" className="text-sm">
          Theme
        </span>
        <fieldset aria-labelledby="theme-label" className={segmentedClasses}>
          {themes.map(([value, label, Icon]) => (
            <button
              key={value}
              type="button"
              aria-pressed={theme === value}
              onClick={() => setTheme(value)}
              className={segmentClasses}
            >
              <Icon aria-hidden />
              {label}
            </button>
          ))}
        </fieldset>
      </div>
      <Switch checked={keys} onCheckedChange={setKeysEnabled} label="Single-key shortcuts" />
      <p className="text-muted-foreground text-xs">
        J, K, G then P and the like. Press ? to see them all; Ctrl K works either way.
      </p>
    </Section>
  );
}

function You({ role, viewer }: { role: string; viewer: boolean }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.clear();
    },
    onError: (error) => toast(messageOf(error)),
  });
  return (
    <Section
      title="You"
      note={viewer ? "You are a viewer. Ask an admin to file mail or to correct facts." : undefined}
    >
      <Row name="Name">{me.user.name || "Not given"}</Row>
      <Row name="Email">{me.user.email}</Row>
      <Row name="Role">{role}</Row>
      <Button className="mt-2" onClick={() => leave.mutate()} working={leave.isPending}>
        <LogOut aria-hidden />
        Sign out
      </Button>
    </Section>
  );
}

function MoreLink({
  to,
  org,
  children,
}: {
  to: "/orgs/$org/usage" | "/orgs/$org/billing";
  org: string;
  children: ReactNode;
}) {
  return (
    <Link
      to={to}
      params={{ org }}
      className="flex min-h-11 items-center justify-between border-b px-4 text-base last:border-0"
    >
      {children}
      <ChevronRight className="size-[18px] text-muted-foreground" aria-hidden />
    </Link>
  );
}
