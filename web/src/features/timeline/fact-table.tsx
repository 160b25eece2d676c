import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CircleCheck, Download, Search, Undo2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { projectQueries } from "../../api/queries/projects";
import type { Fact, FactKind, ProjectDetail } from "../../api/types";
import { useAnswers } from "../../domain/answers";
import { KindBadge, kindLooks } from "../../domain/fact-kind";
import { isDoubtful, ReviewBadge } from "../../domain/fact-value";
import { isFromFile } from "../../domain/file-proof";
import { cn } from "../../lib/cn";
import { csv, download } from "../../lib/csv";
import { dayOf, formatDate, formatDue, formatWeekdayDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { formatAmount, plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Input } from "../../ui/input";
import { KeyCaps } from "../../ui/kbd";
import { Skeleton } from "../../ui/skeleton";

/** What a tab of facts shows. */
export interface FactTab {
  kinds: readonly FactKind[];
  /** "decisions" */
  many: string;
  fact: string;
  who: string;
  due?: boolean;
  amount?: boolean;
}

/** The tabs of facts by the kind that names them in the address. */
export const factTabs: Partial<Record<FactKind, FactTab>> = {
  action_item: { kinds: ["action_item"], many: "actions", fact: "Action", who: "Owner", due: true },
  decision: { kinds: ["decision"], many: "decisions", fact: "Decision", who: "Who decided" },
  budget_mention: {
    kinds: ["budget_mention", "scope_change"],
    many: "budget mentions and changes",
    fact: "Budget or change",
    who: "Who",
    amount: true,
  },
  risk: { kinds: ["risk"], many: "risks", fact: "Risk", who: "Who" },
};

interface FactTableProps {
  org: string;
  project: ProjectDetail;
  tab: FactTab;
  mayChange: boolean;
}

/** Facts of one sort with who, proof and state; each row opens its mail at the sentence. */
export function FactTable({ org, project, tab, mayChange }: FactTableProps) {
  const today = dayOf(useNow());
  const answers = useAnswers(org);
  const navigate = useNavigate();
  const one = tab.kinds.length === 1 ? tab.kinds[0] : undefined;
  const { data, error, isPending, refetch } = useQuery(projectQueries.facts(org, project.id, one));
  const slow = useDelayed(isPending);
  const [words, setWords] = useState("");
  const [at, setAt] = useState(-1);
  const search = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);

  const facts = useMemo(() => (data ?? []).filter((f) => tab.kinds.includes(f.kind)), [data, tab]);
  const shown = useMemo(() => facts.filter((f) => holds(f, words)), [facts, words]);

  const step = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), shown.length - 1);
    if (next < 0) return false;
    setAt(next);
    const link = body.current?.rows[next]?.querySelector<HTMLElement>("a");
    link?.focus({ preventScroll: true });
    link?.closest("tr")?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => (mayChange ? shown[at] : undefined);
  const group = "Table";
  useKeys([
    { keys: "j", label: "Next row", group, run: () => step(1) },
    { keys: "k", label: "Row before", group, run: () => step(-1) },
    { keys: "ArrowDown", label: "Next row", group, run: () => step(1) },
    { keys: "ArrowUp", label: "Row before", group, run: () => step(-1) },
    { keys: "/", label: `Search ${tab.many}`, group, run: () => search.current?.focus() },
    {
      keys: "c",
      label: "Confirm fact",
      group,
      run: () => {
        const fact = chosen();
        if (!fact) return false;
        answers.confirm(fact);
      },
    },
  ]);

  const exportLog = () =>
    download(
      `${project.job_number || project.name} ${tab.many}.csv`,
      csv([
        ["Date", "Type", tab.fact, tab.who, "Due", "Amount", "Proof", "State"],
        ...shown.map((f) => [
          dayOf(f.at),
          kindLooks[f.kind].label,
          f.text,
          whoOf(f) ?? "",
          f.deadline ?? "",
          f.amount ? formatAmount(f.amount) : "",
          f.quote,
          f.state,
        ]),
      ]),
    );

  return (
    <div className="px-7 pt-3 pb-10 max-md:px-4">
      <h2 className="sr-only">{tab.many}</h2>
      <div className="mb-2.5 flex items-center gap-2.5">
        <div className="relative w-[268px] max-md:w-auto max-md:flex-1">
          <Search
            className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground"
            aria-hidden
          />
          <Input
            ref={search}
            type="search"
            aria-label={`Search ${tab.many}`}
            placeholder={`Search ${tab.many}`}
            className="pl-8"
            value={words}
            onChange={(e) => {
              setWords(e.target.value);
              setAt(-1);
            }}
          />
        </div>
        <span className="ml-auto text-muted-foreground text-sm tabular-nums max-md:hidden" aria-live="polite">
          {data
            ? words
              ? `${shown.length} of ${plural(facts.length, "fact")}`
              : plural(facts.length, "fact")
            : ""}
        </span>
        <Button onClick={exportLog} disabled={shown.length === 0} className="max-md:hidden">
          <Download aria-hidden strokeWidth={1.75} /> Export log
        </Button>
      </div>

      {error ? (
        <ErrorState
          what={`The ${tab.many} could not be read.`}
          message={messageOf(error)}
          retry={() => refetch()}
        />
      ) : isPending ? (
        <Card aria-busy="true" className={cn("flex flex-col gap-5 p-4", !slow && "invisible")}>
          {[0, 1, 2, 3].map((i) => (
            <Skeleton key={i} className="h-4 w-2/3" />
          ))}
        </Card>
      ) : shown.length === 0 ? (
        facts.length > 0 ? (
          <Empty
            title={`No ${tab.many} match.`}
            action={
              <Button size="small" onClick={() => setWords("")}>
                Clear search
              </Button>
            }
          />
        ) : (
          <Empty title={`No ${tab.many} on this job.`}>
            New ones appear here with the sentence that says them.
          </Empty>
        )
      ) : (
        <>
          <Card className="overflow-hidden">
            <table className="w-full table-fixed text-sm max-lg:block">
              <thead className="max-lg:sr-only">
                <tr className="h-8 border-b text-left text-muted-foreground text-xs">
                  <th className="w-[86px] pl-4 font-medium">Date</th>
                  <th className="font-medium">{tab.fact}</th>
                  <th className="w-[136px] px-3 font-medium">{tab.who}</th>
                  {tab.due ? <th className="w-[112px] font-medium">Due</th> : null}
                  {tab.amount ? <th className="w-[104px] pr-4 text-right font-medium">Amount</th> : null}
                  <th className="w-[37%] pl-3 font-medium">Proof</th>
                  <th className="w-[142px] pr-4 pl-3 font-medium">State</th>
                </tr>
              </thead>
              <tbody ref={body} className="max-lg:block">
                {shown.map((f, i) => (
                  <tr
                    key={f.id}
                    data-fact-row={f.id}
                    onClick={(e) => {
                      if ((e.target as Element).closest("a")) return;
                      navigate({ to: ".", search: { mail: f.email_id, fact: f.id } });
                    }}
                    onFocus={() => setAt(i)}
                    className={cn(
                      "relative cursor-pointer border-b align-top last:border-0 hover:bg-accent max-lg:flex max-lg:flex-wrap max-lg:items-baseline max-lg:gap-x-2.5 max-lg:gap-y-0.5 max-lg:px-3.5 max-lg:py-3",
                      i === at && "bg-accent shadow-[inset_3px_0_0_var(--primary)]",
                    )}
                  >
                    <td className="py-2.5 pl-4 text-muted-foreground tabular-nums max-lg:order-5 max-lg:p-0 max-lg:text-xs">
                      {formatDate(dayOf(f.at), today)}
                    </td>
                    <td className="py-2.5 max-lg:order-1 max-lg:w-full max-lg:p-0 max-lg:text-base">
                      <Link
                        to="."
                        search={{ mail: f.email_id, fact: f.id }}
                        className="inline-flex items-start gap-2 rounded-[3px] font-medium"
                      >
                        {tab.kinds.length > 1 ? <KindBadge kind={f.kind} named className="-mt-px" /> : null}
                        {f.text}
                      </Link>
                    </td>
                    <td className="px-3 py-2.5 font-medium max-lg:order-2 max-lg:p-0 max-lg:text-xs">
                      {whoOf(f) ?? <span className="font-normal text-subtle-foreground">Not named</span>}
                    </td>
                    {tab.due ? (
                      <td className="py-2.5 tabular-nums max-lg:order-3 max-lg:p-0 max-lg:text-xs">
                        <DueText fact={f} today={today} />
                      </td>
                    ) : null}
                    {tab.amount ? (
                      <td className="py-2.5 pr-4 text-right tabular-nums max-lg:order-3 max-lg:p-0 max-lg:text-xs">
                        {f.amount ? formatAmount(f.amount) : ""}
                      </td>
                    ) : null}
                    <td className="py-2 pl-3 max-lg:order-6 max-lg:w-full max-lg:p-0 max-lg:py-1">
                      <mark
                        data-active={i === at}
                        className="evidence line-clamp-3 inline rounded-[2px] font-serif text-quote"
                      >
                        {f.quote}
                      </mark>
                      {isFromFile(f) ? (
                        <span className="block text-muted-foreground text-xs">From an attached file</span>
                      ) : null}
                    </td>
                    <td className="py-2.5 pr-4 pl-3 max-lg:order-4 max-lg:p-0 max-lg:text-xs">
                      <StateText fact={f} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Card>
          <p className="mt-2.5 flex flex-wrap items-center gap-x-3.5 gap-y-1 text-muted-foreground text-xs max-md:hidden">
            <span className="inline-flex items-center gap-1.5">
              <KeyCaps keys="j k" /> move
            </span>
            <span className="inline-flex items-center gap-1.5">
              <KeyCaps keys="Enter" /> open mail at the sentence
            </span>
            {mayChange ? (
              <span className="inline-flex items-center gap-1.5">
                <KeyCaps keys="c" /> confirm
              </span>
            ) : null}
          </p>
        </>
      )}
    </div>
  );
}

function whoOf(fact: Fact): string | null {
  return fact.kind === "decision" ? fact.made_by : fact.owner;
}

function holds(fact: Fact, words: string): boolean {
  const all = [fact.text, fact.quote, fact.owner, fact.made_by].join("\n").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((w) => all.includes(w));
}

function DueText({ fact, today }: { fact: Fact; today: string }) {
  if (!fact.deadline) return <span className="text-subtle-foreground">No date</span>;
  const { late, days } = formatDue(fact.deadline, today);
  const date = formatWeekdayDate(fact.deadline, today);
  return late ? (
    <span className="text-destructive">
      {date}, {-days} d late
    </span>
  ) : (
    date
  );
}

function StateText({ fact }: { fact: Fact }) {
  if (isDoubtful(fact)) return <ReviewBadge fact={fact} />;
  const text = {
    open: "Current",
    confirmed: "Confirmed",
    corrected: "Corrected",
    rejected: "Rejected",
    superseded: "Replaced",
  }[fact.state];
  const counts = fact.state !== "rejected" && fact.state !== "superseded";
  return (
    <span className="inline-flex items-center gap-1.5 text-muted-foreground">
      {counts ? (
        <CircleCheck className="size-4 text-success" aria-hidden strokeWidth={1.75} />
      ) : (
        <Undo2 className="size-4" aria-hidden strokeWidth={1.75} />
      )}
      {text}
    </span>
  );
}
