import { CalendarClock, ChevronDown, TriangleAlert } from "lucide-react";
import type { ProjectSummary } from "../../api/types";
import { statuses, statusLabels } from "../../domain/project-badge";
import { SearchBox } from "../../domain/search-box";
import { formatCount } from "../../lib/money";
import { Chip, chipTriggerClasses } from "../../ui/chip";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "../../ui/menu";
import { clientsOf, countWith, type Filter } from "./filter";

interface FilterBarProps {
  projects: readonly ProjectSummary[];
  shown: number;
  filter: Filter;
  onFilter(filter: Filter): void;
  phone: boolean;
}

/** What narrows the list. Counts follow the other filters. */
export function FilterBar({ projects, shown, filter, onFilter, phone }: FilterBarProps) {
  const clients = clientsOf(projects);
  const status = (
    <Choice
      name="Status"
      value={filter.status ?? "open"}
      label={filter.status === "all" ? "All" : filter.status ? statusLabels[filter.status] : "Open jobs"}
      bare={phone}
      options={[
        ["open", "Open jobs", countWith(projects, filter, { status: undefined })],
        ...statuses.map((s) => [s, statusLabels[s], countWith(projects, filter, { status: s })] as const),
        ["all", "All", countWith(projects, filter, { status: "all" })],
      ]}
      onChoose={(s) => onFilter({ ...filter, status: s === "open" ? undefined : (s as Filter["status"]) })}
    />
  );
  const client = (
    <Choice
      name="Client"
      value={filter.client ?? ""}
      label={filter.client ?? "All"}
      options={[
        ["", "All", countWith(projects, filter, { client: undefined })],
        ...clients.map((c) => [c, c, countWith(projects, filter, { client: c })] as const),
      ]}
      onChoose={(c) => onFilter({ ...filter, client: c || undefined })}
    />
  );
  const risks = (
    <Chip
      pressed={filter.risks ?? false}
      count={countWith(projects, filter, { risks: true })}
      icon={<TriangleAlert aria-hidden />}
      onClick={() => onFilter({ ...filter, risks: filter.risks ? undefined : true })}
    >
      Open risks
    </Chip>
  );
  const due = (
    <Chip
      pressed={filter.due ?? false}
      count={countWith(projects, filter, { due: true })}
      icon={<CalendarClock aria-hidden />}
      onClick={() => onFilter({ ...filter, due: filter.due ? undefined : true })}
    >
      Due in 7 days
    </Chip>
  );

  return phone ? (
    <fieldset
      aria-label="Filters"
      className="mt-2.5 mb-2.5 flex min-w-0 gap-2 overflow-x-auto px-4 [scrollbar-width:none]"
    >
      {status}
      {due}
      {risks}
      {clients.length > 1 ? client : null}
    </fieldset>
  ) : (
    <fieldset aria-label="Filters" className="mt-3.5 mb-2.5 flex min-w-0 flex-wrap items-center gap-2">
      <SearchBox
        label="Name, job number, client"
        value={filter.q ?? ""}
        onChange={(q) => onFilter({ ...filter, q: q || undefined })}
      />
      {status}
      {client}
      {risks}
      {due}
      <output className="ml-auto text-sm text-subtle-foreground">
        {formatCount(shown)} of {formatCount(projects.length)} projects
      </output>
    </fieldset>
  );
}

function Choice({
  name,
  value,
  label,
  options,
  onChoose,
  bare,
}: {
  name: string;
  value: string;
  label: string;
  options: readonly (readonly [value: string, label: string, count: number])[];
  onChoose(value: string): void;
  bare?: boolean;
}) {
  return (
    <Menu>
      <MenuTrigger className={chipTriggerClasses}>
        {bare ? (
          <span>
            <span className="sr-only">{name} </span>
            {label}
          </span>
        ) : (
          <>
            <span>{name}</span> <span className="max-w-40 truncate text-foreground">{label}</span>
          </>
        )}
        <ChevronDown aria-hidden className="size-3.5!" />
      </MenuTrigger>
      <MenuContent>
        <MenuRadioGroup value={value} onValueChange={onChoose}>
          {options.map(([v, text, count]) => (
            <MenuRadioItem key={v} value={v}>
              <span className="min-w-0 flex-1 truncate">{text}</span>
              <span className="text-muted-foreground text-xs tabular-nums">{formatCount(count)}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
