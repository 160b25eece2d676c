import { useQuery } from "@tanstack/react-query";
import { CalendarDays, CalendarX, MapPin, Repeat, UserRound } from "lucide-react";
import { orgQuery } from "../api/queries/orgs";
import type { Email, Invitation } from "../api/types";
import { cn } from "../lib/cn";
import { addDays, formatDays, formatInterval } from "../lib/dates";
import { Badge } from "../ui/badge";
import { personName } from "./person-chip";

/** When it is, in the organisation's zone; empty when it does not say. */
export function invitationTime(
  i: Pick<Invitation, "start" | "end" | "all_day" | "floating">,
  timeZone: string,
): string {
  if (!i.start) return "";
  if (i.all_day) {
    // A day is a day in every zone. The end is the first day that is free again (RFC 5545).
    const first = i.start.slice(0, 10);
    const last = i.end ? addDays(i.end.slice(0, 10), -1) : first;
    return `${formatDays(first, last)}, all day`;
  }
  if (i.floating) {
    const clock = (at: string) => `${at.slice(0, 19)}Z`;
    return `${formatInterval(clock(i.start), i.end && clock(i.end), "UTC")}, the writer's local time`;
  }
  return formatInterval(i.start, i.end, timeZone);
}

const isCancelled = (i: Invitation) => i.method === "CANCEL";

/** What a calendar mail is called. */
export function invitationWord(i: Invitation): string {
  if (isCancelled(i)) return "Cancelled";
  if (i.method === "REPLY") return "Answer to an invitation";
  if (i.method === "COUNTER") return "Other time proposed";
  return "Invitation";
}

function useZone(org: string): string {
  const { data } = useQuery(orgQuery(org));
  return data?.time_zone || "UTC";
}

/** An invitation as one line, for a closed card. */
export function InvitationLine({
  org,
  mail,
  className,
}: {
  org: string;
  mail: Pick<Email, "invitation">;
  className?: string;
}) {
  const zone = useZone(org);
  const i = mail.invitation;
  if (!i) return null;
  const Icon = isCancelled(i) ? CalendarX : CalendarDays;
  const more = [invitationTime(i, zone), i.location].filter(Boolean).join(" · ");
  return (
    <p className={cn("flex min-h-6 items-center gap-[7px] text-sm", className)}>
      <Icon className="size-4 shrink-0 text-muted-foreground" aria-hidden strokeWidth={1.75} />
      <span className="min-w-0">
        <span className="font-medium">{invitationWord(i)}</span>
        {more ? (
          <span className={cn("text-muted-foreground", isCancelled(i) && "line-through")}> {more}</span>
        ) : null}
      </span>
    </p>
  );
}

/** An invitation in full: what, when, where, who asks. */
export function InvitationView({
  org,
  mail,
  className,
}: {
  org: string;
  mail: Pick<Email, "invitation" | "subject">;
  className?: string;
}) {
  const zone = useZone(org);
  const i = mail.invitation;
  if (!i) return null;
  const cancelled = isCancelled(i);
  const when = invitationTime(i, zone);
  const organizer = i.organizer.address || i.organizer.name ? personName(i.organizer) : "";
  return (
    <section
      aria-label={invitationWord(i)}
      className={cn("rounded-control border border-border-strong px-3.5 py-2.5 font-sans", className)}
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className={cn("font-semibold text-base", cancelled && "line-through")}>
          {i.summary || mail.subject || "No title"}
        </span>
        <Badge tone={cancelled ? "danger" : "neutral"}>{invitationWord(i)}</Badge>
      </p>
      <ul className="mt-1 flex flex-col gap-0.5 text-sm [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-muted-foreground">
        <li className="flex items-center gap-2">
          {cancelled ? <CalendarX aria-hidden /> : <CalendarDays aria-hidden />}
          {when ? (
            <span>
              {when}
              {i.all_day || i.floating ? null : (
                <span className="text-muted-foreground"> ({zone.replaceAll("_", " ")})</span>
              )}
            </span>
          ) : (
            <span className="text-muted-foreground">No time is given</span>
          )}
        </li>
        {i.recurs ? (
          <li className="flex items-center gap-2">
            <Repeat aria-hidden /> Repeats
          </li>
        ) : null}
        {i.location ? (
          <li className="flex items-center gap-2">
            <MapPin aria-hidden /> <span className="break-words">{i.location}</span>
          </li>
        ) : null}
        {organizer ? (
          <li className="flex items-center gap-2">
            <UserRound aria-hidden />
            <span title={i.organizer.address}>Asked by {organizer}</span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}
