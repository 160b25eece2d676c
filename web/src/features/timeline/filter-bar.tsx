import { CalendarDays, CircleAlert } from "lucide-react";
import { type RefObject, useState } from "react";
import type { FactKind, ProjectDetail } from "../../api/types";
import { factKinds, kindLooks } from "../../domain/fact-kind";
import { cn } from "../../lib/cn";
import { Button } from "../../ui/button";
import { Chip, chipTriggerClasses } from "../../ui/chip";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Kbd } from "../../ui/kbd";
import type { Place } from "./place";

interface FilterBarProps {
  project: ProjectDetail;
  place: Place;
  chips: RefObject<HTMLFieldSetElement | null>;
  onKind(kind?: FactKind): void;
  onReview(on: boolean): void;
  onJump(): void;
}

/** Narrows the timeline to one kind of fact, or to what asks for a person. */
export function FilterBar({ project, place, chips, onKind, onReview, onJump }: FilterBarProps) {
  const all = Object.values(project.kinds).reduce((sum, n) => sum + n, 0);
  return (
    <div className="flex items-center gap-1.5 max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 max-md:py-1 max-md:[scrollbar-width:none]">
      <fieldset ref={chips} aria-label="Type of fact" className="flex flex-wrap gap-1.5 max-md:flex-nowrap">
        <Chip pressed={!place.kind && !place.review} count={all} onClick={() => onKind()}>
          All
        </Chip>
        {factKinds.map((kind) => {
          const look = kindLooks[kind];
          return (
            <Chip
              key={kind}
              pressed={place.kind === kind}
              icon={<look.icon className={look.text} aria-hidden strokeWidth={1.75} />}
              count={project.kinds[kind] ?? 0}
              onClick={() => onKind(place.kind === kind ? undefined : kind)}
            >
              {look.label}
            </Chip>
          );
        })}
      </fieldset>
      <div className="ml-auto flex shrink-0 gap-1.5">
        <Chip
          tone="warning"
          pressed={place.review === true}
          icon={<CircleAlert aria-hidden strokeWidth={1.75} />}
          count={project.unsure}
          onClick={() => onReview(!place.review)}
        >
          Review
        </Chip>
        <button type="button" onClick={onJump} className={cn(chipTriggerClasses, "max-md:hidden")}>
          <CalendarDays aria-hidden strokeWidth={1.75} />
          <span>
            Jump<span className="sr-only"> to date</span>
          </span>
          <span aria-hidden className="inline-flex">
            <Kbd>D</Kbd>
          </span>
        </button>
      </div>
    </div>
  );
}

/** Asks for a day. */
export function JumpDialog({
  open,
  onOpenChange,
  from,
  to,
  onJump,
}: {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** The first and the last day there is. */
  from?: string;
  to: string;
  onJump(day: string): void;
}) {
  const [day, setDay] = useState("");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Jump to date" className="md:w-[360px]">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (day) onJump(day);
        }}
        className="flex flex-col gap-4"
      >
        <Field label="Date">
          {(control) => (
            <Input
              {...control}
              large
              autoFocus
              type="date"
              min={from}
              max={to}
              value={day}
              onChange={(e) => setDay(e.target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="primary" disabled={!day}>
          Jump to date
        </Button>
      </form>
    </Dialog>
  );
}
