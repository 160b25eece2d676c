import { Link } from "@tanstack/react-router";
import { Bot, EyeOff, Landmark, type LucideIcon, TriangleAlert } from "lucide-react";
import type { Email, Flag } from "../api/types";
import { cn } from "../lib/cn";
import { groupBy } from "../lib/group";
import { plural } from "../lib/money";
import { Badge } from "../ui/badge";

const looks: Record<Flag["kind"], { icon: LucideIcon; label: string }> = {
  instructions: { icon: Bot, label: "Talks to the reader of mail" },
  hidden_text: { icon: EyeOff, label: "Hidden text" },
  bank_details: { icon: Landmark, label: "Changed bank details" },
};

/** What a person should look at before trusting a mail, and which of its facts wait for that. */
export function MailFlags({ org, mail, className }: { org: string; mail: Email; className?: string }) {
  if (mail.flags.length === 0) return null;
  const held = mail.facts.filter((f) => f.held && f.state === "open");
  return (
    <section
      aria-label="What is odd about this mail"
      className={cn(
        "rounded-control border border-warning-line bg-warning-soft px-3 py-2.5 font-sans text-foreground text-sm",
        className,
      )}
    >
      <ul className="flex flex-col gap-2">
        {[...groupBy(mail.flags, (f) => `${f.kind} ${f.text}`)].map(([key, [flag, ...more]]) => {
          if (!flag) return null;
          const { icon: Icon, label } = looks[flag.kind];
          return (
            <li key={key} className="flex gap-2.5">
              <Icon className="mt-px size-4 shrink-0 text-warning" aria-hidden />
              <div className="min-w-0">
                <p>
                  <span className="font-semibold">{label}.</span> {flag.text}
                </p>
                {[flag, ...more].map((f) =>
                  f.words ? (
                    <p
                      key={`${f.start} ${f.words}`}
                      className="mt-0.5 line-clamp-2 break-words font-serif text-quote"
                    >
                      “{f.words}”
                    </p>
                  ) : null,
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {held.length > 0 ? (
        <p className="mt-2 border-warning-line/40 border-t pt-2">
          {plural(held.length, "fact")} of this mail {held.length === 1 ? "waits" : "wait"} for you: nothing
          counts before a person confirms it.{" "}
          <Link
            to="/orgs/$org/review"
            params={{ org }}
            search={{ tab: "unsure", item: held[0]?.id }}
            className="touch-target rounded-[3px] font-medium text-primary hover:underline"
          >
            Look at {held.length === 1 ? "it" : "them"} in review
          </Link>
        </p>
      ) : null}
    </section>
  );
}

/** On a closed card: says only that there is something to look at. */
export function FlagBadge({ mail }: { mail: Email }) {
  const [first] = mail.flags;
  if (!first) return null;
  const { label } = looks[first.kind];
  return (
    <Badge tone="warning">
      <TriangleAlert className="size-3" aria-hidden />
      {label}
    </Badge>
  );
}
