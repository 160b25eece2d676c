import { Download } from "lucide-react";
import { path } from "../../api/client";
import type { Email } from "../../api/types";
import { personName } from "../../domain/person-chip";
import { formatWhen } from "../../lib/dates";
import { Button } from "../../ui/button";

/** Why a mail was kept and not read, and what becomes of it. */
function reasonOf(mail: Email): string {
  if (mail.state === "held") return "Held while the organisation is suspended. It is read when that ends.";
  return mail.warnings[0] ?? "This mail could not be read. Its original is kept.";
}

/** Mail that was received and kept, but not read: nothing of it is lost, and its original can be had. */
export function KeptList({ org, mails }: { org: string; mails: readonly Email[] }) {
  const now = new Date();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-7 max-md:p-4">
      <ul className="max-w-[880px] rounded-card border bg-card" aria-label="Mail that was not read">
        {mails.map((m) => (
          <li
            key={m.id}
            className="flex items-center gap-4 border-b px-4 py-3 last:border-b-0 max-md:flex-wrap"
          >
            <div className="min-w-0 flex-1">
              <p className="flex items-baseline justify-between gap-3 text-sm">
                <span className="truncate font-semibold">{m.subject || "No subject"}</span>
                <time
                  dateTime={m.received_at}
                  className="shrink-0 text-muted-foreground text-xs tabular-nums"
                >
                  {formatWhen(m.received_at, now)}
                </time>
              </p>
              <p className="truncate text-sm">{personName(m.from[0])}</p>
              <p className="text-muted-foreground text-xs">{reasonOf(m)}</p>
            </div>
            <Button asChild size="small">
              <a
                href={`/api/v1/${path("orgs", org, "emails", m.id, "raw")}`}
                download
                aria-label={`Download original: ${m.subject || "No subject"}`}
              >
                <Download className="size-3.5" aria-hidden />
                Download original
              </a>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
