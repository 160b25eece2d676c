import { Link } from "@tanstack/react-router";
import { FolderInput } from "lucide-react";
import type { Email } from "../../api/types";
import { factsOn } from "../../domain/passages";
import { personName } from "../../domain/person-chip";
import { formatTime } from "../../lib/dates";
import { plural } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";

interface MovedStubProps {
  org: string;
  mail: Email;
  /** Where it went; undefined when it is no project's or waits in review. */
  target?: { id: string; name: string };
  /** Who moved it: "you", or a name; undefined when it is not known. */
  by?: string;
  mayChange: boolean;
  /** Brings it back; absent where that is not one step. */
  onUndo?(): void;
}

/** What stays on a timeline of a mail that was moved away. */
export function MovedStub({ org, mail, target, by, mayChange, onUndo }: MovedStubProps) {
  const there = target ? factsOn(mail, target.id) : mail.facts;
  const facts = there.filter((f) => f.state !== "rejected").length;
  const verb = mail.state === "review" ? "Put back into review" : "Set aside as no project mail";
  return (
    <article
      data-moved={mail.id}
      aria-label={`Moved away: ${mail.subject || "No subject"}`}
      className="rounded-card border bg-card px-[14px] pt-[13px] pb-[11px]"
    >
      <div className="flex min-h-6 items-center gap-[9px]">
        <Avatar name={personName(mail.from[0])} size="small" />
        <h3 className="flex min-w-0 flex-1 items-baseline gap-3">
          <span className="shrink-0 font-semibold text-base">{personName(mail.from[0])}</span>
          <span className="truncate font-normal text-muted-foreground text-sm">
            {mail.subject || "No subject"}
          </span>
        </h3>
        <time dateTime={mail.date} className="shrink-0 text-muted-foreground text-xs tabular-nums">
          {formatTime(mail.date)}
        </time>
      </div>
      <div className="mt-2.5 ml-[33px] flex min-h-8 items-center gap-2 rounded-control bg-secondary px-2.5 py-1.5 text-muted-foreground text-sm max-md:ml-0">
        <FolderInput className="size-4 shrink-0 text-primary" aria-hidden strokeWidth={1.75} />
        <p className="min-w-0 flex-1">
          {target ? (
            <>
              Moved to{" "}
              <Link
                to="/orgs/$org/projects/$project"
                params={{ org, project: target.id }}
                search={{ mail: mail.id }}
                className="font-medium text-foreground hover:underline"
              >
                {target.name}
              </Link>
            </>
          ) : (
            verb
          )}
          {by ? ` by ${by}.` : "."}
          {target && facts > 0 ? ` ${plural(facts, "fact")} went with it.` : ""}
        </p>
        {mayChange && onUndo ? (
          <Button
            look="link"
            className="font-medium text-sm"
            aria-label={`Undo: ${mail.subject || "No subject"}`}
            onClick={onUndo}
          >
            Undo
          </Button>
        ) : null}
      </div>
    </article>
  );
}
