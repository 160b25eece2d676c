import type { Attachment, Fact } from "../api/types";
import { cn } from "../lib/cn";
import { fileIcon, fileName } from "./attachments";

/** Whether the quote of a fact stands in a file and not in the mail's own text. */
export function isFromFile(fact: Pick<Fact, "file">): boolean {
  return (fact.file ?? 0) > 0;
}

/** The quote of a fact that stands in a file, and the way to it there. */
export function FileProof({
  fact,
  files,
  onShow,
  className,
}: {
  fact: Fact;
  files: readonly Attachment[];
  onShow(): void;
  className?: string;
}) {
  if (!isFromFile(fact)) return null;
  const file = files.find((f) => f.n === fact.file);
  const name = file ? fileName(file) : `Attachment ${fact.file}`;
  const Icon = fileIcon(file?.content_type ?? "");
  return (
    <div className={cn("mt-1", className)}>
      <blockquote className="line-clamp-2 font-serif text-muted-foreground text-quote">
        “{fact.quote}”
      </blockquote>
      <button
        type="button"
        onClick={onShow}
        aria-label={`Show in ${name}: ${fact.text}`}
        className="touch-target mt-0.5 inline-flex max-w-full items-center gap-1.5 rounded-[3px] font-medium text-primary text-xs hover:underline"
      >
        <Icon className="size-3.5 shrink-0" aria-hidden strokeWidth={1.75} />
        <span className="truncate">{name}</span>
      </button>
    </div>
  );
}
