import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CircleCheck, Download, Eye, Undo2 } from "lucide-react";
import { Fragment, useMemo, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { projectQueries } from "../../api/queries/projects";
import type { Amount, Fact, FactKind, ProjectDetail } from "../../api/types";
import { ChoiceChip } from "../../domain/action-bar";
import { type Answers, useAnswers } from "../../domain/answers";
import { FactForm } from "../../domain/fact-form";
import { KindBadge, kindLooks } from "../../domain/fact-kind";
import { isDoubtful, isLive, ReviewBadge, standingLabels } from "../../domain/fact-value";
import { isFromFile } from "../../domain/file-proof";
import { SearchBox } from "../../domain/search-box";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { csv, download } from "../../lib/csv";
import { dayOf, daysBetween, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { formatAmount, formatCount, plural } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Chip } from "../../ui/chip";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { KeyCaps } from "../../ui/kbd";
import { Skeleton } from "../../ui/skeleton";
import { deciderOf, decidersOf, narrowFacts, newestFirst, sinceDays } from "./fact-filter";
import type { Place } from "./place";

/** What a tab of facts shows. */
export interface FactTab {
  kinds: readonly FactKind[];
  /** "decision", "decisions" */
  one: string;
  many: string;
  fact: string;
  /** Who decided. */
  who?: true;
  /** Amounts and where they stand, with their sums. */
  money?: true;
  /** Open ones, then closed ones, with their age. */
  closes?: true;
}

/** The tabs of facts by the kind that names them in the address. */
export const factTabs: Partial<Record<FactKind, FactTab>> = {
  decision: { kinds: ["decision"], one: "decision", many: "decisions", fact: "Decision", who: true },
  budget_mention: {
    kinds: ["budget_mention", "scope_change"],
    one: "budget mention or change",
    many: "budget mentions and changes",
    fact: "Budget or change",
    money: true,
  },
  risk: { kinds: ["risk"], one: "risk", many: "risks", fact: "Risk", closes: true },
};

interface FactTableProps {
  org: string;
  project: ProjectDetail;
  tab: FactTab;
  place: Place;
  onPlace(place: Place): void;
  mayChange: boolean;
}

/** Facts of one sort with who, proof and state; each row opens its mail at the sentence. */
export function FactTable({ org, project, tab, place, onPlace, mayChange }: FactTableProps) {
  const today = dayOf(useNow());
  const answers = useAnswers(org);
  const navigate = useNavigate();
  const one = tab.kinds.length === 1 ? tab.kinds[0] : undefined;
  const live = useQuery(projectQueries.facts(org, project.id, one));
  const old = useQuery({
    ...projectQueries.facts(org, project.id, one, "superseded"),
    enabled: place.replaced === true,
  });
  const asked = live.isSuccess && place.replaced ? old : live;
  const slow = useDelayed(asked.isPending);
  const [at, setAt] = useState(-1);
  const [editing, setEditing] = useState("");
  const body = useRef<HTMLDivElement>(null);

  const facts = useMemo(() => {
    const all = [...(live.data ?? []), ...((place.replaced && old.data) || [])];
    const once = new Map(all.map((f) => [f.id, f]));
    return newestFirst(
      [...once.values()].filter((f) => tab.kinds.includes(f.kind) && f.state !== "rejected"),
    );
  }, [live.data, old.data, place.replaced, tab]);
  const narrowed = useMemo(() => narrowFacts(facts, place), [facts, place]);
  const groups = tab.closes
    ? [
        { name: "Open", facts: narrowed.filter((f) => !f.done_at) },
        { name: "Closed", facts: narrowed.filter((f) => f.done_at) },
      ].filter((g) => g.facts.length > 0)
    : [{ name: "", facts: narrowed }];
  const shown = groups.flatMap((g) => g.facts);
  const filtered = Boolean(place.q || place.by !== undefined || place.since);
  const set = (change: Partial<Place>) => {
    setAt(-1);
    onPlace({ ...place, ...change });
  };

  const step = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), shown.length - 1);
    const row = body.current?.querySelector<HTMLElement>(`[data-fact-row="${shown[next]?.id}"]`);
    if (!row) return false;
    setAt(next);
    row.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const chosen = (run: (fact: Fact) => void) => () => {
    const fact = shown[at];
    if (!mayChange || !fact || !isLive(fact)) return false;
    run(fact);
  };
  const closeForm = () => {
    const row = body.current?.querySelector(`[data-fact-row="${editing}"] a`);
    setEditing("");
    if (row instanceof HTMLElement) row.focus();
  };
  const group = "Table";
  useKeys([
    { keys: "j", label: "Next row", group, run: () => step(1) },
    { keys: "k", label: "Row before", group, run: () => step(-1) },
    { keys: "ArrowDown", label: "Next row", group, run: () => step(1) },
    { keys: "ArrowUp", label: "Row before", group, run: () => step(-1) },
    ...(mayChange
      ? [
          { keys: "c", label: "Confirm fact", group, run: chosen((f) => answers.confirm(f)) },
          { keys: "e", label: "Correct fact", group, run: chosen((f) => setEditing(f.id)) },
        ]
      : []),
  ]);

  const exportLog = () =>
    download(
      `${project.job_number || project.name} ${tab.many}.csv`,
      csv([
        ["Date", "Type", tab.fact, "Who", "Amount", "Standing", "Proof", "State"],
        ...shown.map((f) => [
          dayOf(f.at),
          kindLooks[f.kind].label,
          f.text,
          f.made_by ?? f.owner ?? "",
          f.amount ? formatAmount(f.amount) : "",
          f.standing ? standingLabels[f.standing] : "",
          f.quote,
          stateWord(f),
        ]),
      ]),
    );

  const columns = tab.who ? 5 : tab.money ? 6 : 5;
  return (
    <div className="px-7 pt-3 pb-10 max-md:px-4">
      <h2 className="sr-only">{tab.many}</h2>
      {tab.money ? <Figures project={project} /> : null}
      <div className="mb-2.5 flex flex-wrap items-center gap-2">
        <SearchBox
          label={`Search ${tab.money ? "budget and changes" : tab.many}`}
          value={place.q ?? ""}
          onChange={(q) => set({ q: q || undefined })}
          className="max-md:w-full"
        />
        {tab.who ? (
          <ChoiceChip
            label="Decided by"
            any="Anyone"
            value={place.by}
            choices={decidersOf(facts).map(({ name, count }) => ({ value: name, text: name, count }))}
            onChange={(by) => set({ by })}
          />
        ) : null}
        <ChoiceChip
          label="Since"
          any="the start"
          value={place.since}
          choices={[...new Set([...sinceDays(today), ...(place.since ? [place.since] : [])])]
            .sort()
            .reverse()
            .map((day) => ({
              value: day,
              text: formatDate(day, today),
              count: facts.filter((f) => dayOf(f.at) >= day).length,
            }))}
          onChange={(since) => set({ since })}
        />
        <Chip
          pressed={place.replaced === true}
          icon={<Eye aria-hidden />}
          onClick={() => set({ replaced: place.replaced ? undefined : true })}
        >
          Show replaced
        </Chip>
        <span className="ml-auto text-muted-foreground text-sm tabular-nums max-md:ml-0" aria-live="polite">
          {live.data
            ? filtered
              ? `${formatCount(shown.length)} of ${plural(facts.length, tab.one, tab.many)}`
              : plural(facts.length, tab.one, tab.many)
            : ""}
        </span>
        <Button onClick={exportLog} disabled={shown.length === 0} className="max-md:hidden">
          <Download aria-hidden strokeWidth={1.75} /> Export log
        </Button>
      </div>

      {asked.error ? (
        <ErrorState
          what={`The ${tab.many} could not be read.`}
          message={messageOf(asked.error)}
          retry={() => asked.refetch()}
          className="mb-2.5"
        />
      ) : null}
      {live.isPending ? (
        <Card aria-busy="true" className={cn("flex flex-col gap-5 p-4", !slow && "invisible")}>
          {[0, 1, 2, 3].map((i) => (
            <Skeleton key={i} className="h-4 w-2/3" />
          ))}
        </Card>
      ) : live.data === undefined ? null : shown.length === 0 ? (
        facts.length > 0 ? (
          <Empty
            title={`No ${tab.many} match.`}
            action={
              <Button size="small" onClick={() => set({ q: undefined, by: undefined, since: undefined })}>
                Clear filters
              </Button>
            }
          />
        ) : (
          <Empty title={`No ${tab.many} on this job.`}>
            New ones appear here with the sentence that says them.
          </Empty>
        )
      ) : (
        <div ref={body}>
          <Card className="overflow-hidden">
            <table className="w-full table-fixed text-sm max-lg:block">
              <thead className="max-lg:sr-only">
                <tr className="h-8 border-b text-left text-muted-foreground text-xs">
                  <th className="w-[86px] pl-4 font-medium">{tab.closes ? "Since" : "Date"}</th>
                  <th className="font-medium">{tab.fact}</th>
                  {tab.who ? <th className="w-[136px] px-3 font-medium">Who decided</th> : null}
                  {tab.money ? <th className="w-[112px] px-3 text-right font-medium">Amount</th> : null}
                  {tab.money ? <th className="w-[128px] px-3 font-medium">Standing</th> : null}
                  {tab.closes ? <th className="w-[84px] px-3 text-right font-medium">Age</th> : null}
                  <th className={cn("pl-3 font-medium", tab.closes ? "w-[34%]" : "w-[37%]")}>Proof</th>
                  <th className={cn("pr-4 pl-3 font-medium", tab.closes ? "w-[212px]" : "w-[150px]")}>
                    State
                  </th>
                </tr>
              </thead>
              <tbody className="max-lg:block">
                {groups.map((g) => (
                  <Fragment key={g.name}>
                    {g.name ? (
                      <tr className="border-b bg-secondary/60 max-lg:block">
                        <th
                          scope="rowgroup"
                          colSpan={columns}
                          className="px-4 py-1.5 text-left font-medium text-xs max-lg:block"
                        >
                          {g.name}{" "}
                          <span className="text-muted-foreground">{formatCount(g.facts.length)}</span>
                        </th>
                      </tr>
                    ) : null}
                    {g.facts.map((f) => {
                      const i = shown.indexOf(f);
                      return (
                        <Fragment key={f.id}>
                          <FactRow
                            fact={f}
                            facts={facts}
                            tab={tab}
                            today={today}
                            active={i === at}
                            mayChange={mayChange}
                            answers={answers}
                            onFocus={() => setAt(i)}
                            onOpen={() => navigate({ to: ".", search: { mail: f.email_id, fact: f.id } })}
                          />
                          {editing === f.id ? (
                            <tr className="border-b bg-popover max-lg:block">
                              <td colSpan={columns} className="max-lg:block">
                                <div className="max-w-[520px] px-1">
                                  <FactForm
                                    fact={f}
                                    proof={null}
                                    save={(change) => answers.correct(f, change)}
                                    onDone={closeForm}
                                    onReject={(reason) => {
                                      closeForm();
                                      answers.reject(f, reason);
                                    }}
                                  />
                                  <p className="-mt-1 px-3 pb-3 text-muted-foreground text-xs">
                                    To change the proof,{" "}
                                    <Link
                                      to="."
                                      search={{ mail: f.email_id, fact: f.id }}
                                      className="font-medium text-primary hover:underline"
                                    >
                                      open the mail
                                    </Link>{" "}
                                    and select other words there.
                                  </p>
                                </div>
                              </td>
                            </tr>
                          ) : null}
                        </Fragment>
                      );
                    })}
                  </Fragment>
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
              <>
                <span className="inline-flex items-center gap-1.5">
                  <KeyCaps keys="c" /> confirm
                </span>
                <span className="inline-flex items-center gap-1.5">
                  <KeyCaps keys="e" /> correct
                </span>
              </>
            ) : null}
          </p>
        </div>
      )}
      {mayChange ? null : <ViewerLine className="mt-2.5" />}
    </div>
  );
}

interface FactRowProps {
  fact: Fact;
  /** Where the fact that replaced it is looked for. */
  facts: readonly Fact[];
  tab: FactTab;
  today: string;
  active: boolean;
  mayChange: boolean;
  answers: Answers;
  onFocus(): void;
  onOpen(): void;
}

const small = "max-lg:p-0 max-lg:text-xs";

function FactRow({ fact, facts, tab, today, active, mayChange, answers, onFocus, onOpen }: FactRowProps) {
  const gone = !isLive(fact);
  const decider = deciderOf(fact);
  return (
    <tr
      data-fact-row={fact.id}
      onClick={(e) => {
        if (!(e.target as Element).closest("a, button")) onOpen();
      }}
      onFocus={onFocus}
      className={cn(
        "relative cursor-pointer border-b align-top last:border-0 hover:bg-accent max-lg:flex max-lg:flex-wrap max-lg:items-baseline max-lg:gap-x-2.5 max-lg:gap-y-0.5 max-lg:px-3.5 max-lg:py-3",
        active && "bg-accent shadow-[inset_3px_0_0_var(--primary)]",
      )}
    >
      <td className={cn("py-2.5 pl-4 text-muted-foreground tabular-nums max-lg:order-4", small)}>
        {formatDate(dayOf(fact.at), today)}
      </td>
      <td className="py-2.5 max-lg:order-1 max-lg:w-full max-lg:p-0 max-lg:text-base">
        <Link
          to="."
          search={{ mail: fact.email_id, fact: fact.id }}
          className={cn(
            "inline-flex items-start gap-2 rounded-[3px] font-medium",
            gone && "font-normal text-muted-foreground line-through",
          )}
        >
          {tab.kinds.length > 1 ? <KindBadge kind={fact.kind} named className="-mt-px" /> : null}
          {fact.text}
        </Link>
        <Affects fact={fact} />
      </td>
      {tab.who ? (
        <td className={cn("px-3 py-2.5 font-medium max-lg:order-2", small)}>
          {decider.name || <span className="font-normal text-subtle-foreground">Not named</span>}
          {decider.more ? (
            <span className="block font-normal text-muted-foreground text-xs max-lg:inline">
              {" "}
              {decider.more}
            </span>
          ) : null}
        </td>
      ) : null}
      {tab.money ? (
        <>
          <td className={cn("px-3 py-2.5 text-right font-medium tabular-nums max-lg:order-2", small)}>
            {fact.amount ? formatAmount(fact.amount) : null}
          </td>
          <td className={cn("px-3 py-2.5 max-lg:order-3", small)}>
            {fact.standing ? (
              <Badge tone={fact.standing === "approved" ? "success" : "warning"}>
                {standingLabels[fact.standing]}
              </Badge>
            ) : null}
          </td>
        </>
      ) : null}
      {tab.closes ? (
        <td className={cn("px-3 py-2.5 text-right tabular-nums max-lg:order-3", small)}>
          {ageOf(fact, today)}
        </td>
      ) : null}
      <td className="py-2 pl-3 max-lg:order-6 max-lg:w-full max-lg:p-0 max-lg:py-1">
        <mark
          data-active={active}
          className="evidence line-clamp-3 inline rounded-[2px] font-serif text-quote"
        >
          {fact.quote}
        </mark>
        {isFromFile(fact) ? (
          <span className="block text-muted-foreground text-xs">From an attached file</span>
        ) : null}
      </td>
      <td className={cn("py-2.5 pr-4 pl-3 max-lg:order-5 max-lg:min-w-[50%] max-lg:flex-1", small)}>
        <span className="flex flex-wrap items-start justify-between gap-x-2.5 gap-y-1 max-lg:items-center">
          <span>
            <StateCell fact={fact} facts={facts} today={today} />
          </span>
          {tab.closes && mayChange && !gone ? (
            <Button
              size="small"
              className="touch-target -my-1 max-lg:my-0"
              aria-label={`${fact.done_at ? "Reopen" : "Close"} risk: ${fact.text}`}
              onClick={() => answers.finish(fact, !fact.done_at)}
            >
              {fact.done_at ? "Reopen" : "Close risk"}
            </Button>
          ) : null}
        </span>
      </td>
    </tr>
  );
}

/** How old an open risk is; how long a closed one was open. */
function ageOf(fact: Fact, today: string): string {
  const days = daysBetween(dayOf(fact.at), fact.done_at ? dayOf(fact.done_at) : today);
  return days <= 0 ? "New" : `${formatCount(days)} d`;
}

const touched: Record<string, FactKind> = {
  budget: "budget_mention",
  cost: "budget_mention",
  schedule: "timeline_change",
  timeline: "timeline_change",
  scope: "scope_change",
};

/** What else a fact touches: "Scope +1", or in the words of its reader. */
function Affects({ fact }: { fact: Fact }) {
  if (fact.affects.length === 0) return null;
  const kinds = new Map<FactKind, number>();
  const others: string[] = [];
  for (const word of fact.affects) {
    const kind = touched[word.toLowerCase()];
    if (kind) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    else others.push(word);
  }
  return (
    <span className="mt-0.5 flex flex-wrap items-center gap-x-2.5 text-xs">
      <span className="sr-only">Affects</span>
      {[...kinds].map(([kind, n]) => {
        const look = kindLooks[kind];
        return (
          <span key={kind} className={cn("inline-flex items-center gap-1", look.text)}>
            <look.icon className="size-3.5" aria-hidden strokeWidth={1.75} />
            {look.label} +{n}
          </span>
        );
      })}
      {others.length > 0 ? <span className="text-muted-foreground">Affects {others.join(", ")}</span> : null}
    </span>
  );
}

/** What has become of a fact, in a word. */
export function stateWord(fact: Fact): string {
  if (fact.state === "superseded") return "Replaced";
  if (fact.state === "rejected") return "Rejected";
  if (fact.done_at) return fact.kind === "risk" ? "Closed" : "Done";
  if (isDoubtful(fact)) return "Review";
  if (fact.state === "confirmed") return "Confirmed";
  return fact.state === "corrected" ? "Corrected" : "Current";
}

function StateCell({ fact, facts, today }: { fact: Fact; facts: readonly Fact[]; today: string }) {
  const later = fact.superseded_by ? facts.find((f) => f.id === fact.superseded_by) : undefined;
  if (fact.state === "superseded") {
    const words = `Replaced${later ? ` ${formatDate(dayOf(later.at), today)}` : ""}`;
    return (
      <span className="inline-flex items-center gap-1.5 text-muted-foreground">
        <Undo2 className="size-4 shrink-0" aria-hidden strokeWidth={1.75} />
        {later ? (
          <Link
            to="."
            search={{ mail: later.email_id, fact: later.id }}
            aria-label={`${words} by: ${later.text}`}
            className="rounded-[3px] underline decoration-border-strong underline-offset-2 hover:decoration-current"
          >
            {words}
          </Link>
        ) : (
          words
        )}
      </span>
    );
  }
  return (
    <>
      {isDoubtful(fact) && !fact.done_at ? (
        <ReviewBadge fact={fact} />
      ) : (
        <span className="inline-flex items-center gap-1.5 text-muted-foreground">
          <CircleCheck className="size-4 shrink-0 text-success" aria-hidden strokeWidth={1.75} />
          {stateWord(fact)}
          {fact.done_at ? ` ${formatDate(dayOf(fact.done_at), today)}` : ""}
        </span>
      )}
      {later ? (
        <Link
          to="."
          search={{ mail: later.email_id, fact: later.id }}
          className="mt-0.5 block rounded-[3px] font-medium text-primary text-xs hover:underline"
        >
          Said otherwise {formatDate(dayOf(later.at), today)}
        </Link>
      ) : null}
    </>
  );
}

/** Approved changes and exposure, by currency. */
function Figures({ project }: { project: ProjectDetail }) {
  const figures = [
    { name: "Approved changes", sums: project.approved, note: "Agreed cost that mails say." },
    { name: "Exposure", sums: project.exposure, note: "Priced, claimed or carried, and not approved." },
  ];
  return (
    <dl className="mb-3 grid max-w-[760px] grid-cols-2 gap-3 max-md:gap-2">
      {figures.map(({ name, sums, note }) => (
        <Card key={name} className="px-4 pt-3 pb-3">
          <dt className="text-muted-foreground text-sm">{name}</dt>
          <dd className="mt-0.5 font-semibold text-figure tabular-nums">{sumText(sums)}</dd>
          <dd className="text-muted-foreground text-xs max-md:sr-only">{note}</dd>
        </Card>
      ))}
    </dl>
  );
}

/** "$12,400 and €300"; zero of the common currency when there is none. */
export function sumText(sums: readonly Amount[]): string {
  if (sums.length === 0) return formatAmount({ minor: 0, currency: "USD" });
  return sums.map(formatAmount).join(" and ");
}
