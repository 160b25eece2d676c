import { Link } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import type { Organisation } from "../../api/types";
import { Admins } from "../../domain/admins";
import { usedUp } from "../../domain/ai-budget";
import { paidLine } from "../../domain/paid";
import { PhoneTitle } from "../../domain/phone-title";
import { mayChange } from "../../domain/role";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Page, PageTitle } from "../../ui/page";

/** Says on every page what is to come, or has come, because nobody pays, and where that is changed. */
export function PaidBanner({ org, organisation }: { org: string; organisation: Organisation }) {
  const line = paidLine(organisation, useNow());
  if (!line) return null;
  return (
    <div
      role="status"
      className={cn(
        "flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-7 py-1.5 text-sm max-md:px-4",
        line.tone === "danger" ? "bg-destructive-soft" : "border-warning-line bg-warning-soft",
      )}
    >
      <CircleAlert
        className={cn("size-4 shrink-0", line.tone === "danger" ? "text-destructive" : "text-warning")}
        aria-hidden
      />
      <p className="min-w-0 flex-1">{line.text}</p>
      {mayChange(organisation.role) ? (
        <Link
          to="/orgs/$org/billing"
          params={{ org }}
          className="touch-target font-medium text-sm underline-offset-2 hover:underline"
        >
          Plan &amp; billing
        </Link>
      ) : null}
    </div>
  );
}

/** Says on every page that mail waits for AI budget, and where that is looked at. */
export function BudgetBanner({ org, organisation }: { org: string; organisation: Organisation }) {
  const now = useNow();
  const gone = usedUp(organisation.ai_budget, organisation.time_zone, dayOf(now, organisation.time_zone));
  // Where mail is not read at all, that it waits for a budget is no news.
  if (!gone || paidLine(organisation, now)?.tone === "danger") return null;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-warning-line bg-warning-soft px-7 py-1.5 text-sm max-md:px-4"
    >
      <CircleAlert className="size-4 shrink-0 text-warning" aria-hidden />
      <p className="min-w-0 flex-1">
        {gone.what} {gone.wait}
      </p>
      <Link
        to="/orgs/$org/usage"
        params={{ org }}
        className="touch-target font-medium text-sm underline-offset-2 hover:underline"
      >
        Usage &amp; costs
      </Link>
    </div>
  );
}

/** In the place of what an organisation keeps, once that is closed. */
export function ClosedPage({ org, organisation }: { org: string; organisation: Organisation }) {
  const admin = mayChange(organisation.role);
  return (
    <>
      <PhoneTitle org={org} title="Closed" />
      <Page className="mx-auto max-w-[560px] pt-[18vh]">
        <PageTitle>What {organisation.name} keeps is closed</PageTitle>
        <p className="mt-2 text-pretty text-muted-foreground">
          Nobody pays for it any more. Nothing was deleted, and mail is still received and kept: all of it
          opens again as soon as an admin subscribes.
        </p>
        {admin ? (
          <div className="mt-5 flex gap-2">
            <Button asChild look="primary" className="max-md:h-11">
              <Link to="/orgs/$org/billing" params={{ org }}>
                Plan &amp; billing
              </Link>
            </Button>
          </div>
        ) : (
          <div className="mt-5">
            <ViewerLine what="subscribe" />
            <Admins org={org} />
          </div>
        )}
      </Page>
    </>
  );
}
