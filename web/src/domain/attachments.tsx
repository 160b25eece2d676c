import { File, FileImage, FileSpreadsheet, FileText, type LucideIcon } from "lucide-react";
import { path } from "../api/client";
import type { Attachment } from "../api/types";
import { cn } from "../lib/cn";
import { formatBytes } from "../lib/money";

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

/** The files that came with a mail, to download. Pictures that stand in its HTML are left out. */
export function AttachmentChips({
  org,
  email,
  files,
  className,
}: {
  org: string;
  email: string;
  files: readonly Attachment[];
  className?: string;
}) {
  const shown = files.filter((f) => !f.inline);
  if (shown.length === 0) return null;
  return (
    <ul aria-label="Attachments" className={cn("flex flex-wrap gap-2", className)}>
      {shown.map((file) => {
        const Icon = fileIcon(file.content_type);
        return (
          <li key={file.n} className="min-w-0">
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
          </li>
        );
      })}
    </ul>
  );
}
