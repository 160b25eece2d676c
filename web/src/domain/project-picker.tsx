import { useQuery } from "@tanstack/react-query";
import { Inbox, MailX, Plus } from "lucide-react";
import { messageOf } from "../api/client";
import { projectQueries } from "../api/queries/projects";
import type { ProjectSummary } from "../api/types";
import { useDelayed } from "../lib/hooks";
import { Dialog } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";
import { Select } from "../ui/select";
import { Skeleton } from "../ui/skeleton";
import type { Target } from "./answers";
import { type Choice, ChoiceList } from "./choice-list";

interface Part {
  key: string;
  text: string;
  /** What it begins with, as it stands in the mail. */
  quote?: string;
}

interface ProjectPickerProps {
  org: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** The project the thing is on now; it is not offered. */
  current?: string | null;
  /** What of it may be moved, where it is not always the whole. */
  parts?: readonly Part[];
  part?: string;
  onPart?(key: string): void;
  /** Other places beside the projects. */
  others?: readonly ("none" | "review")[];
  onPick(target: Target): void;
  /** Offered last, with what was typed, when given. */
  onNew?(name: string): void;
}

const others = {
  none: { icon: <MailX aria-hidden />, text: "Not project mail" },
  review: { icon: <Inbox aria-hidden />, text: "Back to review" },
};

/** Asks which project a mail belongs to. Typing narrows the list; arrows and Enter choose. */
export function ProjectPicker(props: ProjectPickerProps) {
  const quote = props.parts?.find((p) => p.key === props.part)?.quote;
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title}>
      {props.parts && props.parts.length > 1 ? (
        <Select
          aria-label="What goes there"
          className="mb-2"
          value={props.part}
          onChange={(e) => props.onPart?.(e.target.value)}
        >
          {props.parts.map((p) => (
            <option key={p.key} value={p.key}>
              {p.quote ? `${p.text}: “${p.quote}”` : p.text}
            </option>
          ))}
        </Select>
      ) : null}
      {quote ? <p className="mx-0.5 mb-2.5 font-serif text-muted-foreground text-quote">“{quote}”</p> : null}
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
  const slow = useDelayed(isPending);

  const choices = (words: string) => {
    const found: Choice[] = projectsWith(data ?? [], words)
      .filter((p) => p.id !== current)
      .map((p) => ({
        key: p.id,
        text: p.name,
        aside: p.job_number,
        run: () => onPick({ to: "project", project: p.id, name: p.name }),
      }));
    for (const place of places) {
      const { icon, text } = others[place];
      if (text.toLowerCase().includes(words.toLowerCase()))
        found.push({ key: place, icon, text, run: () => onPick({ to: place }) });
    }
    if (onNew) {
      found.push({
        key: "new",
        icon: <Plus aria-hidden />,
        text: words ? `New project “${words}”` : "New project",
        run: () => onNew(words),
      });
    }
    return found;
  };

  return (
    <ChoiceList
      label="Project"
      placeholder="Name, job number, client"
      choices={choices}
      none={data ? "No project has these words." : undefined}
    >
      {error ? (
        <ErrorState
          className="mx-2 mt-3"
          what="The projects could not be read."
          message={messageOf(error)}
          retry={() => refetch()}
        />
      ) : null}
      {slow ? <Skeleton className="mx-2 mt-4 h-4 w-56" /> : null}
    </ChoiceList>
  );
}
