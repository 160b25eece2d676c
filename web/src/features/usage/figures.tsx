import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Subscription, Usage } from "../../api/types";
import { cn } from "../../lib/cn";
import { formatCentsOf, formatCount, formatMicroUSD, plural } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { Progress } from "../../ui/progress";
import { percent, perMail, priceless, projected } from "./sums";

/** The three figures on top: what was spent, what came, what the month is likely to come to. */
export function Figures({
  usage,
  limits,
  marks,
  current,
  period,
  before,
}: {
  usage: Usage;
  /** Of the plan, by the month; they do not hold for the months before. */
  limits: Subscription["limits"] | undefined;
  /** Percent of the budget at which admins are told. */
  marks: number[];
  /** It is this month. */
  current: boolean;
  /** What the days are called, as in "Spend in October". */
  period: string;
  /** The month before, to compare with. */
  before: { usage: Usage; name: string } | undefined;
}) {
  const budget = current ? (limits?.budget_micro_usd ?? 0) : 0;
  const most = current ? (limits?.emails ?? 0) : 0;
  return (
    <Card className="flex max-md:flex-col">
      <Figure
        label={current ? "Spend this month" : `Spend, ${period}`}
        aside={budget > 0 ? `budget ${formatMicroUSD(budget)}` : ""}
        value={priceless(usage) ? "Not known" : formatMicroUSD(usage.cost_micro_usd)}
        part={budget > 0 ? partOf(usage.cost_micro_usd, budget) : undefined}
      >
        {budget > 0 ? (
          <Used
            label="Spent of this month's budget"
            used={usage.cost_micro_usd}
            limit={budget}
            marks={marks}
            full="The budget is used up: mail is read by rules until next month."
          />
        ) : null}
        <Spend usage={usage} budget={budget} />
      </Figure>
      <Figure
        label="Mails received"
        aside={most > 0 ? `limit ${formatCount(most)}` : ""}
        value={formatCount(usage.emails)}
        part={most > 0 ? partOf(usage.emails, most) : undefined}
      >
        {most > 0 ? (
          <Used
            label="Mails of this month's limit"
            used={usage.emails}
            limit={most}
            full="The limit is reached: mail is kept, and read next month."
          />
        ) : (
          "Counted on the day they arrived."
        )}
      </Figure>
      {current ? (
        <MonthEnd usage={usage} budget={budget} most={most} before={before} />
      ) : (
        <Figure label="Cost per mail" value={mailCost(usage) ?? "None yet"}>
          {`${[plural(usage.calls, "call"), against(usage, before)].filter(Boolean).join(", ")}.`}
        </Figure>
      )}
    </Card>
  );
}

function Spend({ usage, budget }: { usage: Usage; budget: number }) {
  if (usage.unpriced > 0) {
    return (
      <p className="mt-1.5 flex items-start gap-1.5 text-warning">
        <CircleAlert aria-hidden className="mt-px size-4 shrink-0" strokeWidth={1.75} />
        {plural(usage.unpriced, "call")} of unknown cost {usage.unpriced === 1 ? "is" : "are"} not in it.
      </p>
    );
  }
  if (usage.cost_micro_usd > 0) return budget > 0 ? null : `${plural(usage.calls, "call")} of models.`;
  if (usage.calls === 0 && usage.emails === 0) return null;
  return (
    <p className={budget > 0 ? "mt-1.5" : undefined}>
      {usage.calls > 0
        ? "The models that were asked cost nothing."
        : "Mail was read by rules, which cost nothing."}
    </p>
  );
}

function MonthEnd({
  usage,
  budget,
  most,
  before,
}: {
  usage: Usage;
  budget: number;
  most: number;
  before: { usage: Usage; name: string } | undefined;
}) {
  const end = projected(usage);
  const money = end.micro > 0;
  const [value, limit] = money ? [end.micro, budget] : [end.emails, most];
  const each = mailCost(usage);
  const words = (n: number) => (money ? formatMicroUSD(n) : formatCount(n));
  return (
    <Figure
      label="Projected month end"
      value={money ? words(value) : plural(value, "mail")}
      badge={
        limit > 0 && value > 0 ? (
          <Badge tone={value > limit ? "danger" : "success"}>
            {value > limit ? `${words(value - limit)} over` : `${words(limit - value)} under`}
          </Badge>
        ) : null
      }
    >
      {value === 0
        ? "Known once there has been mail for a day."
        : money && each && !priceless(usage)
          ? `${[`${each} per mail`, against(usage, before)].filter(Boolean).join(", ")}.`
          : "By the same weekdays of the four weeks before."}
    </Figure>
  );
}

/** "61%"; what is used is never shown as nothing. */
function partOf(used: number, limit: number): string {
  const part = percent(used, limit);
  return part === 0 && used > 0 ? "under 1%" : `${part}%`;
}

function mailCost(usage: Usage): string | undefined {
  const micro = perMail(usage);
  if (priceless(usage)) return "Not known";
  return micro === undefined ? undefined : formatCentsOf(micro);
}

/** "0.4¢ less than in October" */
function against(usage: Usage, before: { usage: Usage; name: string } | undefined): string | undefined {
  const now = perMail(usage);
  const then = before && before.usage.cost_micro_usd > 0 ? perMail(before.usage) : undefined;
  if (now === undefined || then === undefined || !before) return undefined;
  if (formatCentsOf(now) === formatCentsOf(then)) return `as in ${before.name}`;
  return `${formatCentsOf(Math.abs(now - then))} ${now < then ? "less" : "more"} than in ${before.name}`;
}

function Used({
  label,
  used,
  limit,
  marks: at,
  full,
}: {
  label: string;
  used: number;
  limit: number;
  marks?: readonly number[];
  full: string;
}) {
  return (
    <>
      <Progress label={label} value={used} max={limit} marks={at} className="mt-2" />
      {used >= limit ? (
        <p className="mt-1.5 flex items-start gap-1.5 text-destructive">
          <CircleAlert aria-hidden className="mt-px size-4 shrink-0" strokeWidth={1.75} />
          {full}
        </p>
      ) : null}
    </>
  );
}

function Figure({
  label,
  aside,
  value,
  part,
  badge,
  children,
}: {
  label: string;
  aside?: string;
  value: string;
  part?: string;
  badge?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="flex-1 px-[18px] pt-3 pb-[15px] not-last:border-r first:flex-[1.2] max-md:not-last:border-r-0 max-md:not-last:border-b">
      <h2 className="flex justify-between gap-2 text-muted-foreground text-sm">
        {label}
        {aside ? <span className="shrink-0 font-normal">{aside}</span> : null}
      </h2>
      <p className="flex items-baseline gap-2">
        <span className="font-semibold text-figure tabular-nums">{value}</span>
        {part === undefined ? null : (
          <span className="text-muted-foreground text-sm tabular-nums">{part}</span>
        )}
        <span className={cn("self-center", !badge && "hidden")}>{badge}</span>
      </p>
      <div className="mt-0.5 text-muted-foreground text-sm">{children}</div>
    </section>
  );
}
