import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../lib/cn";
import { formatCount } from "../lib/money";
import { Chip, chipTriggerClasses } from "../ui/chip";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "../ui/menu";
import type { ActionFilter, narrowActions } from "./action-filter";
import { SearchBox } from "./search-box";

interface ActionBarProps {
  filter: ActionFilter;
  /** What the filter leaves. */
  list?: ReturnType<typeof narrowActions>;
  /** How many are done; unknown until they are asked for. */
  done?: number;
  onFilter(filter: ActionFilter): void;
  /** At the right. */
  children?: ReactNode;
}

/** Narrows a list of actions: words, open or done, mine, one owner. */
export function ActionBar({ filter, list, done, onFilter, children }: ActionBarProps) {
  return (
    <div className="mb-3.5 flex flex-wrap items-center gap-2">
      <SearchBox
        label="Search actions"
        value={filter.q ?? ""}
        onChange={(q) => onFilter({ ...filter, q: q || undefined })}
        className="max-md:w-full"
      />
      <fieldset aria-label="Filters" className="flex min-w-0 flex-wrap items-center gap-2">
        <Chip
          pressed={!filter.done}
          count={list?.open}
          onClick={() => onFilter({ ...filter, done: undefined })}
        >
          Open
        </Chip>
        <Chip
          pressed={filter.done === true}
          icon={<Check aria-hidden />}
          count={done}
          onClick={() => onFilter({ ...filter, done: true })}
        >
          Done
        </Chip>
        <Chip
          pressed={list?.who === "mine"}
          count={list?.mine}
          onClick={() => onFilter({ ...filter, who: list?.who === "mine" ? "all" : "mine" })}
        >
          Mine
        </Chip>
        <ChoiceChip
          label="Owner"
          any="Anyone"
          value={filter.owner}
          choices={(list?.owners ?? []).map(({ owner, count }) => ({
            value: owner,
            text: owner || "No owner",
            count,
          }))}
          onChange={(owner) => onFilter({ ...filter, owner })}
        />
      </fieldset>
      {children ? <div className="ml-auto flex items-center gap-2.5 max-md:hidden">{children}</div> : null}
    </div>
  );
}

/** A filter with one of several values: "Owner Anyone". */
export function ChoiceChip({
  label,
  any,
  value,
  choices,
  onChange,
}: {
  label: string;
  /** What it is called when it narrows nothing. */
  any: string;
  value?: string;
  choices: readonly { value: string; text: string; count?: number }[];
  onChange(value?: string): void;
}) {
  const now = choices.find((c) => c.value === value);
  const shown = value === undefined ? any : (now?.text ?? value);
  return (
    <Menu>
      <MenuTrigger
        className={cn(
          chipTriggerClasses,
          value !== undefined && "border-primary bg-primary-soft text-primary-soft-foreground",
        )}
      >
        {label}{" "}
        <span className={cn("max-w-40 truncate", value === undefined && "text-foreground")}>{shown}</span>
        <ChevronDown aria-hidden />
      </MenuTrigger>
      <MenuContent>
        <MenuRadioGroup
          value={value === undefined ? "any" : `v${value}`}
          onValueChange={(v) => onChange(v === "any" ? undefined : v.slice(1))}
        >
          <MenuRadioItem value="any">{any}</MenuRadioItem>
          {choices.map((c) => (
            <MenuRadioItem key={c.value} value={`v${c.value}`}>
              <span className="min-w-0 truncate">{c.text}</span>
              {c.count === undefined ? null : (
                <span className="text-muted-foreground">{formatCount(c.count)}</span>
              )}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
