import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { messageOf } from "../../api/client";
import { auditCsv, auditQuery } from "../../api/queries/audit";
import { membersQuery } from "../../api/queries/orgs";
import type { AuditEntry } from "../../api/types";
import { ViewerLine } from "../../domain/viewer-line";
import { formatStamp } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Select } from "../../ui/select";
import { Skeleton } from "../../ui/skeleton";
import { actions, actionWords, actorName, keyed } from "./audit-words";
import { nameOf } from "./people";
import type { Place } from "./tabs";

/** Who did what in the organisation, newest first, narrowed by what stands in the URL. */
export function AuditLog({
  org,
  admin,
  place,
  onPlace,
}: {
  org: string;
  admin: boolean;
  place: Place;
  onPlace(place: Place): void;
}) {
  const filter = { person: place.person, action: place.action, from: place.from, to: place.to };
  return (
    <Card className="overflow-hidden">
      <header className="flex flex-wrap items-end gap-2 px-4 pt-3 pb-3">
        <h2 className="flex-1 self-center font-semibold text-base tracking-[-0.012em]">Audit log</h2>
        {admin ? (
          <>
            <Filters org={org} place={place} onPlace={onPlace} />
            <Button asChild className="max-md:h-11">
              <a href={auditCsv(org, filter)} download>
                <Download aria-hidden />
                CSV
              </a>
            </Button>
          </>
        ) : null}
      </header>
      {admin ? (
        <Entries org={org} filter={filter} />
      ) : (
        <ViewerLine what="look things up in the audit log" className="px-4 pb-3" />
      )}
    </Card>
  );
}

function Filters({ org, place, onPlace }: { org: string; place: Place; onPlace(place: Place): void }) {
  const { data: members } = useQuery(membersQuery(org));
  const set = (change: Partial<Place>) => onPlace({ ...place, ...change });
  const people = members?.items ?? [];
  const unknown = place.person && !people.some((m) => m.user.id === place.person);
  return (
    <div className="flex flex-wrap items-end gap-2 max-md:grid max-md:w-full max-md:grid-cols-2">
      <Field label="Person">
        {(control) => (
          <Select
            {...control}
            className="md:w-40"
            value={place.person ?? ""}
            onChange={(e) => set({ person: e.target.value || undefined })}
          >
            <option value="">Anyone</option>
            {people.map((m) => (
              <option key={m.user.id} value={m.user.id}>
                {nameOf(m.user)}
              </option>
            ))}
            {unknown ? <option value={place.person}>{place.person}</option> : null}
          </Select>
        )}
      </Field>
      <Field label="Event">
        {(control) => (
          <Select
            {...control}
            className="md:w-44"
            value={place.action ?? ""}
            onChange={(e) => set({ action: e.target.value || undefined })}
          >
            <option value="">Any</option>
            {actions.map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
            {place.action && !actions.some(([id]) => id === place.action) ? (
              <option value={place.action}>{actionWords(place.action)}</option>
            ) : null}
          </Select>
        )}
      </Field>
      <Field label="From">
        {(control) => (
          <Input
            {...control}
            type="date"
            className="md:w-36"
            value={place.from ?? ""}
            max={place.to}
            onChange={(e) => set({ from: e.target.value || undefined })}
          />
        )}
      </Field>
      <Field label="To">
        {(control) => (
          <Input
            {...control}
            type="date"
            className="md:w-36"
            value={place.to ?? ""}
            min={place.from}
            onChange={(e) => set({ to: e.target.value || undefined })}
          />
        )}
      </Field>
    </div>
  );
}

function Entries({ org, filter }: { org: string; filter: Parameters<typeof auditQuery>[1] }) {
  const log = useInfiniteQuery(auditQuery(org, filter));
  const slow = useDelayed(log.isPending);
  const now = useNow();
  if (log.isError && !log.data) {
    return (
      <ErrorState
        className="mx-4 mb-4"
        what="The audit log could not be read."
        message={messageOf(log.error)}
        retry={() => log.refetch()}
      />
    );
  }
  if (log.isPending) {
    return slow ? (
      <div role="status" className="flex flex-col gap-4 px-4 pb-5">
        <span className="sr-only">Loading the audit log</span>
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    ) : null;
  }
  const entries = log.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) {
    return <p className="px-4 pb-4 text-muted-foreground text-sm">Nothing in the log is like that.</p>;
  }
  return (
    <>
      <table className="w-full table-fixed text-sm">
        <caption className="sr-only">Audit log, newest first</caption>
        <colgroup className="max-md:hidden">
          <col className="w-[168px]" />
          <col className="w-[19%]" />
          <col className="w-[25%]" />
          <col />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Which</th>
          </tr>
        </thead>
        <tbody>
          {keyed(entries).map(([key, entry]) => (
            <Entry key={key} entry={entry} now={now} />
          ))}
        </tbody>
      </table>
      {log.isError ? (
        <ErrorState
          className="mx-4 my-3"
          what="The entries before could not be read."
          message={messageOf(log.error)}
          retry={() => log.fetchNextPage()}
        />
      ) : log.hasNextPage ? (
        <div className="border-t px-4 py-3">
          <Button
            className="max-md:h-11"
            working={log.isFetchingNextPage}
            onClick={() => log.fetchNextPage()}
          >
            Show earlier entries
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Entry({ entry, now }: { entry: AuditEntry; now: Date }) {
  return (
    <tr className="h-[33px] border-t max-md:grid max-md:h-auto max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:px-4 max-md:py-2">
      <td className="truncate pl-4 text-muted-foreground tabular-nums max-md:order-2 max-md:pl-0 max-md:text-xs">
        <time dateTime={entry.at}>{formatStamp(entry.at, now)}</time>
      </td>
      <td className="truncate pr-3 font-medium max-md:order-1">{actorName(entry.actor)}</td>
      <td className="pr-3 max-md:order-3 max-md:col-span-2">
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate">{actionWords(entry.action)}</span>
          {entry.outcome === "refused" ? <Badge tone="warning">Refused</Badge> : null}
        </span>
      </td>
      <td
        className="truncate pr-4 text-muted-foreground max-md:order-4 max-md:col-span-2"
        title={[entry.target, entry.note].filter(Boolean).join(", ") || undefined}
      >
        {entry.target ? <code className="font-mono text-xs">{entry.target}</code> : null}
        {entry.note ? ` Reason: ${entry.note}` : null}
      </td>
    </tr>
  );
}
