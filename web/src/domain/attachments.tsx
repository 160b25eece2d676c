import { File, FileImage, FileSpreadsheet, FileText, type LucideIcon } from "lucide-react";
import { path } from "../api/client";
import type { Attachment } from "../api/types";
import { cn } from "../lib/cn";
import { formatBytes } from "../lib/money";
import { Button } from "../ui/button";

/** Where an attachment is downloaded from. */
export function attachmentUrl(org: string, email: string, n: number): string {
  return `/api/v1/${path("orgs", org, "emails", email, "attachments", String(n))}`;
}

/** The icon of a file by its type. */
export function fileIcon(contentType: string): LucideIcon {
  if (contentType.startsWith("image/")) return FileImage;
  if (/pdf|word|text|document/.test(contentType)) return FileText;
  if (/sheet|excel|csv/.test(contentType)) return FileSpreadsheet;
  return File;
}

/** What a file is called; some mails give none. */
export function fileName(file: Attachment): string {
  return file.filename || `Attachment ${file.n}`;
}

const readWords = { read: "Read", partly: "Partly read", not_read: "Not read" };

/** "Partly read: pages 1-50 of 120"; empty where nobody tried. */
export function readLine(file: Pick<Attachment, "read" | "read_note">): string {
  if (!file.read) return "";
  const note = file.read_note?.trim().replace(/\.$/, "");
  return note ? `${readWords[file.read]}: ${note}` : readWords[file.read];
}

/** Whether there is text of a file to show. */
export function hasText(file: Pick<Attachment, "read">): boolean {
  return file.read === "read" || file.read === "partly";
}

/**
 * The files that came with a mail, to download, with what was read of them.
 * Pictures that stand in its HTML are left out.
 */
export function AttachmentChips({
  org,
  email,
  files,
  onShow,
  className,
}: {
  org: string;
  email: string;
  files: readonly Attachment[];
  /** Shows the text of a file. */
  onShow?(n: number): void;
  className?: string;
}) {
  const shown = files.filter((f) => !f.inline);
  if (shown.length === 0) return null;
  return (
    <ul
      aria-label="Attachments"
      className={cn("flex min-w-0 flex-wrap gap-x-4 gap-y-2 font-sans", className)}
    >
      {shown.map((file) => {
        const Icon = fileIcon(file.content_type);
        const read = readLine(file);
        return (
          <li key={file.n} className="flex min-w-0 max-w-full flex-wrap items-center gap-x-2.5 gap-y-1">
            <a
              href={attachmentUrl(org, email, file.n)}
              download={fileName(file)}
              className="inline-flex h-7 max-w-full items-center gap-2 rounded-control border border-border-strong bg-card px-2.5 font-medium text-muted-foreground text-sm transition-colors hover:bg-accent max-md:h-11"
            >
              <Icon className="size-[15px] shrink-0" aria-hidden strokeWidth={1.75} />
              <span className="truncate">{fileName(file)}</span>
              <span className="shrink-0 font-normal text-subtle-foreground tabular-nums">
                {formatBytes(file.size)}
              </span>
            </a>
            {read ? <span className="text-muted-foreground text-xs">{read}</span> : null}
            {onShow && hasText(file) ? (
              <Button
                look="link"
                className="touch-target text-xs"
                aria-label={`Show text: ${fileName(file)}`}
                onClick={() => onShow(file.n)}
              >
                Show text
              </Button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
