import {
  CalendarClock,
  CircleDollarSign,
  Gavel,
  type LucideIcon,
  Pin,
  Ruler,
  SquareCheckBig,
  TriangleAlert,
  UserRound,
} from "lucide-react";
import type { FactKind } from "../api/types";
import { cn } from "../lib/cn";

/** Everything drawn for one kind: its word, icon, strip shape and colours. Colour never stands alone. */
export interface KindLook {
  label: string;
  /** For "38 decisions", "No risks match." */
  many: string;
  icon: LucideIcon;
  shape: "diamond" | "tick" | "square" | "dot" | "bar" | "triangle" | "plus" | "ring";
  /** Classes for the label's colour, the badge, and the fill of a strip shape. */
  text: string;
  badge: string;
  fill: string;
}

/** The seven kinds of fact, and people, in the order they are shown. */
export const kindLooks: Record<FactKind | "people", KindLook> = {
  decision: {
    label: "Decision",
    many: "decisions",
    icon: Gavel,
    shape: "diamond",
    text: "text-ev-decision-fg",
    badge: "bg-ev-decision-bg text-ev-decision-fg",
    fill: "text-ev-decision",
  },
  action_item: {
    label: "Action",
    many: "actions",
    icon: SquareCheckBig,
    shape: "tick",
    text: "text-ev-action-fg",
    badge: "bg-ev-action-bg text-ev-action-fg",
    fill: "text-ev-action",
  },
  scope_change: {
    label: "Scope",
    many: "scope changes",
    icon: Ruler,
    shape: "square",
    text: "text-ev-scope-fg",
    badge: "bg-ev-scope-bg text-ev-scope-fg",
    fill: "text-ev-scope",
  },
  budget_mention: {
    label: "Budget",
    many: "budget mentions",
    icon: CircleDollarSign,
    shape: "dot",
    text: "text-ev-budget-fg",
    badge: "bg-ev-budget-bg text-ev-budget-fg",
    fill: "text-ev-budget",
  },
  timeline_change: {
    label: "Schedule",
    many: "schedule changes",
    icon: CalendarClock,
    shape: "bar",
    text: "text-ev-timeline-fg",
    badge: "bg-ev-timeline-bg text-ev-timeline-fg",
    fill: "text-ev-timeline",
  },
  risk: {
    label: "Risk",
    many: "risks",
    icon: TriangleAlert,
    shape: "triangle",
    text: "text-ev-risk-fg",
    badge: "bg-ev-risk-bg text-ev-risk-fg",
    fill: "text-ev-risk",
  },
  key_point: {
    label: "Key point",
    many: "key points",
    icon: Pin,
    shape: "plus",
    text: "text-ev-key-fg",
    badge: "bg-ev-key-bg text-ev-key-fg",
    fill: "text-ev-key",
  },
  people: {
    label: "People",
    many: "people",
    icon: UserRound,
    shape: "ring",
    text: "text-ev-people-fg",
    badge: "bg-ev-people-bg text-ev-people-fg",
    fill: "text-ev-people",
  },
};

/** The kinds in the order people see them. */
export const factKinds: readonly FactKind[] = [
  "decision",
  "action_item",
  "scope_change",
  "budget_mention",
  "timeline_change",
  "risk",
  "key_point",
];

/** The kind's icon on its tint, 20 px. Named when it stands without the word. */
export function KindBadge({
  kind,
  named,
  className,
}: {
  kind: FactKind | "people";
  named?: boolean;
  className?: string;
}) {
  const look = kindLooks[kind];
  return (
    <span
      {...(named ? { role: "img", "aria-label": look.label } : { "aria-hidden": true })}
      className={cn(
        "inline-flex size-5 shrink-0 items-center justify-center rounded-tag",
        look.badge,
        className,
      )}
    >
      <look.icon className="size-[13px]" strokeWidth={2} aria-hidden />
    </span>
  );
}

/** The kind's word in its colour. */
export function KindLabel({ kind, className }: { kind: FactKind | "people"; className?: string }) {
  const look = kindLooks[kind];
  return <span className={cn("font-semibold text-xs", look.text, className)}>{look.label}</span>;
}

/** The kind's shape on the strip, within a box of 8 by 8. */
export function KindShape({ kind, className }: { kind: FactKind | "people"; className?: string }) {
  const look = kindLooks[kind];
  return (
    <svg viewBox="0 0 8 8" aria-hidden="true" className={cn("size-2 overflow-visible", look.fill, className)}>
      {shapes[look.shape]}
    </svg>
  );
}

const line = { fill: "none", stroke: "currentColor", strokeWidth: 1.75 } as const;

const shapes: Record<KindLook["shape"], React.ReactNode> = {
  diamond: <path d="M4 0 8 4 4 8 0 4Z" fill="currentColor" />,
  tick: <path d="M.8 4.2 3 6.6 7.2 1.4" {...line} />,
  square: <path d="M.5.5h7v7h-7Z" fill="currentColor" />,
  dot: <circle cx="4" cy="4" r="3.5" fill="currentColor" />,
  bar: <path d="M-.5 2.75h9v2.5h-9Z" fill="currentColor" />,
  triangle: <path d="M4 .2 8.2 7.8H-.2Z" fill="currentColor" />,
  plus: <path d="M4 0v8M0 4h8" {...line} />,
  ring: <circle cx="4" cy="4" r="3" {...line} />,
};
