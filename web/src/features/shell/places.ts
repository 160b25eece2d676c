import { CreditCard, Gauge, Inbox, Layers, type LucideIcon, Settings, SquareCheckBig } from "lucide-react";
import type { Counts } from "../../api/types";

/** One place of the sidebar. */
export interface PlaceEntry {
  to:
    | "/orgs/$org/projects"
    | "/orgs/$org/actions"
    | "/orgs/$org/review"
    | "/orgs/$org/usage"
    | "/orgs/$org/billing"
    | "/orgs/$org/settings";
  label: string;
  /** For the bar of a phone. */
  short: string;
  icon: LucideIcon;
  keys?: string;
  count?(counts: Counts): number;
  /** The count is of the reader's own actions. */
  mine?: boolean;
  /** The count asks for work, so it is filled. */
  asks?: boolean;
}

/** How much waits in review: mails without a project, facts to judge, senders to allow, mail not read. */
export const reviewCount = (counts: Counts) =>
  counts.review + counts.unsure + counts.quarantined + counts.parked + counts.held;

export const places: readonly PlaceEntry[] = [
  {
    to: "/orgs/$org/projects",
    label: "Projects",
    short: "Projects",
    icon: Layers,
    keys: "g p",
    count: (c) => c.projects,
  },
  {
    to: "/orgs/$org/actions",
    label: "My actions",
    short: "Actions",
    icon: SquareCheckBig,
    keys: "g a",
    mine: true,
  },
  {
    to: "/orgs/$org/review",
    label: "Review",
    short: "Review",
    icon: Inbox,
    keys: "g r",
    count: reviewCount,
    asks: true,
  },
  { to: "/orgs/$org/usage", label: "Usage & costs", short: "Usage", icon: Gauge, keys: "g u" },
];

export const lowerPlaces: readonly PlaceEntry[] = [
  { to: "/orgs/$org/billing", label: "Plan & billing", short: "Plan", icon: CreditCard },
  { to: "/orgs/$org/settings", label: "Settings", short: "Settings", icon: Settings, keys: "g s" },
];
