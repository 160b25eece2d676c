import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { messageOf } from "../../api/client";
import { orgQuery, subscriptionQuery, usageQuery } from "../../api/queries/orgs";
import type { Usage } from "../../api/types";
import { PhoneTitle } from "../../domain/phone-title";
import { csv, download } from "../../lib/csv";
import { dayOf } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatCount, formatMicroUSD } from "../../lib/money";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Page, PageTitle } from "../../ui/page";
import { Progress } from "../../ui/progress";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Skeleton } from "../../ui/skeleton";
import { DayChart } from "./day-chart";
import { fillDays } from "./fill-days";
import { addMonths, daysOf, type Month, monthOf, nameOfMonth } from "./months";

/** What came in and what reading it cost, one month at a time. */
export function UsagePage({ org, month: given }: { org: string; month?: Month }) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const today = dayOf(useNow(), organisation.time_zone);
  const month = given ?? monthOf(today);
  const { from, to } = daysOf(month);
  const usage = useQuery({ ...usageQuery(org, from, to), placeholderData: keepPreviousData });
  const { data: subscription } = useQuery(subscriptionQuery(org));
  const slow = useDelayed(usage.isPending);
  const months = [0, -1, -2].map((by) => addMonths(monthOf(today), by));
  if (!months.includes(month)) months.push(month);
  const limit = subscription?.limits.emails ?? 0;

  return (
    <>
      <PhoneTitle org={org} title="Usage & costs" />
      <Page>
        <header className="mb-3.5 flex flex-wrap items-center gap-4">
          <PageTitle className="max-md:hidden">Usage &amp; costs</PageTitle>
          <nav aria-label="Month" className={segmentedClasses}>
            {months.map((m) => (
              <Link
                key={m}
                to="/orgs/$org/usage"
                params={{ org }}
                search={{ month: m === monthOf(today) ? undefined : m }}
                aria-current={m === month ? "true" : undefined}
                activeProps={{}}
                className={segmentClasses}
              >
                {nameOfMonth(m, today)}
              </Link>
            ))}
          </nav>
          <Button
            className="ml-auto"
            disabled={!usage.data}
            onClick={() => usage.data && save(fillDays(usage.data.days, from, to), month)}
          >
            <Download aria-hidden />
            Export CSV
          </Button>
        </header>
        {usage.isError ? (
          <ErrorState
            what="The usage could not be read."
            message={messageOf(usage.error)}
            retry={() => usage.refetch()}
          />
        ) : null}
        {slow ? <UsageSkeleton /> : null}
        {usage.data ? (
          <>
            <Figures usage={usage.data} limit={limit} current={month === monthOf(today)} />
            {usage.data.emails === 0 ? (
              <Empty className="mt-3 bg-card" title={`No mail in ${nameOfMonth(month, today)}`}>
                Mails are counted here on the day they arrive, by project.
              </Empty>
            ) : (
              <div className="mt-3 flex gap-3 max-lg:flex-col">
                <DayChart days={fillDays(usage.data.days, from, to)} today={today} />
                <ByProject org={org} usage={usage.data} />
              </div>
            )}
          </>
        ) : null}
      </Page>
    </>
  );
}

function save(days: Usage["days"], month: Month) {
  download(
    `usage-${month}.csv`,
    csv([
      ["Day", "Mails", "AI cost in USD"],
      ...days.map((d) => [d.day, d.emails, (d.cost_micro_usd / 1_000_000).toFixed(6)]),
    ]),
  );
}

function Figures({ usage, limit, current }: { usage: Usage; limit: number; current: boolean }) {
  const each = usage.emails > 0 ? usage.cost_micro_usd / usage.emails : 0;
  return (
    <Card className="flex max-md:flex-col">
      <Figure
        label="Mails received"
        aside={limit > 0 && current ? `limit ${formatCount(limit)}` : ""}
        value={formatCount(usage.emails)}
      >
        {limit > 0 && current ? (
          <Progress label="Mails of this month's limit" value={usage.emails} max={limit} className="mt-2" />
        ) : (
          "Counted on the day they arrived."
        )}
      </Figure>
      <Figure label="AI cost" value={formatMicroUSD(usage.cost_micro_usd)}>
        {usage.cost_micro_usd === 0
          ? "Every mail was read by rules, which cost nothing."
          : `${formatMicroUSD(Math.round(each))} a mail.`}
      </Figure>
      <Figure label="Projects with mail" value={formatCount(usage.projects.length)}>
        {usage.projects[0] ? `Most on ${usage.projects[0].name}.` : "None in this month."}
      </Figure>
    </Card>
  );
}

function Figure({
  label,
  aside,
  value,
  children,
}: {
  label: string;
  aside?: string;
  value: string;
  children: React.ReactNode;
}) {
  return (
    <section className="flex-1 px-[18px] pt-3 pb-4 not-last:border-r max-md:not-last:border-r-0 max-md:not-last:border-b">
      <h2 className="flex justify-between gap-2 text-muted-foreground text-sm">
        {label}
        <span className="text-subtle-foreground">{aside}</span>
      </h2>
      <p className="font-semibold text-figure tabular-nums">{value}</p>
      <div className="mt-1 text-muted-foreground text-sm">{children}</div>
    </section>
  );
}

function ByProject({ org, usage }: { org: string; usage: Usage }) {
  const most = Math.max(...usage.projects.map((p) => p.emails), 1);
  return (
    <Card className="w-[330px] shrink-0 px-4 pt-3 pb-4 max-lg:w-full">
      <h2 className="mb-2 font-semibold text-base tracking-[-0.012em]">Where it went</h2>
      {usage.projects.length === 0 ? (
        <p className="text-muted-foreground text-sm">No mail of this month is filed on a project yet.</p>
      ) : (
        <ul>
          {usage.projects.map((p) => (
            <li key={p.project_id} className="flex min-h-[34px] items-center gap-4 max-md:min-h-11">
              <div className="min-w-0 flex-1">
                <Link
                  to="/orgs/$org/projects/$project"
                  params={{ org, project: p.project_id }}
                  className="block truncate rounded-[3px] text-sm hover:underline"
                >
                  {p.name}
                </Link>
                <div aria-hidden className="mt-0.5 h-1 rounded-full bg-secondary">
                  <div
                    className="h-full rounded-full bg-primary"
                    style={{ width: `${(p.emails / most) * 100}%` }}
                  />
                </div>
              </div>
              <span className="w-14 text-right text-sm tabular-nums">
                {formatCount(p.emails)} <span className="sr-only">mails</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function UsageSkeleton() {
  return (
    <div role="status">
      <span className="sr-only">Loading usage</span>
      <Card className="h-[98px] p-4">
        <Skeleton className="mb-3 h-3 w-24" />
        <Skeleton className="h-6 w-20" />
      </Card>
      <Card className="mt-3 h-[250px]" />
    </div>
  );
}
