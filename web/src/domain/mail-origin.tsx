import { useQuery } from "@tanstack/react-query";
import { Forward, Inbox, Shield, ShieldAlert, ShieldCheck } from "lucide-react";
import { emailQueries } from "../api/queries/emails";
import type { Arrival, Email } from "../api/types";
import { cn } from "../lib/cn";
import { formatStamp } from "../lib/dates";
import { useNow } from "../lib/hooks";
import { Badge } from "../ui/badge";
import { Disclosure } from "../ui/disclosure";
import { MailLink } from "./mail-link";
import { personName } from "./person-chip";
import { authorDomain, checkLine, checkWords } from "./senders";

/** How a mail came in, and whether it is from whom it says. */
export function MailOrigin({
  org,
  mail,
  said,
  className,
}: {
  org: string;
  mail: Email;
  /** A sentence that stands above it already. */
  said?: string;
  className?: string;
}) {
  return (
    <div className={cn("flex flex-wrap items-center gap-x-4 gap-y-1 font-sans", className)}>
      <CameBy org={org} mail={mail} />
      <SentIn mail={mail} />
      <SenderCheck mail={mail} said={said} />
    </div>
  );
}

const checkLooks = { pass: ShieldCheck, none: Shield, fail: ShieldAlert };

/** What the checks say of the sender: quiet while nothing speaks against it, with the details behind it. */
function SenderCheck({ mail, said }: { mail: Email; said?: string }) {
  const { authentication: a } = mail;
  const Icon = checkLooks[a.result];
  const words = checkWords(a);
  const sentences = new Set([mail.why, a.note].filter((s) => s && s !== said));
  return (
    <Disclosure
      icon={<Icon aria-hidden className={a.result === "pass" ? "text-success" : undefined} />}
      label={checkLine(mail)}
      className={
        a.result === "fail"
          ? "rounded-tag bg-destructive-soft px-1.5 font-medium text-destructive hover:text-destructive"
          : undefined
      }
    >
      {[...sentences].map((s) => (
        <p key={s}>{s}</p>
      ))}
      {words.length > 0 ? (
        <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-muted-foreground text-xs">
          {words.map(([name, word]) => (
            <div key={name} className="contents">
              <dt className="font-medium">{name}</dt>
              <dd className="break-words">{word}</dd>
            </div>
          ))}
        </dl>
      ) : a.note ? null : (
        <p className="text-muted-foreground text-xs">SPF, DKIM and DMARC were not looked at.</p>
      )}
    </Disclosure>
  );
}

/** On a closed card: says only that a mail is not from whom it says. */
export function ForgedBadge({ mail }: { mail: Email }) {
  if (mail.authentication.result !== "fail") return null;
  return (
    <Badge tone="danger">
      <ShieldAlert className="size-3" aria-hidden /> Not from {authorDomain(mail) || "its sender"}
    </Badge>
  );
}

/** "Came in by forward from Jo Park", of a mail that came inside another. */
export function cameByLine(mail: Pick<Email, "came_by" | "senders_in">): string {
  if (!mail.came_by) return "";
  const by = mail.senders_in[0]?.by;
  return by ? `Came in by forward from ${personName(by)}` : "Came in by forward";
}

function CameBy({ org, mail }: { org: string; mail: Email }) {
  const { data: carrier } = useQuery({
    ...emailQueries.one(org, mail.came_by ?? ""),
    enabled: mail.came_by !== null,
  });
  const line = cameByLine(mail);
  if (!line) return null;
  const link = "rounded-[3px] font-medium text-primary hover:underline";
  return (
    <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted-foreground text-xs">
      <Forward className="size-3.5 shrink-0" aria-hidden />
      {carrier && !carrier.copy_of ? (
        <MailLink org={org} mail={carrier} className={link}>
          {line}
        </MailLink>
      ) : (
        line
      )}
      {carrier?.copy_of ? (
        // It has no words of its own: there is nothing to open but the file.
        <a href={carrier.raw_url} download className={link}>
          Download the forward
        </a>
      ) : null}
    </p>
  );
}

const ways: Record<Arrival["how"], string> = {
  direct: "sent it here",
  copy: "sent the same mail",
  resent: "sent it again",
  forward: "forwarded it",
  attached: "forwarded it as a file",
  imported: "imported it with older mail",
  imported_copy: "imported the same mail",
};

/** "Sent in 5 times", and by whom: a mail counts once however often it comes. */
function SentIn({ mail }: { mail: Email }) {
  const now = useNow();
  const all = mail.senders_in;
  if (all.length < 2) return null;
  return (
    <Disclosure icon={<Inbox aria-hidden />} label={`Sent in ${all.length} times`}>
      <ul aria-label="Ways this mail came in">
        {all.map((a) => (
          <li key={`${a.email_id} ${a.how} ${a.at}`} className="py-0.5">
            <span title={a.by.address}>
              <span className="font-medium">{personName(a.by)}</span> {ways[a.how]}
            </span>
            <time dateTime={a.at} className="ml-2 text-muted-foreground text-xs tabular-nums">
              {formatStamp(a.at, now)}
            </time>
            {a.note ? (
              <p className="whitespace-pre-line font-serif text-muted-foreground text-quote">{a.note}</p>
            ) : null}
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}
