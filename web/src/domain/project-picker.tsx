import { useQuery } from "@tanstack/react-query";
import { Inbox, MailX, Plus } from "lucide-react";
import { useId, useRef, useState } from "react";
import { messageOf } from "../api/client";
import { projectQueries } from "../api/queries/projects";
import type { ProjectSummary } from "../api/types";
import { cn } from "../lib/cn";
import { useDelayed } from "../lib/hooks";
import { Dialog } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";
import { Input } from "../ui/input";
import { Skeleton } from "../ui/skeleton";
import type { Target } from "./answers";

interface ProjectPickerProps {
  org: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** The project the thing is on now; it is not offered. */
  current?: string | null;
  /** Other places beside the projects. */
  others?: readonly ("none" | "review")[];
  onPick(target: Target): void;
  /** Offered last, with what was typed, when given. */
  onNew?(name: string): void;
}

interface Choice {
  key: string;
  icon?: React.ReactNode;
  text: string;
  aside?: string;
  run(): void;
}

const others = {
  none: { icon: <MailX aria-hidden />, text: "Not project mail" },
  review: { icon: <Inbox aria-hidden />, text: "Back to review" },
};

/** Asks which project a mail belongs to. Typing narrows the list; arrows and Enter choose. */
export function ProjectPicker(props: ProjectPickerProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title}>
      <PickerList {...props} />
    </Dialog>
  );
}

/** The projects that hold every word, jobs with the newest mail first. */
export function projectsWith(projects: readonly ProjectSummary[], words: string): ProjectSummary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return projects
    .filter((p) => {
      const all = [p.name, p.job_number, p.client, p.address, ...p.aliases].join("\n").toLowerCase();
      return wanted.every((w) => all.includes(w));
    })
    .sort((a, b) => (b.last_mail_at ?? "").localeCompare(a.last_mail_at ?? ""));
}

function PickerList({ org, current, others: places = [], onPick, onNew }: ProjectPickerProps) {
  const { data, error, isPending, refetch } = useQuery(projectQueries.all(org));
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const slow = useDelayed(isPending);

  const choices: Choice[] = projectsWith(data ?? [], words)
    .filter((p) => p.id !== current)
    .map((p) => ({
      key: p.id,
      text: p.name,
      aside: p.job_number,
      run: () => onPick({ to: "project", project: p.id, name: p.name }),
    }));
  for (const place of places) {
    const { icon, text } = others[place];
    if (text.toLowerCase().includes(words.trim().toLowerCase()))
      choices.push({ key: place, icon, text, run: () => onPick({ to: place }) });
  }
  if (onNew) {
    const name = words.trim();
    choices.push({
      key: "new",
      icon: <Plus aria-hidden />,
      text: name ? `New project “${name}”` : "New project",
      run: () => onNew(name),
    });
  }
  const chosen = Math.min(at, choices.length - 1);

  const step = (by: number) => {
    const next = (chosen + by + choices.length) % Math.max(choices.length, 1);
    setAt(next);
    box.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };

  return (
    <div className="-mx-2">
      <div className="px-2">
        <Input
          large
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={choices[chosen] ? `${list}-${chosen}` : undefined}
          aria-label="Project"
          placeholder="Name, job number, client"
          value={words}
          onChange={(e) => {
            setWords(e.target.value);
            setAt(0);
          }}
          onKeyDown={(e) => {
            if (e.key === "ArrowDown") step(1);
            else if (e.key === "ArrowUp") step(-1);
            else if (e.key === "Enter") choices[chosen]?.run();
            else return;
            e.preventDefault();
          }}
        />
      </div>
      {error ? (
        <ErrorState
          className="mx-2 mt-3"
          what="The projects could not be read."
          message={messageOf(error)}
          retry={() => refetch()}
        />
      ) : null}
      {slow ? <Skeleton className="mx-2 mt-4 h-4 w-56" /> : null}
      <div
        ref={box}
        id={list}
        role="listbox"
        aria-label="Projects"
        className="mt-2 max-h-[44vh] overflow-y-auto"
      >
        {choices.map((choice, i) => (
          <button
            type="button"
            role="option"
            aria-selected={i === chosen}
            tabIndex={-1}
            id={`${list}-${i}`}
            key={choice.key}
            onClick={choice.run}
            onPointerMove={() => setAt(i)}
            className={cn(
              "flex min-h-9 w-full items-center gap-2.5 rounded-[6px] px-2 py-1.5 text-left text-base max-md:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground",
              i === chosen && "bg-accent",
            )}
          >
            {choice.icon}
            <span className="min-w-0 flex-1 truncate">{choice.text}</span>
            {choice.aside ? <span className="text-muted-foreground text-sm">{choice.aside}</span> : null}
          </button>
        ))}
      </div>
      {data && choices.length === 0 ? (
        <p className="px-2 pb-1 text-muted-foreground text-sm">No project has these words.</p>
      ) : null}
    </div>
  );
}
