import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, History, RefreshCw, Undo2 } from "lucide-react";
import { useState } from "react";
import { ApiError, messageOf } from "../api/client";
import { judgeReading, type RereadAsk, readingQueries, reread } from "../api/queries/readings";
import type { EmailDetail, Fact, Reading, RereadPlan } from "../api/types";
import { cn } from "../lib/cn";
import { dayOf, formatDate, formatStamp } from "../lib/dates";
import { useNow } from "../lib/hooks";
import { formatAmount, formatCount, formatMicroUSD, plural } from "../lib/money";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Disclosure } from "../ui/disclosure";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { segmentClasses, segmentedClasses } from "../ui/segmented";
import { Skeleton } from "../ui/skeleton";
import { toast } from "../ui/toast";
import { KindBadge, kindLooks } from "./fact-kind";
import { standingLabels } from "./fact-value";

const readerName = (extractor: string) =>
  extractor === "rules" ? "rules" : extractor === "model" ? "a model" : extractor;

/** By what a mail was read, and when: the way to its readings. A later one that waits for a person is said aloud. */
export function ReadBy({
  org,
  mail,
  mayChange,
  className,
}: {
  org: string;
  mail: EmailDetail;
  mayChange: boolean;
  className?: string;
}) {
  const today = dayOf(useNow());
  const { data } = useQuery({ ...readingQueries.ofEmail(org, mail.id), enabled: mail.extractor !== "" });
  const [open, setOpen] = useState(false);
  if (!mail.extractor) return null;
  const readings = data?.items ?? [];
  const current = readings.find((r) => r.state === "current");
  const proposed = readings.find((r) => r.state === "proposed");
  const waiting = readings.find((r) => r.state === "waiting");
  return (
    <div className={cn("font-sans", className)}>
      {proposed ? (
        <Notice
          tone="warning"
          className="mb-2"
          action={
            <Button size="small" className="max-md:h-11" onClick={() => setOpen(true)}>
              Compare
            </Button>
          }
        >
          Read again by {readerName(proposed.extractor)}: {diffWords(proposed)}.
        </Notice>
      ) : null}
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="touch-target inline-flex items-center gap-1.5 rounded-[4px] text-muted-foreground text-xs hover:text-foreground hover:underline"
      >
        <History className="size-3.5 shrink-0" aria-hidden />
        Read by {readerName(mail.extractor)}
        {current ? `, ${formatDate(dayOf(current.at), today)}` : ""}
        {waiting
          ? `. Read again ${waiting.waits_for_budget ? "when there is AI budget" : "soon"}`
          : current?.newer_rules
            ? ". There are newer rules"
            : ""}
      </button>
      {open ? (
        <Dialog
          open
          onOpenChange={setOpen}
          title="Readings of this mail"
          description="What a person confirmed or corrected stays, whoever reads it again."
          className="md:w-[620px]"
        >
          <Readings org={org} mail={mail} mayChange={mayChange} />
        </Dialog>
      ) : null}
    </div>
  );
}

/** "1 added, 2 gone, 3 changed" */
export function diffWords({ diff }: Pick<Reading, "diff">): string {
  const parts = [
    [diff.added.length, "added"],
    [diff.gone.length, "gone"],
    [diff.changed.length, "changed"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, word]) => `${formatCount(n)} ${word}`);
  return said.join(", ") || "the same facts";
}

const stateLooks: Record<Reading["state"], { text: string; tone: "success" | "review" | "neutral" }> = {
  current: { text: "Current", tone: "success" },
  proposed: { text: "Waits for you", tone: "review" },
  waiting: { text: "To be made", tone: "neutral" },
  replaced: { text: "Replaced", tone: "neutral" },
  undone: { text: "Undone", tone: "neutral" },
};

function Readings({ org, mail, mayChange }: { org: string; mail: EmailDetail; mayChange: boolean }) {
  const now = useNow();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(readingQueries.ofEmail(org, mail.id));
  const judge = useMutation({
    ...judgeReading(org, client),
    onError: (e) => toast(messageOf(e)),
  });
  if (error) {
    return (
      <ErrorState what="The readings could not be read." message={messageOf(error)} retry={() => refetch()} />
    );
  }
  if (isPending) return <Skeleton className="h-4 w-2/3" />;
  const decide = (r: Reading, state: "accepted" | "undone") =>
    judge.mutate(
      { email: mail.id, n: r.n, state },
      {
        onSuccess: () =>
          toast(state === "accepted" ? "Accepted: its facts count now." : "Undone: nothing changed.", {
            ...(state === "accepted"
              ? { undo: () => judge.mutate({ email: mail.id, n: r.n, state: "undone" }) }
              : {}),
          }),
      },
    );
  return (
    <>
      {data.items.length === 0 ? (
        <p className="text-muted-foreground text-sm">
          This mail was read once, by {readerName(mail.extractor)}.
        </p>
      ) : (
        <ol aria-label="Readings" className="flex flex-col">
          {data.items.map((r) => (
            <li key={r.n} className="border-b py-3 first:pt-1 last:border-0">
              <p className="flex flex-wrap items-center gap-2 text-sm">
                <span className="font-semibold">
                  {r.extractor === "rules" ? "Rules" : readerName(r.extractor)}
                </span>
                <Badge tone={stateLooks[r.state].tone}>{stateLooks[r.state].text}</Badge>
                <span className="ml-auto text-muted-foreground text-xs tabular-nums">
                  {formatStamp(r.at, now)}
                </span>
              </p>
              <p className="text-muted-foreground text-xs">
                {whyWords(r)}
                {r.version ? ` · Version ${r.version}` : ""}
                {r.cost_micro_usd ? ` · ${formatMicroUSD(r.cost_micro_usd)}` : ""}
              </p>
              {r.note ? <p className="mt-0.5 text-sm">{r.note}</p> : null}
              <Diff reading={r} />
              {r.extractor !== "rules" && r.state !== "waiting" ? <Sent org={org} reading={r} /> : null}
              {mayChange && (r.state === "proposed" || r.state === "waiting") ? (
                <div className="mt-2 flex gap-2">
                  {r.state === "proposed" ? (
                    <Button
                      look="primary"
                      size="small"
                      className="max-md:h-11"
                      working={judge.isPending}
                      onClick={() => decide(r, "accepted")}
                    >
                      <Check aria-hidden /> Accept reading
                    </Button>
                  ) : null}
                  <Button
                    size="small"
                    className="max-md:h-11"
                    working={judge.isPending}
                    onClick={() => decide(r, "undone")}
                  >
                    <Undo2 aria-hidden /> {r.state === "proposed" ? "Undo" : "Do not read again"}
                  </Button>
                </div>
              ) : null}
            </li>
          ))}
        </ol>
      )}
      {mayChange ? <Reread org={org} ask={{ emails: [mail.id] }} /> : null}
    </>
  );
}

function whyWords(r: Reading): string {
  if (r.why === "received") return "When the mail came";
  if (r.why === "model_answered") return "The model answered";
  return r.by.name ? `Asked by ${r.by.name}` : "Asked for";
}

/** What a reading says otherwise than the one before. */
function Diff({ reading }: { reading: Reading }) {
  const { added, gone, changed } = reading.diff;
  if (added.length + gone.length + changed.length === 0) return null;
  return (
    <dl className="mt-2 grid grid-cols-[64px_minmax(0,1fr)] gap-x-2 gap-y-1.5 text-sm">
      {added.map((f) => (
        <Line key={f.id} word="Added" tone="text-success">
          <FactLine fact={f} />
        </Line>
      ))}
      {gone.map((f) => (
        <Line key={f.id} word="Gone" tone="text-destructive">
          <span className="text-muted-foreground line-through">
            <FactLine fact={f} />
          </span>
        </Line>
      ))}
      {changed.map((c) => (
        <Line key={c.id} word="Changed" tone="text-warning">
          <FactLine fact={c.now} />
          {changesOf(c.was, c.now).map((change) => (
            <span key={change} className="block text-muted-foreground text-xs">
              {change}
            </span>
          ))}
        </Line>
      ))}
    </dl>
  );
}

function Line({ word, tone, children }: { word: string; tone: string; children: React.ReactNode }) {
  return (
    <>
      <dt className={cn("font-medium text-xs leading-5", tone)}>{word}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function FactLine({ fact }: { fact: Fact }) {
  return (
    <span className="inline-flex items-start gap-1.5">
      <KindBadge kind={fact.kind} named />
      <span>{fact.text}</span>
    </span>
  );
}

/** What became different about a fact, in words: "Due 2026-11-24 → none". */
export function changesOf(was: Fact, now: Fact): string[] {
  const values: [name: string, of: (f: Fact) => string][] = [
    ["Type", (f) => kindLooks[f.kind].label],
    ["What it says", (f) => f.text],
    ["Owner", (f) => f.owner ?? ""],
    ["Date", (f) => f.deadline ?? ""],
    ["Decided by", (f) => f.made_by ?? ""],
    ["Amount", (f) => (f.amount ? formatAmount(f.amount) : "")],
    ["Standing", (f) => (f.standing ? standingLabels[f.standing] : "")],
    ["Proof", (f) => f.quote],
  ];
  return values.flatMap(([name, of]) =>
    of(was) === of(now) ? [] : [`${name}: ${of(was) || "none"} → ${of(now) || "none"}`],
  );
}

/** Exactly what was sent to a model, as text. */
function Sent({ org, reading }: { org: string; reading: Reading }) {
  const now = useNow();
  const { data } = useQuery(readingQueries.one(org, reading.email_id, reading.n));
  if (!data || data.calls.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-col items-start gap-1">
      {data.calls.map((call) => (
        <Disclosure
          key={call.at}
          label={`Sent to ${call.model}, ${formatStamp(call.at, now)}: ${outcomes[call.outcome]}`}
        >
          {call.sent ? (
            <pre className="max-h-64 overflow-auto whitespace-pre-wrap break-words rounded-control bg-muted p-2 font-mono text-xs">
              {call.sent}
            </pre>
          ) : (
            <p className="text-xs">Nothing left this installation.</p>
          )}
        </Disclosure>
      ))}
    </div>
  );
}

const outcomes = {
  answered: "answered",
  invalid: "its answer was no use",
  refused: "it would not read it",
  limited: "too many calls",
  unavailable: "no answer",
  timeout: "no answer in time",
  not_sent: "not sent",
};

/** Has mail read again: what it costs is shown before it is asked for. */
export function Reread({
  org,
  ask,
}: {
  org: string;
  ask: Omit<RereadAsk, "extractor" | "accepted_micro_usd">;
}) {
  const client = useQueryClient();
  const [extractor, setExtractor] = useState<RereadAsk["extractor"] | null>(null);
  const price = useQuery({
    ...readingQueries.price(org, { ...ask, extractor: extractor ?? "rules" }),
    enabled: extractor !== null,
  });
  const again = useMutation(reread(org, client));
  // Above the amount of the settings one click is not enough; another choice asks anew.
  const [sure, setSure] = useState(false);
  return (
    <section aria-label="Read again" className="mt-3 border-t pt-3">
      <div className="flex min-h-8 flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">Read again by</span>
        <fieldset aria-label="Read again by" className={segmentedClasses}>
          {(["rules", "model"] as const).map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={extractor === value}
              onClick={() => {
                setExtractor(value);
                setSure(false);
              }}
              className={segmentClasses}
            >
              {value === "rules" ? "Rules" : "A model"}
            </button>
          ))}
        </fieldset>
      </div>
      {price.error ? (
        <Notice
          tone="danger"
          className="mt-2"
          action={
            // What the settings or rights forbid stays so; a line that is too long does not.
            price.error instanceof ApiError &&
            price.error.status < 500 &&
            price.error.status !== 429 ? null : (
              <Button size="small" className="max-md:h-11" onClick={() => price.refetch()}>
                Try again
              </Button>
            )
          }
        >
          {messageOf(price.error)}
        </Notice>
      ) : extractor && price.data ? (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="min-w-48 flex-1 text-muted-foreground text-sm">{planWords(price.data)}</p>
          <Button
            look="primary"
            size="small"
            className="max-md:h-11"
            disabled={price.data.mails === 0 || price.isFetching}
            working={again.isPending}
            onClick={() => {
              if (price.data.ask_again && !sure) {
                setSure(true);
                return;
              }
              again.mutate(
                { ...ask, extractor, accepted_micro_usd: price.data.cost_micro_usd ?? 0 },
                {
                  onSuccess: (plan) => {
                    // Another click would pay for it again.
                    setExtractor(null);
                    setSure(false);
                    toast(`${plural(plan.asked, "mail")} ${plan.asked === 1 ? "is" : "are"} read again.`);
                  },
                  onError: (error) => {
                    setSure(false); // it may cost something else by now
                    price.refetch();
                    toast(messageOf(error));
                  },
                },
              );
            }}
          >
            <RefreshCw aria-hidden />{" "}
            {sure
              ? price.data.cost_micro_usd === null
                ? "Yes, at a price nobody knows"
                : `Yes, spend ${aboutWords(price.data.cost_micro_usd)}`
              : `Read ${plural(price.data.mails, "mail")} again`}
          </Button>
        </div>
      ) : extractor ? (
        <div role="status">
          <span className="sr-only">Asking what it costs</span>
          <Skeleton className="mt-3 h-4 w-1/2" />
        </div>
      ) : null}
    </section>
  );
}

/** "about $0.02", "less than 1¢" */
const aboutWords = (micro: number) => (micro < 10_000 ? "less than 1¢" : `about ${formatMicroUSD(micro)}`);

/** What reading again takes: "Costs about $0.02, at most $0.06. 2 mails are left out: …". */
export function planWords(plan: RereadPlan): string {
  const sum = (of: (r: RereadPlan["readers"][number]) => number | null) =>
    plan.readers.reduce<number | null>((all, r) => {
      const one = of(r);
      return all === null || one === null ? null : all + one;
    }, 0);
  const likely = sum((r) => r.cost_micro_usd);
  const most = sum((r) => r.most_micro_usd);
  const said: string[] = [];
  if (plan.mails === 0) said.push("No mail can be read again.");
  else if (likely === null) said.push("The price of this model is not known.");
  else if (likely === 0) said.push("Costs nothing.");
  else
    said.push(
      `Costs ${aboutWords(likely)}${most === null ? "" : `, at most ${most < 10_000 ? "1¢" : formatMicroUSD(most)}`}.`,
    );
  if (plan.budget_left_micro_usd !== null && likely !== null && likely > plan.budget_left_micro_usd)
    said.push(
      `${formatMicroUSD(plan.budget_left_micro_usd)} is left of this month’s budget: the rest is read when the month turns.`,
    );
  else if (plan.budget_left_micro_usd !== null && likely)
    said.push(`Leaves ${formatMicroUSD(plan.budget_left_micro_usd - likely)} of this month’s budget.`);
  if (plan.no_ai > 0) said.push(`${plural(plan.no_ai, "mail")} must not be sent to a model.`);
  if (plan.skipped > 0)
    said.push(`${plural(plan.skipped, "mail")} ${plan.skipped === 1 ? "was" : "were"} not read, or copied.`);
  return said.join(" ");
}
