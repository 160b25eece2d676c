import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Bot,
  ChevronUp,
  Download,
  Ellipsis,
  FolderInput,
  Forward,
  Globe,
  Paperclip,
  Split,
  Type,
} from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import type { Email, Fact, FactKind } from "../../api/types";
import { automaticWord, isUnread } from "../../domain/automatic";
import { KindBadge, KindLabel } from "../../domain/fact-kind";
import { isLive, ReviewBadge } from "../../domain/fact-value";
import { InvitationLine } from "../../domain/invitation";
import { FlagBadge } from "../../domain/mail-flags";
import { cameByLine, ForgedBadge } from "../../domain/mail-origin";
import { factsOn, useProjectNames } from "../../domain/passages";
import { personName } from "../../domain/person-chip";
import { cn } from "../../lib/cn";
import { formatTime, formatWeekdayDate } from "../../lib/dates";
import { useDelayed } from "../../lib/hooks";
import { formatAmount } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { OpenMail } from "./open-mail";

interface MailCardProps {
  org: string;
  /** On whose timeline it is shown. */
  project: string;
  mail: Email;
  open: boolean;
  /** The one the keys act on. */
  current: boolean;
  /** The fact whose sentence is marked when it opens. */
  fact?: string;
  /** The kind the timeline is narrowed to. */
  kind?: FactKind;
  today: string;
  you: string;
  mayChange: boolean;
  /** The project a person moved it here from. */
  movedFrom?: string;
  /** Parts of it that a person moved here, or away. */
  partsMoved: readonly PartMoved[];
  onOpen(fact?: string): void;
  onClose(): void;
  /** Asks where the mail belongs, or the passage of it that begins there. */
  onMove(start?: number): void;
  onOpenMail(id: string): void;
  /** Shows the text of a file, at the quote of a fact. */
  onFile(n: number, fact?: string): void;
}

/** A part of a mail that a person moved between two projects which both keep the mail. */
export interface PartMoved {
  key: string;
  /** It came here; else it went. */
  came: boolean;
  /** The name of the project on the other side. */
  other: string;
  /** "you", or a name. */
  by: string;
  /** What it begins with. */
  words: string;
}

const SHOWN = 3;

/** One mail of the timeline: closed, with what it says; open, with its words. */
export function MailCard(props: MailCardProps) {
  const { mail, open } = props;
  return (
    <article
      data-mail={mail.id}
      tabIndex={-1}
      aria-label={`${personName(mail.from[0])}: ${mail.subject || "No subject"}`}
      className="relative scroll-mt-[140px] rounded-card border bg-card max-md:scroll-mt-16"
    >
      {open ? (
        <OpenCard {...props} />
      ) : isUnread(mail) && !mail.invitation ? (
        <QuietCard {...props} />
      ) : (
        <ClosedCard {...props} />
      )}
    </article>
  );
}

/** What a machine wrote is one quiet line. */
function QuietCard({ mail, onOpen }: MailCardProps) {
  return (
    <h3 className="flex min-h-10 items-center gap-[9px] px-[14px] py-1.5 max-md:px-[11px]">
      <Bot className="size-4 shrink-0 text-muted-foreground" aria-hidden strokeWidth={1.75} />
      <button
        type="button"
        data-card-button
        aria-expanded={false}
        onClick={() => onOpen()}
        className="min-w-0 flex-1 truncate text-left font-normal text-muted-foreground text-sm after:absolute after:inset-0 after:rounded-card"
      >
        {automaticWord(mail)} from {personName(mail.from[0])}: {mail.subject || "No subject"}
      </button>
      <time dateTime={mail.date} className="shrink-0 font-normal text-muted-foreground text-xs tabular-nums">
        {formatTime(mail.date)}
      </time>
    </h3>
  );
}

function ClosedCard({ org, project, mail, kind, today, you, movedFrom, partsMoved, onOpen }: MailCardProps) {
  const facts = factsOn(mail, project).filter((f) => isLive(f) && (!kind || f.kind === kind));
  const shown = facts.slice(0, SHOWN);
  const more = facts.length - shown.length;
  const thread = mail.thread_size > 1 ? `${mail.thread_index} of ${mail.thread_size}` : "";
  return (
    <div className="px-[14px] pt-[13px] pb-[9px] max-md:px-[11px] max-md:pt-3.5 max-md:pb-3">
      <h3 className="flex min-h-6 items-center gap-[9px] max-md:items-start max-md:gap-2.5">
        <Avatar name={personName(mail.from[0])} size="small" className="max-md:size-8 max-md:text-xs" />
        <button
          type="button"
          data-card-button
          aria-expanded={false}
          onClick={() => onOpen()}
          className="flex min-w-0 flex-1 items-baseline gap-3 text-left after:absolute after:inset-0 after:rounded-card max-md:flex-col-reverse max-md:gap-0"
        >
          <span className="shrink-0 font-semibold text-base max-md:font-normal max-md:text-muted-foreground max-md:text-xs max-md:leading-[18px]">
            {personName(mail.from[0])}
            {thread ? <span className="md:hidden">, {thread}</span> : null}
          </span>
          <span className="min-w-0 max-w-full truncate font-normal text-muted-foreground text-sm max-md:font-semibold max-md:text-base max-md:text-foreground">
            {mail.subject || "No subject"}
          </span>
        </button>
        <FlagBadge mail={mail} />
        <ForgedBadge mail={mail} />
        {thread ? <Badge className="max-md:hidden">{thread}</Badge> : null}
        {mail.attachments.some((f) => !f.inline) ? (
          <Paperclip
            className="size-3.5 shrink-0 text-muted-foreground max-md:hidden"
            role="img"
            aria-label="With files"
          />
        ) : null}
        <time
          dateTime={mail.date}
          className="shrink-0 text-muted-foreground text-xs tabular-nums max-md:leading-5"
        >
          {formatTime(mail.date)}
        </time>
      </h3>
      <InvitationLine org={org} mail={mail} className="pl-[33px] max-md:pl-[42px]" />
      {shown.length > 0 ? (
        <ul className="mt-[7px] pl-[33px] max-md:mt-1.5 max-md:flex max-md:flex-col max-md:gap-2 max-md:pl-0">
          {shown.map((f) => (
            <li key={f.id} className="relative">
              <button
                type="button"
                onClick={() => onOpen(f.id)}
                className="grid min-h-6 w-full grid-cols-[20px_74px_minmax(0,1fr)_auto] items-center gap-x-[7px] rounded-[4px] text-left hover:bg-accent max-md:grid-cols-[20px_minmax(0,1fr)] max-md:items-start max-md:gap-x-2.5"
              >
                <KindBadge kind={f.kind} />
                <KindLabel kind={f.kind} className="max-md:sr-only" />
                <span className="line-clamp-2 font-normal text-sm max-md:font-medium max-md:text-base">
                  {f.text}
                </span>
                <span className="flex flex-wrap items-center justify-end gap-x-2 pl-3 text-muted-foreground text-xs max-md:col-start-2 max-md:justify-start max-md:pl-0">
                  <ReviewBadge fact={f} short />
                  <ShortMeta fact={f} today={today} you={you} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : mail.snippet && !mail.invitation ? (
        <p className="mt-1 truncate pl-[33px] font-serif text-muted-foreground text-quote max-md:pl-[42px]">
          {mail.snippet}
        </p>
      ) : null}
      {mail.came_by ? (
        <p className="mt-1 flex items-center gap-1.5 pl-[33px] text-muted-foreground text-xs max-md:pl-[42px]">
          <Forward className="size-3.5 shrink-0" aria-hidden />
          {cameByLine(mail)}
        </p>
      ) : null}
      <AlsoAbout org={org} project={project} mail={mail} />
      {movedFrom ? (
        <p className="mt-1 flex items-center gap-1.5 pl-[33px] text-muted-foreground text-xs max-md:pl-[42px]">
          <FolderInput className="size-3.5 shrink-0" aria-hidden /> Moved here from {movedFrom}
        </p>
      ) : null}
      {partsMoved.map((part) => (
        <p
          key={part.key}
          className="mt-1 flex gap-1.5 pl-[33px] text-muted-foreground text-xs max-md:pl-[42px]"
        >
          <FolderInput className="mt-px size-3.5 shrink-0" aria-hidden />
          <span>
            {part.came ? "Part of it moved here from " : "Part of it moved to "}
            <span className="font-medium text-foreground">{part.other}</span> by {part.by}: “{part.words}”
          </span>
        </p>
      ))}
      {more > 0 ? (
        <p
          aria-hidden
          className="mt-0.5 pl-[60px] font-medium text-primary text-xs leading-6 max-md:pl-[30px] max-md:text-sm"
        >
          {more === 1 ? "1 more fact" : `${more} more facts`}
        </p>
      ) : null}
    </div>
  );
}

/** The other projects that a mail is about, each a link to the mail there. */
function AlsoAbout({ org, project, mail }: { org: string; project: string; mail: Email }) {
  const names = useProjectNames(org, mail);
  const ids = new Set([mail.project_id, ...mail.passages.map((p) => p.project_id)]);
  const others = [...ids].flatMap((id) => (id && id !== project && names.has(id) ? [id] : []));
  if (mail.passages.length === 0 || others.length === 0) return null;
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-1.5 pl-[33px] text-muted-foreground text-xs max-md:pl-[42px]">
      <Split className="size-3.5 shrink-0" aria-hidden />
      Also about
      {others.map((id) => (
        <Link
          key={id}
          to="/orgs/$org/projects/$project"
          params={{ org, project: id }}
          search={{ mail: mail.id }}
          className="relative font-medium text-foreground hover:underline"
        >
          {names.get(id)}
        </Link>
      ))}
    </p>
  );
}

/** Who and when, or how much, in a few words. */
function ShortMeta({ fact, today, you }: { fact: Fact; today: string; you: string }) {
  const name = (n: string) => (you && n.toLowerCase() === you.toLowerCase() ? "You" : n);
  const who = fact.kind === "decision" ? fact.made_by : fact.owner;
  const parts = [
    who ? name(who) : "",
    fact.deadline ? formatWeekdayDate(fact.deadline, today) : "",
    fact.amount && !fact.text.includes(formatAmount(fact.amount)) ? formatAmount(fact.amount) : "",
  ].filter(Boolean);
  return parts.join(" · ");
}

function OpenCard(props: MailCardProps) {
  const { org, mail, mayChange, onClose, onMove } = props;
  const { data, error, isPending, refetch } = useQuery(emailQueries.one(org, mail.id));
  const slow = useDelayed(isPending);
  const [asSent, setAsSent] = useState(false);
  const files = mail.attachments.filter((f) => !f.inline).length;
  const [sender, ...others] = mail.from;
  const to = [...others, ...mail.to, ...mail.cc].map(personName);
  return (
    <>
      <header className="flex min-h-[55px] items-center gap-[9px] border-b px-[14px] py-2">
        <Avatar name={personName(sender)} size="small" />
        <div className="min-w-0 flex-1">
          <h3 className="flex items-center gap-2">
            <button
              type="button"
              data-card-button
              aria-expanded
              onClick={onClose}
              className="truncate rounded-[3px] text-left font-semibold text-base"
            >
              {mail.subject || "No subject"}
            </button>
            {mail.thread_size > 1 ? (
              <Badge>
                {mail.thread_index} of {mail.thread_size}
              </Badge>
            ) : null}
          </h3>
          <p className="truncate text-subtle-foreground text-xs" title={sender?.address}>
            <span className="text-muted-foreground">{personName(sender)}</span>
            {to.length > 0
              ? ` to ${to.slice(0, 4).join(", ")}${to.length > 4 ? ` and ${to.length - 4} more` : ""}`
              : ""}
          </p>
        </div>
        <time dateTime={mail.date} className="shrink-0 text-muted-foreground text-xs tabular-nums">
          {formatTime(mail.date)}
        </time>
        {files > 0 ? (
          <span className="ml-2.5 inline-flex shrink-0 items-center gap-1 text-muted-foreground text-xs">
            <Paperclip className="size-3.5" role="img" aria-label="Files:" />
            {files}
          </span>
        ) : null}
        <div className="ml-2.5 flex shrink-0 gap-2">
          {mayChange ? (
            <Button size="small" onClick={() => onMove()} className="px-2.5">
              <FolderInput aria-hidden strokeWidth={1.75} /> Move
            </Button>
          ) : null}
          <Menu>
            <MenuTrigger asChild>
              <IconButton
                size="small"
                label={`More for ${mail.subject || "this mail"}`}
                hint="More"
                icon={<Ellipsis aria-hidden />}
              />
            </MenuTrigger>
            <MenuContent align="end">
              {data?.html_url ? (
                <MenuItem onSelect={() => setAsSent(!asSent)}>
                  {asSent ? <Type aria-hidden /> : <Globe aria-hidden />}
                  {asSent ? "Show text with facts" : "Show as sent"}
                </MenuItem>
              ) : null}
              <MenuItem asChild>
                <a href={data?.raw_url} download>
                  <Download aria-hidden /> Download original
                </a>
              </MenuItem>
            </MenuContent>
          </Menu>
          <IconButton
            size="small"
            label={`Close ${mail.subject || "mail"}`}
            hint="Close"
            keys="Escape"
            icon={<ChevronUp aria-hidden />}
            onClick={onClose}
          />
        </div>
      </header>
      {error ? (
        <div className="p-4">
          <ErrorState
            what="This mail could not be read."
            message={messageOf(error)}
            retry={() => refetch()}
          />
        </div>
      ) : data ? (
        <OpenMail
          org={org}
          project={props.project}
          mail={data}
          fact={props.fact}
          current={props.current}
          asSent={asSent}
          today={props.today}
          you={props.you}
          mayJudge={mayChange}
          onMove={onMove}
          onOpenMail={props.onOpenMail}
          onFile={props.onFile}
        />
      ) : (
        <div className={cn("flex min-h-44 flex-col gap-3 px-[46px] py-5", !slow && "invisible")}>
          <Skeleton className="h-4 w-1/4" />
          <Skeleton className="h-4 w-3/5" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      )}
    </>
  );
}
