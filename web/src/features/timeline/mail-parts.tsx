import { useInfiniteQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import type { Email, EmailDetail } from "../../api/types";
import { AttachmentChips } from "../../domain/attachments";
import { AutomaticNotice } from "../../domain/automatic";
import { InvitationView } from "../../domain/invitation";
import { MailFlags } from "../../domain/mail-flags";
import { MailOrigin } from "../../domain/mail-origin";
import { personName } from "../../domain/person-chip";
import { ReadBy } from "../../domain/readings";
import { formatStamp } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { plural } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { ErrorState } from "../../ui/error-state";
import { Notice } from "../../ui/notice";
import { Skeleton } from "../../ui/skeleton";

/** What was odd about a mail. */
function MailWarnings({ mail }: { mail: Email }) {
  if (mail.warnings.length === 0) return null;
  return (
    <Notice tone="warning" className="mb-3 font-sans">
      {mail.warnings.length === 1 ? (
        mail.warnings[0]
      ) : (
        <ul className="list-disc pl-4">
          {mail.warnings.map((w) => (
            <li key={w}>{w}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** What is said of a mail that a model has yet to read, by what it waits for. */
const again: Record<NonNullable<Email["read_again_why"]>, string> = {
  model: "The rules read this mail. The model reads it again later.",
  ai_budget:
    "The rules read this mail. What is left of this month’s AI budget is too little for a model to read it again: it does when the month turns, or the budget grows.",
  settings:
    "The rules read this mail, as the settings say. It was to be read by a model before: one reads it again when the settings say so.",
};

/** Above the text: what was odd, how the mail came in, and what it is when it is no letter. */
export function MailHead({ org, mail, mayChange }: { org: string; mail: Email; mayChange: boolean }) {
  return (
    <>
      <MailFlags org={org} mail={mail} className="mb-3" />
      <MailWarnings mail={mail} />
      <MailOrigin org={org} mail={mail} className="mb-3" />
      <InvitationView org={org} mail={mail} className="mb-3" />
      <AutomaticNotice org={org} mail={mail} mayChange={mayChange} className="mb-3" />
      {mail.read_again ? (
        <p className="mb-3 flex items-start gap-1.5 font-sans text-muted-foreground text-xs">
          <Hourglass className="size-3.5 shrink-0" aria-hidden />
          {again[mail.read_again_why ?? "model"]}
        </p>
      ) : null}
    </>
  );
}

/**
 * The sender's page, cleaned by the server, in a frame that can do nothing but
 * open the link a person presses, in a tab of its own.
 */
export function MailAsSent({ mail, url }: { mail: Email; url: string }) {
  return (
    <iframe
      title={`As sent: ${mail.subject || "no subject"}`}
      src={url}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      loading="lazy"
      className="h-[62vh] w-full rounded-control border bg-white"
    />
  );
}

/** Below the text: files to download, and the thread's earlier mails. */
export function MailFoot({
  org,
  mail,
  mayChange,
  onOpenMail,
  onFile,
}: {
  org: string;
  mail: EmailDetail;
  mayChange: boolean;
  onOpenMail(id: string): void;
  /** Shows the text of a file. */
  onFile(n: number): void;
}) {
  const [earlier, setEarlier] = useState(false);
  const before = mail.thread_index - 1;
  const files = mail.attachments.some((f) => !f.inline);
  return (
    <>
      <div hidden={!files && before < 1} className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 pb-1">
        <AttachmentChips org={org} email={mail.id} files={mail.attachments} onShow={onFile} />
        {before > 0 ? (
          <Button
            look="link"
            className="ml-auto text-sm max-md:min-h-11"
            aria-expanded={earlier}
            onClick={() => setEarlier(!earlier)}
          >
            {earlier ? "Hide" : "Show"} {plural(before, "earlier mail")}
          </Button>
        ) : null}
      </div>
      {earlier ? <EarlierMails org={org} mail={mail} onOpenMail={onOpenMail} /> : null}
      <ReadBy org={org} mail={mail} mayChange={mayChange} className="mt-3" />
    </>
  );
}

function EarlierMails({ org, mail, onOpenMail }: { org: string; mail: Email; onOpenMail(id: string): void }) {
  const now = useNow();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    emailQueries.list(org, { thread: mail.thread_id, order: "date", before: mail.date }),
  );
  if (error) {
    return (
      <ErrorState
        what="The earlier mails could not be read."
        message={messageOf(error)}
        retry={() => refetch()}
        className="mt-2"
      />
    );
  }
  if (isPending) return <Skeleton className="mt-3 h-4 w-64" />;
  const mails = data.pages.flatMap((p) => p.items).filter((m) => m.id !== mail.id);
  return (
    <ul aria-label="Earlier mails" className="mt-1 border-t">
      {mails.map((m) => (
        <li key={m.id} className="border-b last:border-0">
          <button
            type="button"
            onClick={() => onOpenMail(m.id)}
            className="flex w-full items-center gap-2.5 rounded-[4px] py-2 text-left text-sm hover:bg-accent"
          >
            <Avatar name={personName(m.from[0])} size="small" />
            <span className="shrink-0 font-medium">{personName(m.from[0])}</span>
            <span className="min-w-0 flex-1 truncate font-serif text-muted-foreground text-quote">
              {m.snippet}
            </span>
            <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
              {formatStamp(m.date, now)}
            </span>
          </button>
        </li>
      ))}
      {hasNextPage ? (
        <li>
          <Button look="link" className="py-2 text-sm" onClick={() => fetchNextPage()}>
            Show more
          </Button>
        </li>
      ) : null}
    </ul>
  );
}
