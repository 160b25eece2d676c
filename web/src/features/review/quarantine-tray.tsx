import { useQuery } from "@tanstack/react-query";
import { Ban, CornerDownLeft, Shield, ShieldAlert } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { sendersQuery } from "../../api/queries/senders";
import type { Email, SenderRule } from "../../api/types";
import { useAdmission } from "../../domain/admission";
import { AttachmentChips } from "../../domain/attachments";
import { MailOrigin } from "../../domain/mail-origin";
import { MailText } from "../../domain/mail-text";
import { personName } from "../../domain/person-chip";
import { authorDomain, authorOf, isPublicProvider } from "../../domain/senders";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf, formatDate, formatWhen } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Notice } from "../../ui/notice";
import { nextAfter } from "./clues";
import { Columns, ListItem, useNarrow } from "./columns";
import { bySender, isForged, type SenderGroup, waitsWords } from "./quarantine";
import { TrayFrame } from "./tray-mail";

interface QuarantineTrayProps {
  org: string;
  mails: readonly Email[];
  item?: string;
  /** May allow and block senders. */
  mayAdmit: boolean;
  onItem(id?: string): void;
}

/** Mail of senders that nobody allowed: kept, not read, until an admin says what they are. */
export function QuarantineTray({ org, mails, item, mayAdmit, onItem }: QuarantineTrayProps) {
  const now = useNow();
  const narrow = useNarrow();
  const admission = useAdmission(org);
  const { data: rules } = useQuery(sendersQuery(org));
  // Mail that was let in is read in the background; it leaves the list at once.
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const waiting = useMemo(() => mails.filter((m) => !gone.has(m.id)), [mails, gone]);
  const groups = useMemo(() => bySender(waiting, rules?.items ?? []), [waiting, rules]);
  const order = useMemo(() => groups.flatMap((g) => g.mails), [groups]);
  const mail = order.find((m) => m.id === item) ?? (narrow ? undefined : order[0]);
  const group = mail && groups.find((g) => g.mails.includes(mail));
  const address = mail ? authorOf(mail) : "";
  const domain = address.split("@").at(-1) ?? "";
  const forged = mail !== undefined && isForged(mail);
  const mayRule = address !== "" && !forged;
  const mayDomain = mayRule && !isPublicProvider(domain);

  /** Does it, takes what it lets in out of the list, and opens what comes next. */
  const letGo = async (of: Email[], run: () => Promise<boolean>) => {
    const ids = new Set(of.map((m) => m.id));
    const rest = order.filter((m) => !ids.has(m.id) || m.id === mail?.id);
    onItem(narrow || !mail ? undefined : nextAfter(rest, mail.id)?.id);
    setGone((old) => new Set([...old, ...ids]));
    if (await run()) return;
    setGone((old) => new Set([...old].filter((id) => !ids.has(id))));
  };
  const allow = (pattern: string) => {
    const of = order.filter(
      (m) => !isForged(m) && (pattern === authorOf(m) || pattern === `@${authorOf(m).split("@").at(-1)}`),
    );
    letGo(of, () => admission.allow(pattern, of.length));
  };
  const block = async () => {
    if (!mail) return;
    onItem(narrow ? undefined : nextAfter(order, mail.id)?.id);
    await admission.block(address);
  };
  const letIn = () => mail && letGo([mail], () => admission.letIn(mail));

  const step = (by: number) => {
    const to = order[order.findIndex((m) => m.id === mail?.id) + by];
    if (!to || narrow) return false;
    onItem(to.id);
  };
  const when = (may: boolean, run: () => void) => () => {
    if (!mayAdmit || !mail || !may) return false;
    run();
  };
  const keys = "Review";
  useKeys([
    { keys: "a", label: "Allow this sender", group: keys, run: when(mayRule, () => allow(address)) },
    { keys: "Enter", label: "Allow this sender", group: keys, run: when(mayRule, () => allow(address)) },
    { keys: "d", label: "Allow this domain", group: keys, run: when(mayDomain, () => allow(`@${domain}`)) },
    { keys: "b", label: "Block this sender", group: keys, run: when(mayRule && !group?.blocked, block) },
    { keys: "l", label: "Let in this one", group: keys, run: when(true, letIn) },
    { keys: "j", label: "Next item", group: keys, run: () => step(1) },
    { keys: "k", label: "Item before", group: keys, run: () => step(-1) },
    { keys: "ArrowDown", label: "Next item", group: keys, run: () => step(1) },
    { keys: "ArrowUp", label: "Item before", group: keys, run: () => step(-1) },
  ]);

  const hints: [string, string][] = [["j k", "next"]];
  if (mayAdmit) {
    hints.unshift(["l", "let in"]);
    if (mayRule && !group?.blocked) hints.unshift(["b", "block"]);
    if (mayDomain) hints.unshift(["d", "allow domain"]);
    if (mayRule) hints.unshift(["a", "allow"]);
    hints.push(["z", "undo"]);
  }

  const row = (m: Email, g: SenderGroup) => (
    <ListItem key={m.id} current={m.id === mail?.id} onOpen={() => onItem(m.id)}>
      <Row mail={m} blocked={g.blocked} now={now} />
    </ListItem>
  );
  return (
    <Columns
      open={mail !== undefined}
      title={mail?.subject || "No subject"}
      onClose={() => onItem()}
      hints={hints}
      list={
        <ul aria-label="Mail in quarantine">
          {groups.map((g) =>
            g.mails.length === 1 ? (
              g.mails.map((m) => row(m, g))
            ) : (
              <li key={g.address}>
                <p className="border-b px-[18px] pt-2.5 pb-1.5 text-muted-foreground text-xs max-md:px-4">
                  <span className="font-medium text-foreground">{g.address || "Unknown sender"}</span>,{" "}
                  {plural(g.mails.length, "mail")}
                </p>
                <ul aria-label={`From ${g.address || "an unknown sender"}`}>
                  {g.mails.map((m) => row(m, g))}
                </ul>
              </li>
            ),
          )}
        </ul>
      }
      item={mail ? <QuarantinedMail key={mail.id} org={org} mail={mail} now={now} /> : null}
      answer={
        mail ? (
          <Answer
            mail={mail}
            group={group}
            now={now}
            mayAdmit={mayAdmit}
            mayDomain={mayDomain}
            onAllow={() => allow(address)}
            onAllowDomain={() => allow(`@${domain}`)}
            onBlock={block}
            onLetIn={letIn}
          />
        ) : null
      }
    />
  );
}

function Row({ mail, blocked, now }: { mail: Email; blocked?: SenderRule; now: Date }) {
  const forged = isForged(mail);
  const Icon = forged ? ShieldAlert : blocked ? Ban : Shield;
  return (
    <>
      <span className="flex items-baseline justify-between gap-3">
        <span className="truncate font-semibold text-sm">{personName(mail.from[0])}</span>
        <time dateTime={mail.received_at} className="shrink-0 text-muted-foreground text-xs tabular-nums">
          {formatWhen(mail.received_at, now)}
        </time>
      </span>
      <span className="mt-0.5 block truncate text-sm">{mail.subject || "No subject"}</span>
      {mail.snippet ? (
        <span className="mt-0.5 block truncate text-muted-foreground text-xs">{mail.snippet}</span>
      ) : null}
      <span
        className={cn(
          "mt-0.5 flex items-center gap-1.5 text-muted-foreground text-xs",
          forged && "text-destructive",
        )}
      >
        <Icon className="size-3.5 shrink-0" aria-hidden strokeWidth={1.75} />
        <span className="truncate">{waitsWords(mail, blocked)}</span>
      </span>
    </>
  );
}

function QuarantinedMail({ org, mail, now }: { org: string; mail: Email; now: Date }) {
  return (
    <TrayFrame org={org} mail={mail} now={now}>
      {(data) => (
        <>
          <Notice tone="warning" className="mb-3">
            {mail.why || "This sender is not known here."}
          </Notice>
          <MailOrigin org={org} mail={data} said={mail.why} className="mb-3" />
          <MailText body={data.body} facts={[]} />
          <AttachmentChips org={org} email={mail.id} files={data.attachments} className="mt-3" />
        </>
      )}
    </TrayFrame>
  );
}

interface AnswerProps {
  mail: Email;
  group?: SenderGroup;
  now: Date;
  mayAdmit: boolean;
  mayDomain: boolean;
  onAllow(): void;
  onAllowDomain(): void;
  onBlock(): void;
  onLetIn(): void;
}

function Answer({
  mail,
  group,
  now,
  mayAdmit,
  mayDomain,
  onAllow,
  onAllowDomain,
  onBlock,
  onLetIn,
}: AnswerProps) {
  const reason = useId();
  const address = authorOf(mail);
  const blocked = group?.blocked;
  const forged = isForged(mail);
  const wide = "w-full max-md:h-11";
  const may = { disabled: !mayAdmit, "aria-describedby": mayAdmit ? undefined : reason };
  return (
    <section
      aria-labelledby="answer"
      className="flex flex-col gap-2 px-6 pt-[18px] pb-6 max-lg:px-4 max-lg:pt-3"
    >
      <h2 id="answer" className="font-semibold text-base">
        {forged ? "Let this mail in?" : "May this sender send mail here?"}
      </h2>
      {forged ? (
        <p className="text-sm">
          This mail is not from {authorDomain(mail) || "its sender"}. Let in this one only if you know better.
        </p>
      ) : (
        <p className="text-muted-foreground text-sm">
          {blocked
            ? `${blocked.pattern} was blocked by ${blocked.by} on ${formatDate(dayOf(blocked.created_at), dayOf(now))}.`
            : "Until then this mail is kept, but not read and not filed."}
        </p>
      )}
      {address && !forged ? (
        <>
          <Button look="primary" className={wide} {...may} onClick={onAllow}>
            <span className="truncate">Allow {address}</span>
            <CornerDownLeft aria-hidden />
          </Button>
          {mayDomain ? (
            <Button className={wide} {...may} onClick={onAllowDomain}>
              <span className="truncate">Allow everyone at {address.split("@").at(-1)}</span>
            </Button>
          ) : null}
        </>
      ) : null}
      <div className={cn("grid gap-2", address && !forged && !blocked && "grid-cols-2")}>
        <Button className={wide} {...may} onClick={onLetIn}>
          Let in this one
        </Button>
        {address && !forged && !blocked ? (
          <Button
            look="destructive"
            className={wide}
            {...may}
            onClick={onBlock}
            aria-label={`Block ${address}`}
          >
            Block
          </Button>
        ) : null}
      </div>
      {mayAdmit ? null : (
        <div id={reason}>
          <ViewerLine what="allow or block senders" />
        </div>
      )}
    </section>
  );
}
