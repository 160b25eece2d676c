import { startOfYesterday } from "../../lib/dates";
import { remember, remembered } from "../../lib/storage";

/** After so long away, coming back is a new visit. */
const AWAY_MS = 4 * 3_600_000;

interface Visit {
  /** What this visit looks back to. */
  since: string;
  /** When this browser last showed the page. */
  last: string;
}

/**
 * From when on changes are new: the end of the visit before this one, or the
 * beginning of yesterday when there was none. Reloading does not begin a visit.
 */
export function visit(org: string, now: Date): Date {
  const key = `visit.${org}`;
  const before = remembered<Visit>(key);
  let since = startOfYesterday(now);
  if (before) {
    const last = new Date(before.last);
    const away = now.getTime() - last.getTime() > AWAY_MS;
    const from = away ? last : new Date(before.since);
    if (!Number.isNaN(from.getTime()) && from < now) since = from;
  }
  remember(key, { since: since.toISOString(), last: now.toISOString() } satisfies Visit);
  return since;
}
