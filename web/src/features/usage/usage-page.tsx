import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useId, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { ledgerCsv } from "../../api/queries/ledger";
import { orgQuery, settingsQuery, subscriptionQuery, usageQuery } from "../../api/queries/orgs";
import { usedUp } from "../../domain/ai-budget";
import { PhoneTitle } from "../../domain/phone-title";
import { mayChange } from "../../domain/role";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { addMonths, daysOf, monthOf, nameOfMonth } from "../../lib/months";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Input } from "../../ui/input";
import { Page, PageTitle } from "../../ui/page";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Skeleton } from "../../ui/skeleton";
import { Alerts } from "./alerts";
import { Chart } from "./chart";
import { Figures } from "./figures";
import { Ledger } from "./ledger";
import { type Place, wrongDays } from "./place";
import { Reached } from "./reached";
import { columnsOf, layersOf } from "./stacks";
import { projected } from "./sums";
import { Where } from "./where";

/** What came in and what reading it cost, by the month or between two days. */
export function UsagePage({ org, place }: { org: string; place: Place }) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const navigate = useNavigate();
  const today = dayOf(useNow(), organisation.time_zone);
  const custom = place.from !== undefined && place.to !== undefined;
  const month = place.month ?? monthOf(today);
  const { from, to } =
    place.from !== undefined && place.to !== undefined ? { from: place.from, to: place.to } : daysOf(month);
  const current = !custom && month === monthOf(today);
  const previous = addMonths(month, -1);
  const earlier = daysOf(previous);
  const usage = useQuery({ ...usageQuery(org, from, to), placeholderData: keepPreviousData });
  const before = useQuery({ ...usageQuery(org, earlier.from, earlier.to), enabled: !custom });
  const { data: subscription } = useQuery(subscriptionQuery(org));
  const { data: settings } = useQuery(settingsQuery(org));
  const limits = subscription?.limits;
  const budget = subscription?.ai_budget;
  const gone = usedUp(budget, organisation.time_zone, today);
  const slow = useDelayed(usage.isPending);
  // Until those of other days are there, the numbers are of the days before, and say so.
  const late = useDelayed(usage.isPlaceholderData);
  const of = useKept(
    {
      from,
      to,
      custom,
      current,
      period: custom ? `${formatDate(from, today)} to ${formatDate(to, today)}` : nameOfMonth(month, today),
      before: before.data && !custom ? { usage: before.data, name: nameOfMonth(previous, today) } : undefined,
    },
    usage.isPlaceholderData,
  );
  const charged = of.current && budget !== undefined && !budget.own;

  const go = (change: Partial<Place>) =>
    navigate({ to: "/orgs/$org/usage", params: { org }, search: { ...place, ...change }, replace: true });
  const { project, model, step, person, outcome, email } = place;
  const filter = { from, to, project, model, step, person, outcome, email };
  const data = usage.data;
  const measure = data && projected(data).micro > 0 ? "cost" : "mails";
  const layers = layersOf(data?.models ?? []);

  return (
    <>
      <PhoneTitle org={org} title="Usage & costs" />
      <Page>
        <header className="mb-3.5 flex flex-wrap items-center gap-4 max-md:gap-2">
          <PageTitle className="max-md:hidden">Usage &amp; costs</PageTitle>
          <Period org={org} place={place} today={today} from={from} to={to} />
          {custom ? <Days from={from} to={to} onDays={go} /> : null}
          <div className="ml-auto flex flex-wrap items-center gap-3 max-md:ml-0 max-md:gap-2">
            {settings && limits && (limits.emails || limits.budget_micro_usd || limits.storage_bytes) ? (
              <Alerts org={org} at={settings.alert_at} admin={mayChange(organisation.role)} />
            ) : null}
            {data && data.calls > 0 ? (
              <Button asChild className="max-md:h-11">
                <a href={ledgerCsv(org, filter)} download>
                  <Download aria-hidden />
                  <span>
                    <span className="max-md:sr-only">Export </span>CSV
                  </span>
                </a>
              </Button>
            ) : null}
          </div>
        </header>
        {usage.isError ? (
          <ErrorState
            what="The usage could not be read."
            message={messageOf(usage.error)}
            retry={() => usage.refetch()}
          />
        ) : null}
        {slow ? <UsageSkeleton /> : null}
        {current && subscription ? (
          <Reached
            alerts={subscription.alerts}
            limits={subscription.limits}
            zone={organisation.time_zone}
            today={today}
          />
        ) : null}
        {data ? (
          <div
            aria-busy={usage.isPlaceholderData}
            className={cn("transition-opacity motion-reduce:transition-none", late && "opacity-60")}
          >
            <Figures
              usage={data}
              limits={limits}
              budget={budget}
              gone={gone}
              marks={(settings?.alert_at ?? []).filter((at) => at < 100)}
              current={of.current}
              period={of.period}
              before={of.before}
            />
            {data.emails === 0 && data.calls === 0 ? (
              <Empty className="mt-3 bg-card" title={`No mail ${of.custom ? "from" : "in"} ${of.period}`}>
                Mails are counted here on the day they arrive, by project. What a model costs to read them is
                listed call by call.
                {of.current ? (
                  <>
                    {" "}
                    To begin, forward a mail to{" "}
                    <span className="break-all font-mono text-xs">{organisation.mail_in}</span>.
                  </>
                ) : null}
              </Empty>
            ) : (
              <div className="mt-3 flex gap-3 max-lg:flex-col">
                <Chart
                  columns={columnsOf(data, of.from, of.to, layers, measure)}
                  layers={layers}
                  measure={measure}
                  today={today}
                  charged={charged}
                />
                <Where
                  org={org}
                  usage={data}
                  by={data.calls > 0 ? (place.by ?? "project") : "project"}
                  measure={measure}
                  charged={charged}
                  onBy={(by) => go({ by: by === "project" ? undefined : by })}
                />
              </div>
            )}
            {data.calls > 0 ? (
              <Ledger
                org={org}
                own={budget?.own ?? false}
                usage={data}
                filter={filter}
                period={of.custom ? `from ${of.period}` : `in ${of.period}`}
                layers={layers}
                onFilter={go}
              />
            ) : null}
          </div>
        ) : null}
      </Page>
    </>
  );
}

/** The value; while it is to be kept, the one before. */
function useKept<T>(value: T, keep: boolean): T {
  const kept = useRef(value);
  if (!keep) kept.current = value;
  return kept.current;
}

/** This month, the one before, or two days. */
function Period({
  org,
  place,
  today,
  from,
  to,
}: {
  org: string;
  place: Place;
  today: string;
  from: string;
  to: string;
}) {
  const custom = place.from !== undefined;
  const now = monthOf(today);
  const month = place.month ?? now;
  const months = [now, addMonths(now, -1)];
  if (!custom && !months.includes(month)) months.push(month);
  return (
    <nav aria-label="Days" className={segmentedClasses}>
      {months.map((m) => (
        <Link
          key={m}
          to="/orgs/$org/usage"
          params={{ org }}
          search={{ by: place.by, ...(m === now ? {} : { month: m }) }}
          aria-current={!custom && m === month ? "true" : undefined}
          activeProps={{}}
          activeOptions={{ exact: true }}
          className={segmentClasses}
        >
          {nameOfMonth(m, today)}
        </Link>
      ))}
      <Link
        to="/orgs/$org/usage"
        params={{ org }}
        search={{ by: place.by, from, to: to > today && from <= today ? today : to }}
        aria-current={custom ? "true" : undefined}
        activeProps={{}}
        activeOptions={{ exact: true }}
        className={segmentClasses}
      >
        Custom
      </Link>
    </nav>
  );
}

function Days({
  from,
  to,
  onDays,
}: {
  from: string;
  to: string;
  onDays(days: Pick<Place, "from" | "to">): void;
}) {
  const id = useId();
  const [typed, setTyped] = useState({ from, to });
  const wrong = wrongDays(typed.from, typed.to);
  const type = (change: Partial<typeof typed>) => {
    const days = { ...typed, ...change };
    setTyped(days);
    if (!wrongDays(days.from, days.to)) onDays(days);
  };
  const about = { "aria-invalid": wrong ? true : undefined, "aria-describedby": wrong ? id : undefined };
  return (
    <div className="flex flex-wrap items-center gap-2 text-muted-foreground text-sm">
      <Input
        type="date"
        aria-label="First day"
        className="w-36"
        defaultValue={from}
        max={typed.to}
        {...about}
        onChange={(e) => type({ from: e.target.value })}
      />
      to
      <Input
        type="date"
        aria-label="Last day"
        className="w-36"
        defaultValue={to}
        min={typed.from}
        {...about}
        onChange={(e) => type({ to: e.target.value })}
      />
      {wrong ? (
        <p id={id} className="text-destructive">
          {wrong}
        </p>
      ) : null}
    </div>
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
      <Card className="mt-3 h-[268px]" />
    </div>
  );
}
