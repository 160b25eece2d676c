import { useQuery } from "@tanstack/react-query";
import {
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronUp,
  CircleCheck,
  Download,
  Ellipsis,
  FolderInput,
  Globe,
  Type,
} from "lucide-react";
import { Dialog } from "radix-ui";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import type { Email, EmailDetail, Fact } from "../../api/types";
import { useAnswers, useRejectedNow } from "../../domain/answers";
import { FactForm } from "../../domain/fact-form";
import { KindBadge, KindLabel } from "../../domain/fact-kind";
import { FactLinks } from "../../domain/fact-links";
import { isLive, ReviewBadge, standingLabels } from "../../domain/fact-value";
import { FileProof, isFromFile } from "../../domain/file-proof";
import { factElementId, MailText, type Proof } from "../../domain/mail-text";
import { usePassages, useProjectNames } from "../../domain/passages";
import { personName } from "../../domain/person-chip";
import { RejectItems } from "../../domain/reject-menu";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { formatLong, formatWeekdayDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatAmount } from "../../lib/money";
import { Button } from "../../ui/button";
import { ErrorState } from "../../ui/error-state";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { MailAsSent, MailFoot, MailHead } from "./mail-parts";
import { shownFacts } from "./open-mail";

interface MailSheetProps {
  org: string;
  /** On whose timeline it is shown; facts of others are said to be there. */
  project: string;
  mail: Email;
  fact?: string;
  today: string;
  you: string;
  mayChange: boolean;
  onFact(fact: string): void;
  onClose(): void;
  /** Asks where the mail belongs, or the passage of it that begins there. */
  onMove(start?: number): void;
  onOpenMail(id: string): void;
  /** Shows the text of a file, at the quote of a fact. */
  onFile(n: number, fact?: string): void;
}

const barButton =
  "inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted-foreground [&_svg]:size-5";

/** On a narrow screen: the mail over the page, and one of its facts at a time in a sheet over the mail. */
export function MailSheet(props: MailSheetProps) {
  const { org, mail, mayChange, onClose, onMove } = props;
  const now = useNow();
  const { data, error, isPending, refetch } = useQuery(emailQueries.one(org, mail.id));
  const slow = useDelayed(isPending);
  const [asSent, setAsSent] = useState(false);
  return (
    <Dialog.Root open onOpenChange={(on) => on || onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // What is read comes first, not the way back.
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
          className="fixed inset-0 z-30 flex flex-col bg-card outline-none"
        >
          <header className="flex h-[52px] shrink-0 items-center gap-1 border-b pr-2 pl-1">
            <Dialog.Close className={barButton} aria-label="Back to the timeline">
              <ChevronLeft aria-hidden />
            </Dialog.Close>
            <div className="min-w-0 flex-1">
              <Dialog.Title className="truncate font-semibold text-lead leading-5">
                {mail.subject || "No subject"}
              </Dialog.Title>
              <p className="truncate text-muted-foreground text-xs">
                {personName(mail.from[0])} · {formatLong(mail.date, now)}
              </p>
            </div>
            {mayChange ? (
              <button type="button" className={barButton} aria-label="Move mail" onClick={() => onMove()}>
                <FolderInput aria-hidden strokeWidth={1.75} />
              </button>
            ) : null}
            <Menu>
              <MenuTrigger className={barButton} aria-label="More">
                <Ellipsis aria-hidden />
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
            <SheetBody {...props} mail={data} asSent={asSent} />
          ) : (
            <div className={cn("flex flex-col gap-4 p-5", !slow && "invisible")}>
              <Skeleton className="h-4 w-1/4" />
              <Skeleton className="h-4 w-4/5" />
              <Skeleton className="h-4 w-3/5" />
            </div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SheetBody({
  org,
  project,
  mail,
  fact,
  asSent,
  today,
  you,
  mayChange,
  onFact,
  onMove,
  onOpenMail,
  onFile,
}: MailSheetProps & { mail: EmailDetail; asSent: boolean }) {
  const answers = useAnswers(org);
  const rejectedNow = useRejectedNow();
  const facts = useMemo(() => shownFacts(mail.facts, rejectedNow, false), [mail.facts, rejectedNow]);
  const [editing, setEditing] = useState(false);
  const [proof, setProof] = useState<Proof | null>(null);
  const names = useProjectNames(org, mail);
  const passages = usePassages(mail, names);
  const text = useRef<HTMLDivElement>(null);
  const at = Math.max(
    facts.findIndex((f) => f.id === fact),
    0,
  );
  const current = facts[at];
  const marked = useMemo(
    () =>
      facts
        .filter((f) => f.state !== "rejected" && !isFromFile(f))
        .map((f) =>
          f.id === current?.id && editing && proof ? { id: f.id, start: proof.start, end: proof.end } : f,
        ),
    [facts, current?.id, editing, proof],
  );

  const show = useCallback((id: string | undefined) => {
    if (!id) return;
    text.current
      ?.querySelector(`mark[data-facts~="${id}"]`)
      ?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, []);
  useEffect(() => show(fact), [fact, show]);

  const edit = (on: boolean) => {
    setProof(null);
    setEditing(on);
  };
  const step = (by: number) => {
    const next = facts[at + by];
    if (!next) return;
    edit(false);
    onFact(next.id);
  };

  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-5 pb-8">
        <div className="mx-auto max-w-[640px]">
          <MailHead org={org} mail={mail} mayChange={mayChange} />
          {asSent && mail.html_url ? <MailAsSent mail={mail} url={mail.html_url} /> : null}
          <div ref={text} hidden={asSent}>
            <MailText
              body={mail.body}
              facts={marked}
              passages={passages}
              project={project}
              onMove={mayChange ? onMove : undefined}
              onAnswer={mayChange ? (passage, yes) => answers.answerDoubt(mail, passage, yes) : undefined}
              active={current?.id}
              detailed={current?.id ?? ""}
              onPick={(id) => {
                edit(false);
                onFact(id);
              }}
              onSelect={editing && current && !isFromFile(current) ? setProof : undefined}
            />
          </div>
          <MailFoot org={org} mail={mail} mayChange={mayChange} onOpenMail={onOpenMail} onFile={onFile} />
        </div>
      </div>
      {current ? (
        <section
          id={factElementId(current.id)}
          aria-label="Fact"
          className="relative z-10 max-h-[70dvh] shrink-0 overflow-y-auto rounded-t-sheet border-t bg-popover pb-[max(20px,env(safe-area-inset-bottom))] shadow-pop"
        >
          <div aria-hidden className="mx-auto mt-2 h-1 w-9 rounded-full bg-border-strong" />
          <div className="mx-auto max-w-[640px] px-4">
            {editing ? (
              <div className="-mx-3">
                <FactForm
                  key={current.id}
                  fact={current}
                  proof={proof}
                  selectIn={isFromFile(current) ? undefined : "mail"}
                  save={(change) => answers.correct(current, change)}
                  onDone={() => edit(false)}
                  onReject={(reason) => {
                    edit(false);
                    answers.reject(current, reason);
                  }}
                />
              </div>
            ) : (
              <>
                <div className="flex h-11 items-center gap-2">
                  <KindBadge kind={current.kind} />
                  <KindLabel kind={current.kind} className="text-base" />
                  {current.state === "confirmed" || current.state === "corrected" ? (
                    <CircleCheck className="size-4 text-success" role="img" aria-label="Confirmed" />
                  ) : null}
                  <ReviewBadge fact={current} />
                  <span className="ml-auto text-muted-foreground text-sm tabular-nums">
                    {at + 1} of {facts.length}
                  </span>
                  <button
                    type="button"
                    className={cn(barButton, "-mr-1 disabled:opacity-40")}
                    aria-label="Fact before"
                    disabled={at === 0}
                    onClick={() => step(-1)}
                  >
                    <ChevronUp aria-hidden />
                  </button>
                  <button
                    type="button"
                    className={cn(barButton, "-mr-3 disabled:opacity-40")}
                    aria-label="Next fact"
                    disabled={at === facts.length - 1}
                    onClick={() => step(1)}
                  >
                    <ChevronDown aria-hidden />
                  </button>
                </div>
                <button
                  type="button"
                  onClick={() => (current.file ? onFile(current.file, current.id) : show(current.id))}
                  aria-label={`Show in mail: ${current.text}`}
                  className={cn(
                    "block w-full text-left font-semibold text-lead",
                    !isLive(current) && "text-muted-foreground",
                    !isLive(current) && !current.repeats && "line-through",
                  )}
                >
                  {current.text}
                </button>
                <FileProof
                  fact={current}
                  files={mail.attachments}
                  onShow={() => onFile(current.file ?? 0, current.id)}
                />
                <SheetValues fact={current} today={today} you={you} />
                {names.get(current.project_id) && current.project_id !== project ? (
                  <p className="mt-1 text-muted-foreground text-sm">
                    On <span className="font-medium text-foreground">{names.get(current.project_id)}</span>
                  </p>
                ) : null}
                {current.held && current.state === "open" ? (
                  <p className="mt-1 text-sm text-warning">{current.held}</p>
                ) : null}
                <FactLinks org={org} fact={current} today={today} all={mail.thread_size > 1} />
                {mayChange ? (
                  <div className="mt-3.5 grid grid-cols-3 gap-2">
                    {current.state === "rejected" ? (
                      <Button className="h-11 text-base" onClick={() => answers.reopen(current)}>
                        Undo
                      </Button>
                    ) : !isLive(current) ? null : (
                      <>
                        <Button
                          look="primary"
                          className="h-11 text-base"
                          disabled={current.state === "confirmed"}
                          onClick={() => answers.confirm(current)}
                        >
                          <Check aria-hidden /> {current.state === "confirmed" ? "Confirmed" : "Confirm"}
                        </Button>
                        <Button className="h-11 text-base" onClick={() => edit(true)}>
                          Correct
                        </Button>
                        <Menu>
                          <MenuTrigger asChild>
                            <Button look="destructive" className="h-11 text-base">
                              Reject
                            </Button>
                          </MenuTrigger>
                          <MenuContent align="end">
                            <RejectItems onReject={(reason) => answers.reject(current, reason)} />
                          </MenuContent>
                        </Menu>
                      </>
                    )}
                  </div>
                ) : (
                  <ViewerLine className="mt-3" />
                )}
              </>
            )}
          </div>
        </section>
      ) : null}
    </>
  );
}

/** A fact's values under their names, in up to three columns. */
function SheetValues({ fact, today, you }: { fact: Fact; today: string; you: string }) {
  const name = (n: string | null) => (n && n.toLowerCase() === you.toLowerCase() ? "You" : n);
  const values = [
    fact.kind === "action_item" ? ["Owner", name(fact.owner) ?? "Nobody named"] : null,
    fact.kind === "decision" && fact.made_by ? ["Decided by", name(fact.made_by)] : null,
    fact.deadline ? ["Due", formatWeekdayDate(fact.deadline, today).replace(" ", ", ")] : null,
    fact.amount ? ["Amount", formatAmount(fact.amount)] : null,
    fact.standing ? ["Standing", standingLabels[fact.standing]] : null,
    fact.kind === "action_item" && fact.priority !== "normal"
      ? ["Priority", fact.priority === "high" ? "High" : "Low"]
      : null,
    fact.affects.length > 0 ? ["Affects", fact.affects.join(", ")] : null,
  ].filter((v) => v !== null);
  if (values.length === 0) return null;
  return (
    <dl className="mt-2 grid grid-cols-3 gap-x-3 gap-y-1.5">
      {values.slice(0, 3).map(([label, value]) => (
        <div key={label} className="min-w-0">
          <dt className="text-muted-foreground text-xs">{label}</dt>
          <dd className="truncate font-medium text-sm">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
