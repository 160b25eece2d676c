import { ChevronDown, ChevronRight, Download, ShieldX } from "lucide-react";
import { path } from "../../api/client";
import type { Email } from "../../api/types";
import { AttachmentChips } from "../../domain/attachments";
import { AutomaticNotice, automaticWord } from "../../domain/automatic";
import { InvitationView, invitationWord } from "../../domain/invitation";
import { MailOrigin } from "../../domain/mail-origin";
import { MailText } from "../../domain/mail-text";
import { personName } from "../../domain/person-chip";
import { formatWhen } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { TrayFrame } from "./tray-mail";

/** Whether a mail is kept because it is dangerous: nothing of it is opened or handed out. */
export function isDangerous(mail: Pick<Email, "state" | "verdict">): boolean {
  return mail.state === "held" && mail.verdict === "refused";
}

/** Why a mail was kept and not read, and what becomes of it. */
function reasonOf(mail: Email): string {
  if (mail.state === "held")
    return mail.why || "Held while the organisation is suspended. It is read when that ends.";
  return mail.warnings[0] ?? "This mail could not be read. Its original is kept.";
}

const listClasses = "max-w-[880px] rounded-card border bg-card";

interface KeptListProps {
  org: string;
  /** What could not be read or is held. */
  mails: readonly Email[];
  /** What a machine wrote, on no job. */
  automatic: readonly Email[];
  /** The automatic mail that is open. */
  item?: string;
  mayChange: boolean;
  onItem(id?: string): void;
}

/** Mail that was received and kept, but not read: nothing of it is lost, and its original can be had. */
export function KeptList({ org, mails, automatic, item, mayChange, onItem }: KeptListProps) {
  const now = useNow();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-7 max-md:p-4">
      {mails.length > 0 ? (
        <ul className={listClasses} aria-label="Mail that was not read">
          {mails.map((m) => (
            <li
              key={m.id}
              className="flex items-center gap-4 border-b px-4 py-3 last:border-b-0 max-md:flex-wrap"
            >
              {isDangerous(m) ? (
                <ShieldX
                  className="size-[18px] shrink-0 text-destructive"
                  role="img"
                  aria-label="Dangerous"
                />
              ) : null}
              <div className="min-w-0 flex-1">
                <p className="flex items-baseline justify-between gap-3 text-sm">
                  <span className="truncate font-semibold">{m.subject || "No subject"}</span>
                  <Received mail={m} now={now} />
                </p>
                <p className="truncate text-sm">{personName(m.from[0])}</p>
                <p className="text-muted-foreground text-xs">{reasonOf(m)}</p>
              </div>
              {isDangerous(m) ? null : <Original org={org} mail={m} />}
            </li>
          ))}
        </ul>
      ) : null}
      {automatic.length > 0 ? (
        <section aria-labelledby="automatic" className={mails.length > 0 ? "mt-5" : undefined}>
          <h2 id="automatic" className="mb-2 font-semibold text-base">
            Automatic mail
          </h2>
          <p className="mb-2 max-w-[880px] text-muted-foreground text-sm">
            Automatic replies, mail that was not delivered, lists. It is kept and not read for facts.
          </p>
          <ul className={listClasses} aria-label="Automatic mail">
            {automatic.map((m) => (
              <li key={m.id} className="border-b last:border-b-0">
                <button
                  type="button"
                  aria-expanded={m.id === item}
                  onClick={() => onItem(m.id === item ? undefined : m.id)}
                  className="flex w-full items-center gap-3 px-4 py-2.5 text-left hover:bg-accent focus-visible:-outline-offset-2 max-md:min-h-11"
                >
                  {m.id === item ? (
                    <ChevronDown className="size-4 shrink-0 text-muted-foreground" aria-hidden />
                  ) : (
                    <ChevronRight className="size-4 shrink-0 text-muted-foreground" aria-hidden />
                  )}
                  <span className="min-w-0 flex-1">
                    <span className="flex items-baseline justify-between gap-3 text-sm">
                      <span className="truncate font-semibold">{m.subject || "No subject"}</span>
                      <Received mail={m} now={now} />
                    </span>
                    <span className="block truncate text-muted-foreground text-xs">
                      {m.invitation ? invitationWord(m.invitation) : automaticWord(m)} from{" "}
                      {personName(m.from[0])}
                    </span>
                  </span>
                </button>
                {m.id === item ? (
                  <div className="border-t">
                    <TrayFrame org={org} mail={m} now={now}>
                      {(data) => (
                        <>
                          <AutomaticNotice org={org} mail={data} mayChange={mayChange} className="mb-3" />
                          <MailOrigin org={org} mail={data} className="mb-3" />
                          <InvitationView org={org} mail={data} className="mb-3" />
                          <MailText body={data.body} facts={[]} />
                          <div className="mt-3 flex flex-wrap items-center gap-2">
                            <AttachmentChips org={org} email={m.id} files={data.attachments} />
                            <Original org={org} mail={m} />
                          </div>
                        </>
                      )}
                    </TrayFrame>
                  </div>
                ) : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function Received({ mail, now }: { mail: Email; now: Date }) {
  return (
    <time dateTime={mail.received_at} className="shrink-0 text-muted-foreground text-xs tabular-nums">
      {formatWhen(mail.received_at, now)}
    </time>
  );
}

function Original({ org, mail }: { org: string; mail: Email }) {
  return (
    <Button asChild size="small" className="max-md:h-11">
      <a
        href={`/api/v1/${path("orgs", org, "emails", mail.id, "raw")}`}
        download
        aria-label={`Download original: ${mail.subject || "No subject"}`}
      >
        <Download className="size-3.5" aria-hidden />
        Download original
      </a>
    </Button>
  );
}
