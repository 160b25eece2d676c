import type { ProjectSummary } from "../../api/types";
import { kindLooks } from "../../domain/fact-kind";
import { statusLabels } from "../../domain/project-badge";
import { csv } from "../../lib/csv";

/** The list of projects as a CSV file: what the table shows, in its order, without rounding. */
export function projectsCSV(projects: readonly ProjectSummary[]): string {
  return csv([
    [
      "Project",
      "Job number",
      "Client",
      "Address",
      "Status",
      "Latest change",
      "Kind",
      "Changed at",
      "Open actions",
      "Overdue",
      "Open risks",
      "Due in 7 days",
      "Mails",
      "Last mail",
    ],
    ...projects.map((p) => [
      p.name,
      p.job_number,
      p.client,
      p.address,
      statusLabels[p.status],
      p.latest?.text,
      p.latest && kindLooks[p.latest.kind].label,
      p.latest?.at,
      p.open_actions,
      p.overdue,
      p.risks,
      p.due_7_days,
      p.mails,
      p.last_mail_at,
    ]),
  ]);
}
