import type { Member, MemberInvitation } from "../../api/types";
import { formatWhen } from "../../lib/dates";
import { plural } from "../../lib/money";

/** What a person is called: their name, or their address when they gave none. */
export function nameOf(user: { name: string; email: string }): string {
  return user.name || user.email;
}

/** "3 of 15 seats"; an invitation that is open takes one. Without a limit the people are counted. */
export function seats(members: number, invited: number, limit: number): string {
  if (limit > 0) return `${members + invited} of ${plural(limit, "seat", "seats")}`;
  const people = plural(members, "person", "people");
  return invited > 0 ? `${people}, ${invited} invited` : people;
}

/** Those whose name or address holds the words; all when there are none. */
export function found<T extends Member | MemberInvitation>(items: readonly T[], words: string): T[] {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const text = ("user" in item ? `${item.user.name} ${item.user.email}` : item.email).toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}

/** "Now" within five minutes, then the time, the day; "Never" for who was not here yet. */
export function lastSeen(at: string | null | undefined, now: Date): string {
  if (!at) return "Never";
  if (now.getTime() - new Date(at).getTime() < 5 * 60_000) return "Now";
  return formatWhen(at, now);
}

/** "Used yesterday", "Used 9:42 AM", "Never used". */
export function lastUsed(at: string | null | undefined, now: Date): string {
  const when = lastSeen(at, now);
  if (when === "Never") return "Never used";
  return `Used ${/^(Now|Yesterday)$/.test(when) ? when.toLowerCase() : when}`;
}

/** Whether an invitation no longer opens. */
export function lapsed(invitation: Pick<MemberInvitation, "expires_at">, now: Date): boolean {
  return new Date(invitation.expires_at) <= now;
}
