import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { messageOf } from "../../api/client";
import type { List } from "../../api/types";
import { useDelayed } from "../../lib/hooks";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Page, PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";

/** Runs a step, and asks who it is first where the server wants to know. */
export type StepUp = <T>(step: () => Promise<T>) => Promise<T>;

/** A heading of a table's column. */
export interface Column {
  label: string;
  /** Amounts and counts stand at the right. */
  number?: boolean;
  /** Left out where there is no room for it. */
  wide?: boolean;
  className?: string;
}

/** A page of the operator: one table, and what is said where it cannot be shown or is empty. */
export function TablePage<T>({
  title,
  note,
  what,
  empty,
  query,
  columns,
  row,
  tools,
  sum,
  foot,
}: {
  title: string;
  note: string;
  /** What could not be read, for a sentence. */
  what: string;
  empty: string;
  query: UseQueryResult<Pick<List<T>, "items"> & Partial<Pick<List<T>, "next">>>;
  columns: readonly Column[];
  row(item: T): ReactNode;
  /** Stand beside the heading. */
  tools?: ReactNode;
  /** The row of sums below the others. */
  sum?: ReactNode;
  /** A line below the table. */
  foot?: string;
}) {
  const slow = useDelayed(query.isPending);
  // What stands there is of what was chosen before.
  const late = useDelayed(query.isPlaceholderData);
  return (
    <Page>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <PageTitle>{title}</PageTitle>
        {tools ? <div className="flex items-center gap-2">{tools}</div> : null}
      </div>
      <p className="mt-1 mb-3.5 text-muted-foreground text-sm">{note}</p>
      <Card
        aria-busy={query.isPlaceholderData}
        className={`overflow-x-auto transition-opacity motion-reduce:transition-none ${late ? "opacity-60" : ""}`}
      >
        {query.isError ? (
          <ErrorState
            className="m-4"
            what={`${what} could not be read.`}
            message={messageOf(query.error)}
            retry={() => query.refetch()}
          />
        ) : query.isPending ? (
          slow ? (
            <div role="status" className="flex flex-col gap-4 p-4">
              <span className="sr-only">Loading</span>
              <Skeleton className="h-4 w-2/3" />
              <Skeleton className="h-4 w-1/2" />
            </div>
          ) : (
            <div className="h-24" />
          )
        ) : query.data.items.length === 0 ? (
          <p className="px-4 py-5 text-muted-foreground text-sm">{empty}</p>
        ) : (
          <table className="w-full text-sm">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr className="h-[33px] border-b text-left text-subtle-foreground text-xs">
                {columns.map(({ label, number, wide }) => (
                  <th
                    key={label}
                    scope="col"
                    className={`whitespace-nowrap px-2 font-medium first:pl-4 last:pr-4 ${number ? "text-right" : ""} ${wide ? "max-lg:hidden" : ""}`}
                  >
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{query.data.items.map(row)}</tbody>
            {sum ? <tfoot className="border-t">{sum}</tfoot> : null}
          </table>
        )}
        {query.data?.next ? (
          <p className="px-4 py-2 text-muted-foreground text-xs">The first 200 are shown.</p>
        ) : null}
      </Card>
      {foot ? <p className="mt-3 text-muted-foreground text-xs">{foot}</p> : null}
    </Page>
  );
}

export const rowClasses = "h-[37px] border-b last:border-0 hover:bg-accent max-md:h-11";
export const cellClasses = "px-2 first:pl-4 last:pr-4 max-md:whitespace-nowrap";
export const numberClasses = `${cellClasses} text-right tabular-nums`;
