import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { AIBudget, Subscription, Usage } from "../../api/types";
import type { UsedUp } from "../../domain/ai-budget";
import { cn } from "../../lib/cn";
import { formatCentsOf, formatCount, formatMicroUSD, plural } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { Progress } from "../../ui/progress";
import { doubtsOf, percent, perMail, priceless, projected, unchargedWords } from "./sums";

/** The three figures on top: what was spent, what came, what the month is likely to come to. */
export function Figures({
  usage,
  limits,
  budget: stands,
  gone,
  marks,
  current,
  period,
  before,
}: {
  usage: Usage;
  /** Of the plan, by the month; they do not hold for the months before. */
  limits: Subscription["limits"] | undefined;
  /** How this month's AI budget stands; undefined: there is none. */
  budget: AIBudget | undefined;
  /** What there is to say of it once it is used up. */
  gone: UsedUp | undefined;
  /** Percent of the budget at which admins are told. */
  marks: number[];
  /** It is this month. */
  current: boolean;
  /** What the days are called, as in "Spend in October". */
  period: string;
  /** The month before, to compare with. */
  before: { usage: Usage; name: string } | undefined;
}) {
  const now = current ? stands : undefined;
  const budget = now?.limit_micro_usd ?? 0;
  const spent = now?.used_micro_usd ?? usage.cost_micro_usd;
  const most = current ? (limits?.emails ?? 0) : 0;
  const charged = now !== undefined && !now.own;
  return (
    <Card className="flex max-md:flex-col">
      <Figure
        label={current ? "Spend this month" : `Spend, ${period}`}
        aside={budget > 0 ? `budget ${formatMicroUSD(budget)}` : ""}
        value={priceless({ ...usage, cost_micro_usd: spent }, charged) ? "Not known" : formatMicroUSD(spent)}
        part={budget > 0 ? partOf(spent, budget) : undefined}
      >
        {budget > 0 ? (
          <Used
            label="Spent of this month's budget"
            used={spent}
            limit={budget}
            marks={marks}
            full={
              gone
                ? `${gone.what} ${gone.wait} ${gone.step}`
                : spent >= budget
                  ? "The budget is used up: mail is read by rules until next month."
                  : undefined
            }
          />
        ) : null}
        <Spend usage={usage} budget={now} spent={spent} />
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
            full={
              usage.emails >= most ? "The limit is reached: mail is kept, and read next month." : undefined
            }
          />
        ) : (
          "Counted on the day they arrived."
        )}
      </Figure>
      {current ? (
        <MonthEnd
          usage={usage}
          beside={spent - usage.cost_micro_usd}
          budget={budget}
          most={most}
          before={before}
        />
      ) : (
        <Figure label="Cost per mail" value={mailCost(usage) ?? "None yet"}>
          {`${[plural(usage.calls, "call"), against(usage, before)].filter(Boolean).join(", ")}.`}
        </Figure>
      )}
    </Card>
  );
}

/** What is said below the spend, so that it is true of every call. */
function Spend({ usage, budget, spent }: { usage: Usage; budget: AIBudget | undefined; spent: number }) {
  const beside = spent - usage.cost_micro_usd;
  const doubts = doubtsOf(usage, budget);
  const uncharged = unchargedWords(usage, budget);
  if (beside > 0 || doubts.length > 0 || uncharged) {
    return (
      <div className="mt-1.5 flex flex-col gap-1">
        {beside > 0 ? (
          <p>
            {formatMicroUSD(beside)} of it for calls that brought nothing, or that nobody counted: they count
            against this budget as well.
          </p>
        ) : null}
        {doubts.map((doubt) => (
          <p key={doubt} className="flex items-start gap-1.5 text-warning">
            <CircleAlert aria-hidden className="mt-px size-4 shrink-0" strokeWidth={1.75} />
            {doubt}
          </p>
        ))}
        {uncharged ? <p>{uncharged}</p> : null}
      </div>
    );
  }
  if (usage.cost_micro_usd > 0) return budget ? null : `${plural(usage.calls, "call")} of models.`;
  if (usage.calls === 0 && usage.emails === 0) return null;
  return (
    <p className={budget ? "mt-1.5" : undefined}>
      {usage.calls > 0
        ? "The models that were asked cost nothing."
        : "Mail was read by rules, which cost nothing."}
    </p>
  );
}

function MonthEnd({
  usage,
  beside,
  budget,
  most,
  before,
}: {
  usage: Usage;
  /** What counts against the budget beside the cost of the usage. */
  beside: number;
  budget: number;
  most: number;
  before: { usage: Usage; name: string } | undefined;
}) {
  const end = projected(usage);
  // Who began today has no days to reckon the others by.
  if (usage.ahead.length === 0)
    return (
      <Figure label="Projected month end" value="Not known yet">
        Known once there has been mail for a day.
      </Figure>
    );
  const money = end.micro > 0;
  const [value, limit] = money ? [end.micro + beside, budget] : [end.emails, most];
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
        ? "No mail came in the weeks before."
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
  /** What is said when there is no more. */
  full: string | undefined;
}) {
  return (
    <>
      <Progress label={label} value={used} max={limit} marks={at} className="mt-2" />
      {full ? (
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
