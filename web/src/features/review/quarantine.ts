import type { Email, SenderRule } from "../../api/types";
import { authorDomain, authorOf, ruleFor } from "../../domain/senders";

/** Mails in quarantine of one sender. */
export interface SenderGroup {
  /** Lower-case address; empty when the mail names none. */
  address: string;
  /** Newest first. */
  mails: Email[];
  /** The rule that keeps them out. */
  blocked?: SenderRule;
}

/** The mails by sender, the newest sender first, those that are blocked last. */
export function bySender(mails: readonly Email[], rules: readonly SenderRule[]): SenderGroup[] {
  const groups = new Map<string, SenderGroup>();
  for (const mail of mails) {
    const address = authorOf(mail);
    const group = groups.get(address);
    if (group) group.mails.push(mail);
    else {
      const rule = address ? ruleFor(rules, address) : undefined;
      groups.set(address, { address, mails: [mail], blocked: rule && !rule.allow ? rule : undefined });
    }
  }
  return [...groups.values()].sort((a, b) => Number(Boolean(a.blocked)) - Number(Boolean(b.blocked)));
}

/** Whether a rule for its sender cannot help a mail: it is not from whom it says. */
export function isForged(mail: Pick<Email, "authentication">): boolean {
  return mail.authentication.result === "fail";
}

/** Why a mail waits, in a few words for a list. */
export function waitsWords(mail: Email, blocked?: SenderRule): string {
  if (isForged(mail)) return `Not from ${authorDomain(mail) || "its sender"}`;
  if (blocked) return `Blocked by ${blocked.by}`;
  return authorOf(mail) ? "Sender is not known here" : "It does not say who sent it";
}
