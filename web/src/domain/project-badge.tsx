import type { ProjectStatus } from "../api/types";
import { Badge } from "../ui/badge";

/** What a status is called. */
export const statusLabels: Record<ProjectStatus, string> = {
  active: "Active",
  bidding: "Bidding",
  on_hold: "On hold",
  closeout: "Closeout",
  completed: "Completed",
};

/** The statuses in the order of a job's life. */
export const statuses: readonly ProjectStatus[] = ["bidding", "active", "on_hold", "closeout", "completed"];

const tones = {
  active: "success",
  bidding: "primary",
  on_hold: "warning",
  closeout: "neutral",
  completed: "neutral",
} as const;

/** Where a job stands. */
export function ProjectBadge({ status }: { status: ProjectStatus }) {
  return <Badge tone={tones[status]}>{statusLabels[status]}</Badge>;
}
