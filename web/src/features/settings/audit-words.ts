import type { AuditEntry } from "../../api/types";

/** What is done, in the words of the log; the filter offers them in this order. */
const words: Record<string, string> = {
  "org.create": "Made the organisation",
  "org.save": "Changed the organisation",
  "org.leave": "Had the organisation deleted in 30 days",
  "org.stay": "Took the deletion back",
  "org.suspend": "Suspended the organisation",
  "org.resume": "Resumed the organisation",
  "org.export": "Exported everything",
  "settings.save": "Changed settings",
  "member.save": "Changed a member",
  "member.drop": "Removed a member",
  "member.leave": "Left the organisation",
  "invitation.create": "Invited somebody",
  "invitation.renew": "Sent an invitation again",
  "invitation.drop": "Withdrew an invitation",
  "invitation.accept": "Accepted an invitation",
  "api_key.create": "Made an API key",
  "api_key.revoke": "Revoked an API key",
  "sender.allow": "Allowed a sender",
  "sender.block": "Blocked a sender",
  "sender.remove": "Removed a sender rule",
  "session.begin": "Signed in",
  "session.refuse": "Was refused at sign-in",
  "session.end": "Signed out",
  "operator.enter": "Entered as operator",
  "operator.leave": "Left as operator",
  "project.create": "Made a project",
  "project.save": "Changed a project",
  "mail.record": "Filed a mail",
  "mail.arrive": "Took a mail in again",
  "mail.move": "Moved a mail",
  "mail.release": "Let a mail in",
  "mail.import": "Imported older mail",
  "mail.sample": "Had a sample sent",
  "mail.read": "Read a mail again",
  "mail.reread": "Asked for mail to be read again",
  "billing.closing": "Said when what nobody pays for closes",
  "billing.reminder": "Wrote to the admins about the payment",
  "billing.retry": "Had use told to the payment provider again",
  "reading.accept": "Accepted a reading",
  "reading.undo": "Undid a reading",
  "fact.confirmed": "Confirmed a fact",
  "fact.corrected": "Corrected a fact",
  "fact.rejected": "Rejected a fact",
  "fact.superseded": "Took a fact as out of date",
  "fact.open": "Reopened a fact",
  "fact.done": "Marked as done",
  "fact.undone": "Marked as not done",
  "filing_rule.create": "Made a filing rule",
  "filing_rule.save": "Changed a filing rule",
  "filing_rule.remove": "Removed a filing rule",
};

/** Actions to narrow the log to, with their words. */
export const actions: readonly [string, string][] = Object.entries(words);

/** What was done, in words; an action this page does not know keeps its own. */
export function actionWords(action: string): string {
  const known = words[action];
  if (known) return known;
  const text = action.replaceAll(/[._-]+/g, " ").trim();
  return text ? text[0]?.toUpperCase() + text.slice(1) : action;
}

const jobs: Record<AuditEntry["actor"]["kind"], string> = {
  user: "Somebody",
  key: "An API key",
  mail: "Projectr",
  job: "Projectr",
  operator: "Operator",
  nobody: "Somebody unknown",
};

/** Who did it; a person whose name was erased is still told from nobody. */
export function actorName(actor: AuditEntry["actor"]): string {
  if (actor.kind === "mail" || actor.kind === "job") return jobs[actor.kind];
  const name = actor.name || jobs[actor.kind] || actor.id || "Somebody";
  return actor.kind === "operator" && name !== jobs.operator ? `${name} (operator)` : name;
}

/** Each entry with a key of its own: entries have no id, and two can be alike. */
export function keyed(entries: readonly AuditEntry[]): [string, AuditEntry][] {
  const seen = new Map<string, number>();
  return entries
    .toReversed()
    .map((entry): [string, AuditEntry] => {
      const name = [entry.at, entry.actor.id, entry.action, entry.target, entry.request].join(" ");
      const n = (seen.get(name) ?? 0) + 1;
      seen.set(name, n);
      return [`${name} ${n}`, entry];
    })
    .toReversed();
}
