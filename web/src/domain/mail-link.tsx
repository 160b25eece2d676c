import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Email } from "../api/types";

/** Leads to a mail wherever it is: on its job, or to the review page, which finds the others. */
export function MailLink({
  org,
  mail,
  children,
  className,
}: {
  org: string;
  mail: Pick<Email, "id" | "project_id">;
  children: ReactNode;
  className?: string;
}) {
  return mail.project_id ? (
    <Link
      to="/orgs/$org/projects/$project"
      params={{ org, project: mail.project_id }}
      search={{ mail: mail.id }}
      className={className}
    >
      {children}
    </Link>
  ) : (
    <Link to="/orgs/$org/review" params={{ org }} search={{ item: mail.id }} className={className}>
      {children}
    </Link>
  );
}
