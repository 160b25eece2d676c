import { FolderInput, type LucideIcon, MailCheck, Quote } from "lucide-react";
import { KindBadge } from "../../domain/fact-kind";
import { cn } from "../../lib/cn";
import { Card } from "../../ui/card";

const stages: [LucideIcon, string, string][] = [
  [MailCheck, "Received", "Kept to the byte, sender checked"],
  [FolderInput, "Filed", "Matched by address, job number, people"],
  [Quote, "Read", "Facts extracted, each tied to a sentence"],
];

const lines: ["decision" | "action_item" | "timeline_change", string, string][] = [
  ["decision", "w-[57%]", "w-[31%]"],
  ["action_item", "w-[67%]", "w-[37%]"],
  ["timeline_change", "w-[48%]", "w-[26%]"],
];

/** What becomes of mail, and a picture of the first project. */
export function WhatHappens() {
  return (
    <section aria-labelledby="what-happens">
      <h2 id="what-happens" className="mb-2.5 font-medium text-muted-foreground text-xs">
        What happens to your mail
      </h2>
      <Card className="px-[18px] py-5">
        <ol className="flex flex-col gap-3">
          {stages.map(([Icon, title, note]) => (
            <li key={title} className="flex items-center gap-3">
              <span className="flex size-[26px] shrink-0 items-center justify-center rounded-control bg-muted text-muted-foreground">
                <Icon className="size-4" aria-hidden strokeWidth={1.75} />
              </span>
              <div className="min-w-0">
                <p className="font-medium text-sm">{title}</p>
                <p className="text-muted-foreground text-xs">{note}</p>
              </div>
            </li>
          ))}
        </ol>
        <p className="mt-[18px] border-t pt-3.5 text-muted-foreground text-xs">
          Your first project will look like this
        </p>
        <ul aria-hidden className="mt-3 flex flex-col gap-4">
          {lines.map(([kind, long, short]) => (
            <li key={kind} className="flex gap-2.5">
              <KindBadge kind={kind} />
              <div className="flex-1">
                <div className={cn("h-2.5 rounded-full bg-secondary", long)} />
                <div className={cn("mt-1.5 h-2 rounded-full bg-muted", short)} />
              </div>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  );
}
