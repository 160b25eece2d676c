import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import type { Usage } from "../../api/types";
import { cn } from "../../lib/cn";
import { formatCount, formatMicroUSD } from "../../lib/money";
import { Card } from "../../ui/card";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "../../ui/menu";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import type { Division } from "./place";
import { type Line, linesOf } from "./shares";
import type { Measure } from "./stacks";

const words: Record<Division, string> = {
  project: "Project",
  model: "Model",
  step: "Step",
  person: "Person",
};

/** What the mail or the cost went to, by project, model, step or person. */
export function Where({
  org,
  usage,
  by,
  measure,
  charged,
  onBy,
}: {
  org: string;
  usage: Usage;
  by: Division;
  measure: Measure;
  /** The costs are what a plan charges. */
  charged: boolean;
  onBy(by: Division): void;
}) {
  const lines = linesOf(usage, by, charged);
  const value = (l: Line) => (measure === "cost" ? l.micro : l.count);
  const most = Math.max(...lines.map(value), 1);
  const more = by === "step" || by === "person" ? by : undefined;
  const unit = by === "project" ? "mails" : "calls";
  return (
    <Card className="w-[352px] shrink-0 px-4 pt-2 pb-3 max-lg:w-full">
      <div className="mb-1 flex min-h-8 flex-wrap items-center justify-between gap-2">
        <h2 className="whitespace-nowrap font-semibold text-base tracking-[-0.012em]">Where it went</h2>
        {usage.calls > 0 ? (
          <div className={segmentedClasses}>
            {(["project", "model"] as const).map((d) => (
              <button
                key={d}
                type="button"
                aria-pressed={by === d}
                onClick={() => onBy(d)}
                className={cn(segmentClasses, "px-2")}
              >
                {words[d]}
              </button>
            ))}
            <Menu>
              <MenuTrigger className={cn(segmentClasses, "px-2", more && "bg-secondary text-foreground")}>
                {more ? words[more] : "More"}
                <span className="sr-only">: by step or person</span>
                <ChevronDown aria-hidden className="size-3.5!" />
              </MenuTrigger>
              <MenuContent align="end">
                <MenuRadioGroup
                  value={more ?? ""}
                  onValueChange={(v) => onBy(v === "step" ? "step" : "person")}
                >
                  <MenuRadioItem value="step">Step</MenuRadioItem>
                  <MenuRadioItem value="person">Person</MenuRadioItem>
                </MenuRadioGroup>
              </MenuContent>
            </Menu>
          </div>
        ) : null}
      </div>
      {lines.length === 0 ? (
        <p className="text-muted-foreground text-sm">Nothing yet.</p>
      ) : (
        <ul>
          {lines.map((l) => (
            <li key={l.key} className="flex min-h-[34px] items-center gap-3 max-md:min-h-11">
              <div className="min-w-0 flex-1">
                {l.project ? (
                  <Link
                    to="/orgs/$org/projects/$project"
                    params={{ org, project: l.project }}
                    title={l.name}
                    className="touch-target block truncate rounded-[3px] text-sm hover:underline"
                  >
                    {l.name}
                  </Link>
                ) : (
                  <span className="block truncate text-sm" title={l.name}>
                    {l.name}
                  </span>
                )}
                <div aria-hidden className="mt-0.5 h-1 rounded-full bg-secondary">
                  <div
                    className="h-full rounded-full bg-primary"
                    style={{ width: `${(value(l) / most) * 100}%` }}
                  />
                </div>
              </div>
              <span className="w-12 text-right text-muted-foreground text-sm tabular-nums">
                {formatCount(l.count)} <span className="sr-only">{unit}</span>
              </span>
              {usage.calls > 0 ? (
                <span className="w-[68px] text-right text-sm tabular-nums">
                  {l.unknown ? "Not known" : formatMicroUSD(l.micro)}
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
