import { Link } from "@tanstack/react-router";
import { Check, CircleCheck, CopyCheck, FolderInput, Pencil, Undo2, X } from "lucide-react";
import type { Attachment, Fact } from "../../api/types";
import { type Answers, reasonWords, useRejectedNow } from "../../domain/answers";
import { FactForm } from "../../domain/fact-form";
import { KindBadge, KindLabel } from "../../domain/fact-kind";
import { FactLinks } from "../../domain/fact-links";
import { FactMeta, factMeta, isLive, ReviewBadge } from "../../domain/fact-value";
import { FileProof, isFromFile } from "../../domain/file-proof";
import { factElementId, type Proof } from "../../domain/mail-text";
import { RejectItems } from "../../domain/reject-menu";
import { cn } from "../../lib/cn";
import { Button } from "../../ui/button";
import { IconButton } from "../../ui/icon-button";
import { Menu, MenuContent, MenuTrigger } from "../../ui/menu";

interface FactItemProps {
  org: string;
  fact: Fact;
  /** Its mail is one of several of a conversation: others may say the same, or otherwise. */
  threaded: boolean;
  /** Its project, where that is not its mail's. */
  elsewhere?: { id: string; name: string };
  /** The files of its mail: its quote may stand in one. */
  files: readonly Attachment[];
  active: boolean;
  /** The form is open in its place. */
  editing: boolean;
  /** The menu of reasons is open. */
  rejecting: boolean;
  proof: Proof | null;
  today: string;
  you: string;
  mayJudge: boolean;
  answers: Answers;
  onHover(over: boolean): void;
  onFocus(): void;
  /** Scrolls to the sentence. */
  onShow(): void;
  onEdit(open: boolean): void;
  onRejecting(open: boolean): void;
}

/** A fact beside its mail: what it says, and what a person says of it. */
export function FactItem(props: FactItemProps) {
  const { fact, active, editing, rejecting, today, you, mayJudge, answers } = props;
  const lifted = active || editing || rejecting;
  const gone = !isLive(fact);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hover and focus only light up what the buttons inside can do by themselves
    <div
      id={factElementId(fact.id)}
      data-active={lifted}
      onPointerEnter={(e) => e.pointerType === "mouse" && props.onHover(true)}
      onPointerLeave={(e) => e.pointerType === "mouse" && props.onHover(false)}
      onFocus={props.onFocus}
      className={cn(
        "group relative rounded-card border border-transparent transition-colors",
        lifted && "z-10 border-border-strong bg-popover shadow-pop",
        // Room for the buttons, without moving the facts below.
        lifted && !editing && !gone && mayJudge && "-mb-1",
      )}
    >
      {editing ? (
        <FactForm
          fact={fact}
          proof={props.proof}
          selectIn={isFromFile(fact) ? undefined : "mail"}
          save={(change) => answers.correct(fact, change)}
          onDone={() => props.onEdit(false)}
          onReject={(reason) => {
            props.onEdit(false);
            answers.reject(fact, reason);
          }}
        />
      ) : gone ? (
        <GoneFact {...props} />
      ) : (
        <div className="flex gap-[9px] px-[9px] pt-[9px] pb-[7px]">
          <KindBadge kind={fact.kind} className="mt-px" />
          <div className="min-w-0 flex-1">
            <div className={cn("flex items-center gap-1.5", lifted && mayJudge ? "h-[22px]" : "h-[18px]")}>
              <KindLabel kind={fact.kind} />
              {fact.state === "confirmed" || fact.state === "corrected" ? (
                <CircleCheck className="size-3.5 text-success" role="img" aria-label="Confirmed" />
              ) : null}
              <ReviewBadge fact={fact} />
            </div>
            <button
              type="button"
              onClick={props.onShow}
              aria-label={`Show in mail: ${fact.text}`}
              data-fact-button={fact.id}
              className="block w-full rounded-[3px] text-left font-medium text-sm"
            >
              {fact.text}
            </button>
            <FactFoot fact={fact} today={today} you={you} />
            {props.elsewhere ? <Elsewhere {...props} project={props.elsewhere} /> : null}
            {fact.held && fact.state === "open" ? (
              <p className="mt-0.5 text-warning text-xs">{fact.held}</p>
            ) : null}
            <FileProof fact={fact} files={props.files} onShow={props.onShow} />
            <FactLinks
              org={props.org}
              fact={fact}
              today={today}
              all={active && props.threaded}
              action={
                mayJudge ? (
                  <Button
                    look="link"
                    className="touch-target text-xs"
                    aria-label={`Accept what was said later: ${fact.text}`}
                    onClick={() => answers.giveWay(fact)}
                  >
                    Accept
                  </Button>
                ) : null
              }
            />
          </div>
          {mayJudge ? (
            <div
              className={cn(
                "absolute top-[6px] right-[9px] flex gap-1 opacity-0 focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100",
                lifted && "opacity-100",
              )}
            >
              {fact.state === "confirmed" ? null : (
                <IconButton
                  size="small"
                  label={`Confirm: ${fact.text}`}
                  hint="Confirm"
                  keys="c"
                  className="bg-popover"
                  icon={<Check aria-hidden />}
                  onClick={() => answers.confirm(fact)}
                />
              )}
              <IconButton
                size="small"
                label={`Correct: ${fact.text}`}
                hint="Correct"
                keys="e"
                className="bg-popover"
                icon={<Pencil aria-hidden />}
                onClick={() => props.onEdit(true)}
              />
              <Menu open={rejecting} onOpenChange={props.onRejecting}>
                <MenuTrigger asChild>
                  <Button
                    size="small"
                    className="touch-target w-[26px] bg-popover px-0"
                    aria-label={`Reject: ${fact.text}`}
                    title="Reject (X)"
                  >
                    <X aria-hidden />
                  </Button>
                </MenuTrigger>
                <MenuContent align="end">
                  <RejectItems onReject={(reason) => answers.reject(fact, reason)} />
                </MenuContent>
              </Menu>
            </div>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** Who, when, how much; and who set it right. */
export function FactFoot({ fact, today, you }: { fact: Fact; today: string; you: string }) {
  const parts = factMeta(fact, today, you);
  if (fact.state === "corrected")
    parts.push({ text: `Corrected by ${fact.by.toLowerCase() === you.toLowerCase() ? "you" : fact.by}` });
  if (parts.length === 0) return null;
  return (
    <p className="text-muted-foreground text-xs">
      <FactMeta parts={parts} />
    </p>
  );
}

/** A mail about several projects: this fact is on another one. */
function Elsewhere({ org, fact, project }: FactItemProps & { project: { id: string; name: string } }) {
  return (
    <p className="flex items-center gap-1 text-muted-foreground text-xs">
      <FolderInput className="size-3.5 shrink-0" aria-hidden strokeWidth={1.75} />
      On{" "}
      <Link
        to="/orgs/$org/projects/$project"
        params={{ org, project: project.id }}
        search={{ mail: fact.email_id, fact: fact.id }}
        className="truncate rounded-[3px] font-medium text-foreground hover:underline"
      >
        {project.name}
      </Link>
    </p>
  );
}

function GoneFact({ org, fact, today, mayJudge, answers, onShow }: FactItemProps) {
  const why = reasonWords(fact.reason);
  const byYou = useRejectedNow().has(fact.id) ? " by you" : "";
  const rejected = fact.state === "rejected";
  return (
    <div className="flex gap-[9px] px-[9px] py-2">
      <span
        aria-hidden
        className="mt-px inline-flex size-5 shrink-0 items-center justify-center rounded-tag bg-secondary text-muted-foreground"
      >
        {rejected ? (
          <X className="size-[13px]" />
        ) : fact.repeats ? (
          <CopyCheck className="size-[13px]" />
        ) : (
          <Undo2 className="size-[13px]" />
        )}
      </span>
      <div className="min-w-0 flex-1">
        <button
          type="button"
          onClick={onShow}
          aria-label={`Show in mail: ${fact.text}`}
          className={cn(
            "block w-full truncate rounded-[3px] text-left text-muted-foreground text-sm",
            !fact.repeats && "line-through",
          )}
        >
          {fact.text}
        </button>
        {rejected ? (
          <p className="text-muted-foreground text-xs">
            Rejected{byYou}
            {why ? `: ${why}` : ""}
          </p>
        ) : (
          <FactLinks org={org} fact={fact} today={today} all={false} className="mt-0" />
        )}
      </div>
      {mayJudge && rejected ? (
        <Button
          look="link"
          className="self-start font-medium text-sm"
          aria-label={`Undo: ${fact.text}`}
          onClick={() => answers.reopen(fact)}
        >
          Undo
        </Button>
      ) : null}
    </div>
  );
}
