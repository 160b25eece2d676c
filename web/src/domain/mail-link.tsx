import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Email } from "../api/types";
import { homeOf } from "./passages";

/** Leads to a mail wherever it is: on its job, or to the review page, which finds the others. */
export function MailLink({
  org,
  mail,
  children,
  className,
}: {
  org: string;
  mail: Pick<Email, "id" | "project_id" | "passages">;
  children: ReactNode;
  className?: string;
}) {
  const home = homeOf(mail);
  return home ? (
    <Link
      to="/orgs/$org/projects/$project"
      params={{ org, project: home }}
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
