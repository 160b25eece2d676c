import type { Organisation } from "../api/types";
import { remember, remembered } from "../lib/storage";
import { mayChange } from "./role";

const key = (org: Pick<Organisation, "id">) => `set-up.skipped.${org.id}`;

/** Whether an admin is led to setting up: there is no project and no mail yet, and nobody put it off here. */
export function isNew(org: Organisation): boolean {
  const { projects, review, mail_today } = org.counts;
  return (
    mayChange(org.role) && projects + review + mail_today === 0 && remembered<boolean>(key(org)) !== true
  );
}

/** Puts it off, in this browser. */
export function putOff(org: Pick<Organisation, "id">): void {
  remember(key(org), true);
}
