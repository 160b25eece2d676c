import { Link, useNavigate } from "@tanstack/react-router";
import { Quote, UserRound, UserRoundX } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Fact } from "../api/types";
import { cn } from "../lib/cn";
import { dayOf, formatDate, formatDue, formatWeekdayDate } from "../lib/dates";
import { useKeys } from "../lib/keys";
import { formatCount } from "../lib/money";
import { Avatar } from "../ui/avatar";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { KeyCaps } from "../ui/kbd";
import { Tooltip } from "../ui/tooltip";
import type { Group } from "./action-groups";
import type { Answers } from "./answers";
import { ChoiceList } from "./choice-list";
import { KindBadge } from "./fact-kind";
import { ReviewBadge } from "./fact-value";
import { isMine } from "./mine";

interface ActionListProps {
  org: string;
  groups: readonly Group[];
  today: string;
  user: { name: string; email: string };
  mayChange: boolean;
  answers: Answers;
  /** Stands beside what is to be done: its mail, or its project. */
  aside(fact: Fact): ReactNode;
  /** Names an owner can be chosen from; another can be typed. */
  people: readonly string[];
}

/** Actions by when they are due. Space marks one done, T sets its date, O its owner; Enter opens the mail. */
export function ActionList(props: ActionListProps) {
  const { org, groups, today, user, mayChange, answers, people } = props;
  const navigate = useNavigate();
  const rows = groups.flatMap((g) => g.facts);
  const [row, setRow] = useState(-1);
  const [asking, setAsking] = useState<{ what: "date" | "owner"; fact: Fact } | null>(null);
  const at = Math.min(row, rows.length - 1);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    const item = document.getElementById(`action-${rows[next]?.id}`);
    if (!item) return false;
    setRow(next);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };
  const chosen = (run: (fact: Fact) => void) => (event: KeyboardEvent) => {
    const fact = rows[at];
    if (!fact || !mayChange || (event.target as Element | null)?.matches?.("input")) return false;
    run(fact);
  };
  const group = "Actions";
  useKeys([
    { keys: "j", label: "Next action", group, run: () => move(at + 1) },
    { keys: "ArrowDown", label: "Next action", group, run: () => move(at + 1) },
    { keys: "k", label: "Previous action", group, run: () => move(at - 1) },
    { keys: "ArrowUp", label: "Previous action", group, run: () => move(at - 1) },
    {
      keys: "Enter",
      label: "Open mail at the sentence",
      group,
      run: () => {
        const fact = rows[at];
        if (!fact) return false;
        navigate(placeOf(org, fact));
      },
    },
    ...(mayChange
      ? [
          { keys: "Space", label: "Mark done", group, run: chosen((f) => answers.finish(f, !f.done_at)) },
          { keys: "t", label: "Set date", group, run: chosen((fact) => setAsking({ what: "date", fact })) },
          {
            keys: "o",
            label: "Change owner",
            group,
            run: chosen((fact) => setAsking({ what: "owner", fact })),
          },
        ]
      : []),
  ]);

  const close = () => {
    setAsking(null);
    requestAnimationFrame(() => document.getElementById(`action-${rows[at]?.id}`)?.focus());
  };
  const set = (change: Parameters<Answers["set"]>[1], said: string) => {
    if (asking) answers.set(asking.fact, change, said);
    close();
  };

  return (
    <>
      {groups.map((g) => (
        <section key={g.name} aria-labelledby={`group-${g.name}`} className="mb-4">
          <h3 id={`group-${g.name}`} className="mb-2 ml-0.5 flex items-baseline gap-2 text-base">
            <span className={cn("font-semibold", g.late && "text-destructive")}>{g.name}</span>
            <span className="text-sm text-subtle-foreground">{formatCount(g.facts.length)}</span>
          </h3>
          <Card className="overflow-hidden">
            <ul>
              {g.facts.map((fact) => (
                <ActionRow
                  key={fact.id}
                  {...props}
                  fact={fact}
                  active={rows[at] === fact}
                  you={isMine(fact, user)}
                  onFocus={() => setRow(rows.indexOf(fact))}
                  onAsk={(what) => setAsking({ what, fact })}
                />
              ))}
            </ul>
          </Card>
        </section>
      ))}
      {rows.length > 0 ? (
        <p className="flex flex-wrap items-center gap-x-3.5 gap-y-1 text-muted-foreground text-xs max-md:hidden">
          {(mayChange
            ? [
                ["Space", "mark done"],
                ["Enter", "open mail at the sentence"],
                ["t", "set date"],
                ["o", "change owner"],
              ]
            : [
                ["j k", "move"],
                ["Enter", "open mail at the sentence"],
              ]
          ).map(([keys = "", text]) => (
            <span key={keys} className="inline-flex items-center gap-1.5">
              <KeyCaps keys={keys} /> {text}
            </span>
          ))}
        </p>
      ) : null}
      {asking?.what === "date" ? (
        <DateDialog
          fact={asking.fact}
          onClose={close}
          onSet={(deadline) =>
            set({ deadline }, deadline ? `Due ${formatWeekdayDate(deadline, today)}.` : "No date any more.")
          }
        />
      ) : null}
      {asking?.what === "owner" ? (
        <OwnerDialog
          fact={asking.fact}
          people={people}
          onClose={close}
          onSet={(owner) => set({ owner }, owner ? `${owner} owns it now.` : "Nobody owns it now.")}
        />
      ) : null}
    </>
  );
}

function placeOf(org: string, fact: Fact) {
  return {
    to: "/orgs/$org/projects/$project",
    params: { org, project: fact.project_id },
    search: { mail: fact.email_id, fact: fact.id },
  } as const;
}

interface ActionRowProps extends ActionListProps {
  fact: Fact;
  active: boolean;
  you: boolean;
  onFocus(): void;
  onAsk(what: "date" | "owner"): void;
}

function ActionRow({
  org,
  fact,
  today,
  active,
  you,
  mayChange,
  answers,
  aside,
  onFocus,
  onAsk,
}: ActionRowProps) {
  const place = placeOf(org, fact);
  const done = fact.done_at !== null;
  return (
    <li
      id={`action-${fact.id}`}
      tabIndex={-1}
      data-action={fact.id}
      onFocus={onFocus}
      className={cn(
        "relative flex min-h-11 items-center gap-2.5 border-b px-4 py-2 last:border-0 hover:bg-accent max-md:flex-wrap max-md:items-start max-md:gap-y-1 max-md:py-3",
        active &&
          "bg-accent before:absolute before:inset-y-0 before:left-0 before:w-[3px] before:bg-primary max-md:bg-transparent max-md:before:hidden",
      )}
    >
      {mayChange ? (
        <label className="touch-target -ml-0.5 inline-flex size-5 shrink-0 items-center justify-center">
          <input
            type="checkbox"
            checked={done}
            aria-label={`Done: ${fact.text}`}
            title="Mark done (Space)"
            onChange={() => answers.finish(fact, !done)}
            className="size-[17px] cursor-pointer rounded-[4px] accent-primary"
          />
        </label>
      ) : null}
      <KindBadge kind={fact.kind} />
      <p className="flex min-w-0 flex-1 items-baseline gap-2.5 max-md:basis-[calc(100%-58px)] max-md:flex-col max-md:gap-0.5">
        <Link
          {...place}
          className={cn(
            "truncate rounded-[3px] font-medium text-sm hover:underline max-md:max-w-full max-md:whitespace-normal max-md:text-base",
            done && "text-muted-foreground line-through",
          )}
        >
          {fact.text}
        </Link>
        <span className="min-w-[72px] max-w-full shrink-[9999] truncate text-subtle-foreground text-xs">
          {aside(fact)}
        </span>
      </p>
      <Owner fact={fact} you={you} onAsk={mayChange ? () => onAsk("owner") : undefined} />
      <div className="w-40 shrink-0 text-sm tabular-nums max-lg:w-28 max-md:w-auto">
        {done ? (
          <span className="text-muted-foreground">
            Done {fact.done_at ? formatDate(dayOf(fact.done_at), today) : ""}
          </span>
        ) : (
          <DueCell fact={fact} today={today} onAsk={mayChange ? () => onAsk("date") : undefined} />
        )}
      </div>
      <div className="flex w-32 shrink-0 items-center justify-end gap-2 max-lg:w-auto max-md:ml-auto">
        <ReviewBadge fact={fact} short />
        {fact.priority === "high" ? <Badge tone="warning">High</Badge> : null}
        <Tooltip text={`“${fact.quote}”`}>
          <Link
            {...place}
            aria-label={`Show proof: ${fact.text}`}
            className="touch-target rounded-[4px] text-primary"
          >
            <Quote className="size-3.5" aria-hidden />
          </Link>
        </Tooltip>
      </div>
    </li>
  );
}

const cell = "touch-target rounded-[3px] text-left hover:underline";

function Owner({ fact, you, onAsk }: { fact: Fact; you: boolean; onAsk?(): void }) {
  const name = you ? "You" : (fact.owner ?? "");
  return (
    <div className="flex w-40 shrink-0 items-center gap-2 text-muted-foreground text-sm max-lg:w-32 max-md:ml-[58px] max-md:w-auto">
      {fact.owner ? (
        <Avatar name={fact.owner} size="small" tone={you ? "primary" : "neutral"} className="max-md:hidden" />
      ) : null}
      {onAsk ? (
        <button type="button" onClick={onAsk} className={cn(cell, "min-w-0 truncate")}>
          <span className="sr-only">Change owner, now </span>
          {name || "No owner named"}
          <span className="sr-only">: {fact.text}</span>
        </button>
      ) : (
        <span className="truncate">{name || "No owner named"}</span>
      )}
    </div>
  );
}

/** "Tue Nov 24", "Tue Nov 17, 2 d late". */
export function dueWords(deadline: string, today: string): { text: string; late: boolean } {
  const { text, late } = formatDue(deadline, today);
  const date = formatWeekdayDate(deadline, today);
  return { text: late && text.endsWith("late") ? `${date}, ${text}` : date, late };
}

function DueCell({ fact, today, onAsk }: { fact: Fact; today: string; onAsk?(): void }) {
  if (!fact.deadline) {
    return onAsk ? (
      <button
        type="button"
        onClick={onAsk}
        aria-label={`Set date: ${fact.text}`}
        className={cn(cell, "font-medium text-primary")}
      >
        Set date
      </button>
    ) : (
      <span className="text-muted-foreground">No date</span>
    );
  }
  const { text, late } = dueWords(fact.deadline, today);
  return onAsk ? (
    <button
      type="button"
      onClick={onAsk}
      aria-label={`Change date, now ${text}: ${fact.text}`}
      className={cn(cell, late && "text-destructive")}
    >
      {text}
    </button>
  ) : (
    <span className={late ? "text-destructive" : undefined}>{text}</span>
  );
}

function DateDialog({
  fact,
  onClose,
  onSet,
}: {
  fact: Fact;
  onClose(): void;
  onSet(deadline: string | null): void;
}) {
  const [day, setDay] = useState(fact.deadline ?? "");
  return (
    <Dialog open onOpenChange={(on) => on || onClose()} title="Set date" className="md:w-[360px]">
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          if (day && day !== fact.deadline) onSet(day);
          else onClose();
        }}
      >
        <p className="mb-3 text-muted-foreground text-sm">{fact.text}</p>
        <Field label="Due">
          {(control) => (
            <Input {...control} large type="date" value={day} onChange={(e) => setDay(e.target.value)} />
          )}
        </Field>
        <div className="mt-4 flex gap-2">
          {fact.deadline ? <Button onClick={() => onSet(null)}>No date</Button> : null}
          <Button type="submit" look="primary" className="ml-auto" disabled={!day}>
            Set date
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function OwnerDialog({
  fact,
  people,
  onClose,
  onSet,
}: {
  fact: Fact;
  people: readonly string[];
  onClose(): void;
  onSet(owner: string | null): void;
}) {
  const choices = (words: string) => {
    const wanted = words.toLowerCase();
    const found = people
      .filter((p) => p.toLowerCase().includes(wanted) && p.toLowerCase() !== fact.owner?.toLowerCase())
      .map((p) => ({ key: p, icon: <UserRound aria-hidden />, text: p, run: () => onSet(p) }));
    if (words && !people.some((p) => p.toLowerCase() === wanted))
      found.push({
        key: "typed",
        icon: <UserRound aria-hidden />,
        text: `“${words}”`,
        run: () => onSet(words),
      });
    if (fact.owner && !words)
      found.push({
        key: "nobody",
        icon: <UserRoundX aria-hidden />,
        text: "Nobody",
        run: () => onSet(null),
      });
    return found;
  };
  return (
    <Dialog open onOpenChange={(on) => on || onClose()} title="Change owner" description={fact.text}>
      <ChoiceList label="Owner" placeholder="Name" choices={choices} none="Type a name." />
    </Dialog>
  );
}
