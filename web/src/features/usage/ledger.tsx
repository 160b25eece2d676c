import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, ListFilter, X } from "lucide-react";
import { messageOf } from "../../api/client";
import { type LedgerFilter, ledgerQuery } from "../../api/queries/ledger";
import type { LedgerEntry, Usage } from "../../api/types";
import { MailLink } from "../../domain/mail-link";
import { cn } from "../../lib/cn";
import { formatSecond } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatCount, plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Chip, chipTriggerClasses } from "../../ui/chip";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { callsOf, costOf, outcomeWords, tookWords, troubleOf } from "./ledger-words";
import { bySettings, type Narrow, outcomes } from "./place";
import { stepWords } from "./shares";
import { fillOf, type Layer } from "./stacks";

/** Every call of a model in some days, newest first. */
export function Ledger({
  org,
  own,
  usage,
  filter,
  period,
  layers,
  onFilter,
}: {
  org: string;
  /** The AI budget is that of whoever runs the installation. */
  own: boolean;
  usage: Usage;
  filter: LedgerFilter;
  /** What the days are called, as in "calls in October". */
  period: string;
  layers: Layer[];
  onFilter(change: Narrow): void;
}) {
  const count = callsOf(usage, filter);
  return (
    <Card className="mt-3 overflow-hidden">
      <header className="flex flex-wrap items-center gap-2 px-4 pt-2.5 pb-2">
        <h2 className="font-semibold text-base tracking-[-0.012em]">Ledger</h2>
        <p className="flex-1 text-muted-foreground text-sm">
          {count === undefined ? "" : `${plural(count, "call")} ${period}`}
        </p>
        <div className="flex flex-wrap gap-2">
          <Choice
            name="Project"
            value={filter.project}
            options={usage.projects.filter((p) => p.calls > 0).map((p) => [p.project_id, p.name])}
            onChoose={(project) => onFilter({ project })}
          />
          <Choice
            name="Model"
            value={filter.model}
            options={usage.models.map((m) => [m.id, m.id])}
            onChoose={(model) => onFilter({ model })}
          />
          <Choice
            name="Step"
            value={filter.step}
            options={(["read", "reread"] as const).map((s) => [s, stepWords(s)])}
            onChoose={(step) => onFilter({ step })}
          />
          <Choice
            name="Person"
            value={filter.person}
            options={usage.people.map((p) => [p.id || bySettings, p.id ? p.name || p.id : "By the settings"])}
            onChoose={(person) => onFilter({ person })}
          />
          <Choice
            name="Outcome"
            value={filter.outcome}
            options={outcomes.map((o) => [o, outcomeWords(o)])}
            onChoose={(outcome) => onFilter({ outcome })}
          />
          {filter.email ? (
            <Chip pressed icon={<X aria-hidden />} onClick={() => onFilter({ email: undefined })}>
              One mail
            </Chip>
          ) : null}
        </div>
      </header>
      <Calls org={org} own={own} filter={filter} layers={layers} summed={count !== 0} onFilter={onFilter} />
    </Card>
  );
}

/** No filter. */
const all: Record<keyof Narrow, undefined> = {
  project: undefined,
  model: undefined,
  step: undefined,
  person: undefined,
  outcome: undefined,
  email: undefined,
};

function Choice<T extends string>({
  name,
  value,
  options,
  onChoose,
}: {
  name: string;
  value: T | undefined;
  options: [value: T, label: string][];
  onChoose(value: T | undefined): void;
}) {
  const label = value ? (options.find(([v]) => v === value)?.[1] ?? value) : "All";
  return (
    <Menu>
      <MenuTrigger className={chipTriggerClasses}>
        <span>{name}</span> <span className="max-w-40 truncate text-foreground max-md:max-w-24">{label}</span>
        <ChevronDown aria-hidden className="size-3.5!" />
      </MenuTrigger>
      <MenuContent align="end">
        <MenuRadioGroup
          value={value ?? ""}
          onValueChange={(v) => onChoose(options.find(([o]) => o === v)?.[0])}
        >
          <MenuRadioItem value="">All</MenuRadioItem>
          {options.map(([v, text]) => (
            <MenuRadioItem key={v} value={v}>
              <span className="min-w-0 max-w-72 truncate">{text}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}

function Calls({
  org,
  own,
  filter,
  layers,
  summed,
  onFilter,
}: {
  org: string;
  own: boolean;
  filter: LedgerFilter;
  layers: Layer[];
  /** The sums say that there were calls. */
  summed: boolean;
  onFilter(change: Narrow): void;
}) {
  const ledger = useInfiniteQuery(ledgerQuery(org, filter));
  const slow = useDelayed(ledger.isPending);
  const now = useNow();
  if (ledger.isError && !ledger.data) {
    return (
      <ErrorState
        className="mx-4 mb-4"
        what="The ledger could not be read."
        message={messageOf(ledger.error)}
        retry={() => ledger.refetch()}
      />
    );
  }
  if (ledger.isPending) {
    return slow ? (
      <div role="status" className="flex flex-col gap-4 px-4 pb-5">
        <span className="sr-only">Loading the ledger</span>
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    ) : null;
  }
  const entries = ledger.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) {
    const { from: _, to: __, ...narrow } = filter;
    const narrowed = Object.values(narrow).some((f) => f !== undefined);
    return (
      <div className="flex items-center gap-3 px-4 pb-4 text-muted-foreground text-sm">
        {narrowed
          ? "No calls match."
          : summed
            ? "The single calls of these days are no longer kept; their sums stand above."
            : "No model was asked in these days."}
        {narrowed ? (
          <Button look="link" onClick={() => onFilter(all)}>
            Clear filters
          </Button>
        ) : null}
      </div>
    );
  }
  return (
    <>
      <table className="w-full table-fixed text-sm max-md:block">
        <caption className="sr-only">Calls of models, newest first</caption>
        <colgroup className="max-md:hidden">
          <col className="w-[170px]" />
          <col className="w-[15%]" />
          <col className="w-[15%]" />
          <col />
          <col className="w-[118px] max-lg:hidden" />
          <col className="w-[64px] max-lg:hidden" />
          <col className="w-[136px]" />
        </colgroup>
        <thead className="text-left text-muted-foreground text-xs max-md:sr-only">
          <tr>
            <th scope="col" className="py-1.5 pl-4 font-medium">
              Time
            </th>
            <th scope="col" className="py-1.5 font-medium">
              Model
            </th>
            <th scope="col" className="py-1.5 font-medium">
              Project
            </th>
            <th scope="col" className="py-1.5 font-medium">
              Mail
            </th>
            <th scope="col" className="py-1.5 text-right font-medium max-lg:hidden">
              Tokens in / out
            </th>
            <th scope="col" className="py-1.5 text-right font-medium max-lg:hidden">
              Took
            </th>
            <th scope="col" className="py-1.5 pr-4 text-right font-medium">
              Cost
            </th>
          </tr>
        </thead>
        <tbody className="max-md:block">
          {entries.map((entry) => (
            <Call
              key={entry.id}
              org={org}
              own={own}
              entry={entry}
              fill={fillOf(layers, entry.model)}
              now={now}
              onMail={filter.email ? undefined : () => onFilter({ email: entry.email_id })}
            />
          ))}
        </tbody>
      </table>
      {ledger.isError ? (
        <ErrorState
          className="mx-4 my-3"
          what="The calls before could not be read."
          message={messageOf(ledger.error)}
          retry={() => ledger.fetchNextPage()}
        />
      ) : ledger.hasNextPage ? (
        <div className="border-t px-4 py-3">
          <Button
            className="max-md:h-11"
            working={ledger.isFetchingNextPage}
            onClick={() => ledger.fetchNextPage()}
          >
            Show earlier calls
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Call({
  org,
  own,
  entry,
  fill,
  now,
  onMail,
}: {
  org: string;
  own: boolean;
  entry: LedgerEntry;
  fill: string;
  now: Date;
  /** Lists the calls of its mail alone; missing: that is so already. */
  onMail?(): void;
}) {
  const trouble = troubleOf(entry);
  const cost = costOf(entry, own);
  return (
    <tr className="group h-[30px] border-t max-md:grid max-md:h-auto max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:px-4 max-md:py-2">
      <td className="truncate pl-4 text-muted-foreground tabular-nums max-md:order-5 max-md:pl-0 max-md:text-xs">
        <time dateTime={entry.at}>{formatSecond(entry.at, now)}</time>
      </td>
      <td className="pr-3 max-md:order-3 max-md:col-span-2">
        <span className="flex min-w-0 items-center gap-2">
          <span aria-hidden className={cn("size-2.5 shrink-0 rounded-[3px]", fill)} />
          <span className="truncate" title={entry.model}>
            {entry.model}
          </span>
          {trouble ? <span className="shrink-0 text-muted-foreground md:hidden">{trouble}</span> : null}
        </span>
      </td>
      <td
        className="truncate pr-3 max-md:order-4 max-md:text-muted-foreground max-md:text-xs"
        title={entry.project || undefined}
      >
        {entry.project || <span className="text-muted-foreground">Not filed</span>}
      </td>
      <td className="pr-3 max-md:order-1 max-md:pr-0">
        <span className="flex min-w-0 items-center gap-2">
          <MailLink
            org={org}
            mail={{ id: entry.email_id, project_id: entry.project_id, passages: [] }}
            className="touch-target truncate rounded-[3px] text-muted-foreground hover:text-foreground hover:underline max-md:text-base max-md:text-foreground"
          >
            {entry.subject || "Mail without a subject"}
          </MailLink>
          {onMail ? (
            <IconButton
              look="ghost"
              size="small"
              className="shrink-0 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
              label={`Calls of this mail alone: ${entry.subject || "Mail without a subject"}`}
              hint="Calls of this mail alone"
              icon={<ListFilter aria-hidden />}
              onClick={onMail}
            />
          ) : null}
          {trouble ? (
            <span className="ml-auto shrink-0 text-subtle-foreground text-xs max-md:hidden">{trouble}</span>
          ) : null}
        </span>
      </td>
      <td className="text-right text-muted-foreground tabular-nums max-lg:hidden">
        {formatCount(entry.tokens.input)} / {formatCount(entry.tokens.output)}
      </td>
      <td className="text-right text-muted-foreground tabular-nums max-lg:hidden">
        {tookWords(entry.took_ms)}
      </td>
      <td
        className={cn(
          "whitespace-nowrap pr-4 text-right tabular-nums max-md:order-2 max-md:pr-0",
          cost.amount ? "font-medium" : "text-muted-foreground",
        )}
      >
        {cost.text}
      </td>
    </tr>
  );
}
