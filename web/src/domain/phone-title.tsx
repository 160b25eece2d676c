import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import type { ReactNode } from "react";
import { meQuery } from "../api/queries/session";
import { usePhone } from "../lib/hooks";
import { Avatar, initials } from "../ui/avatar";
import { BrandMark } from "../ui/brand";

/** The bar at the top of a phone's page: mark, title, what changed, you. */
export function PhoneTitle({ org, title, children }: { org: string; title: string; children?: ReactNode }) {
  const phone = usePhone();
  const { data: me } = useQuery(meQuery);
  if (!phone) return null;
  const name = me?.user.name || me?.user.email || "";
  return (
    <header className="sticky top-0 z-30 flex h-[52px] shrink-0 items-center gap-2.5 border-b bg-card pr-2 pl-4 md:hidden">
      <BrandMark />
      <h1 className="flex-1 truncate font-semibold text-lead">{title}</h1>
      {children ?? (
        <Link
          to="/orgs/$org/changes"
          params={{ org }}
          aria-label="What changed"
          className="flex size-11 items-center justify-center rounded-control text-muted-foreground"
        >
          <Bell className="size-5" aria-hidden strokeWidth={1.75} />
        </Link>
      )}
      <Link
        to="/orgs/$org/settings"
        params={{ org }}
        aria-label={`${initials(name)}: settings and account`}
        className="flex size-11 items-center justify-center rounded-full"
      >
        <Avatar name={name} size="large" tone="primary" />
      </Link>
    </header>
  );
}
