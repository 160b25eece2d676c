import type { Email, Fact, SenderRule } from "../../api/types";
import { isLive } from "../../domain/fact-value";
import { domainOf, isPublicProvider } from "../../domain/senders";

/** Whether a mail is the made-up one that an admin may have sent. Its authors are at a domain nobody can have. */
export function isSample(mail: Email): boolean {
  return mail.from.some((a) => domainOf(a.address) === "sample.example");
}

/** Set aside by a person: it belongs to no project. */
const isAside = (mail: Email) => mail.state === "filed" && !mail.project_id && mail.passages.length === 0;

/**
 * The mail by which one sees that mail comes in: the first that was read, else the first that
 * waits for an admin, else the sample. What machines wrote is none, and a sample that was set
 * aside is as if it had not been sent. `mails` are the newest first.
 */
export function firstMail(mails: readonly Email[]): Email | undefined {
  const all = mails.filter((m) => m.state !== "automatic").toReversed();
  const own = all.filter((m) => !isSample(m));
  const read = (m: Email) => m.state === "filed" || m.state === "review";
  return own.find(read) ?? own[0] ?? all.find((m) => isSample(m) && !isAside(m));
}

/** The facts of a mail that stand, in the order of its text. */
export function firstFacts(mail: Email): Fact[] {
  return mail.facts.filter(isLive);
}

/** Who may send mail in without being asked about, as one sentence. */
export function whoMaySend(email: string, rules: readonly SenderRule[]): string {
  const domain = domainOf(email);
  const others = "Mail from others waits in quarantine.";
  if (rules.some((r) => r.pattern === "*" && r.allow))
    return "Anyone. Nothing waits in quarantine for its sender.";
  const more = rules.filter((r) => r.allow).length;
  const extra =
    more === 0
      ? ""
      : more === 1
        ? ` And ${rules.find((r) => r.allow)?.pattern}.`
        : ` And ${more} senders you allowed.`;
  return domain && !isPublicProvider(domain)
    ? `Anyone at ${domain}.${extra} ${others}`
    : `Members, each from their own address.${extra} ${others}`;
}

/** A time that passes, as minutes and seconds. */
export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
