import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { factQueries } from "../api/queries/facts";
import type { Fact } from "../api/types";
import { cn } from "../lib/cn";
import { dayOf, formatDate } from "../lib/dates";
import { plural } from "../lib/money";
import { Disclosure } from "../ui/disclosure";

interface FactLinksProps {
  org: string;
  fact: Fact;
  today: string;
  /** Asks also for what the fact itself does not say: whether later mails repeat it. */
  all: boolean;
  /** Stands beside what says otherwise later. */
  action?: ReactNode;
  className?: string;
}

/** What other mails say of the same thing: before, later, and again. */
export function FactLinks({ org, fact, today, all, action, className }: FactLinksProps) {
  const linked = Boolean(fact.repeats || fact.supersedes || fact.superseded_by);
  const { data: chain } = useQuery({ ...factQueries.chain(org, fact.id), enabled: linked || all });
  if (!chain) return null;
  const { original, earlier, later, repeated } = chain;
  const before = earlier.at(-1);
  const [after] = later;
  const steps = [...earlier, ...(original ? [original] : [fact]), ...later];
  const again = repeated.filter((f) => f.id !== fact.id);
  if (!original && !before && !after && again.length === 0) return null;
  return (
    <div className={cn("mt-1 flex flex-col gap-0.5 text-muted-foreground text-xs", className)}>
      {original ? (
        <p>
          Said already <FactLink org={org} fact={original} today={today} />
        </p>
      ) : null}
      {before && !original ? (
        <p className="line-clamp-2">
          Replaces “{before.text}” of <FactLink org={org} fact={before} today={today} />
        </p>
      ) : null}
      {after && !original ? (
        <p>
          <span className="line-clamp-2">
            {fact.state === "superseded" ? "Replaced by" : "Said otherwise:"} “{after.text}” of{" "}
            <FactLink org={org} fact={after} today={today} />
          </span>{" "}
          {action}
        </p>
      ) : null}
      {again.length > 0 ? (
        <Disclosure icon={<History aria-hidden />} label={`Said again in ${plural(again.length, "mail")}`}>
          <ul className="text-xs">
            {again.map((f) => (
              <li key={f.id}>
                <FactLink org={org} fact={f} today={today} />{" "}
                <span className="font-serif text-quote">“{f.quote}”</span>
              </li>
            ))}
          </ul>
        </Disclosure>
      ) : null}
      {steps.length > 2 ? (
        <Disclosure icon={<History aria-hidden />} label={`Changed ${plural(steps.length - 1, "time")}`}>
          <ol className="text-xs">
            {steps.map((f) => (
              <li key={f.id} className={f.id === fact.id ? "font-medium text-foreground" : undefined}>
                <FactLink org={org} fact={f} today={today} /> {f.text}
              </li>
            ))}
          </ol>
        </Disclosure>
      ) : null}
    </div>
  );
}

/** The day of a fact, as the way to its sentence. */
function FactLink({ org, fact, today }: { org: string; fact: Fact; today: string }) {
  const day = formatDate(dayOf(fact.at), today);
  if (!fact.project_id) return <span className="tabular-nums">{day}</span>;
  return (
    <Link
      to="/orgs/$org/projects/$project"
      params={{ org, project: fact.project_id }}
      search={{ mail: fact.email_id, fact: fact.id }}
      aria-label={`${day}: ${fact.text}`}
      className="touch-target whitespace-nowrap rounded-[3px] font-medium text-primary tabular-nums hover:underline"
    >
      {day}
    </Link>
  );
}
