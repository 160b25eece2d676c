import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Bot } from "lucide-react";
import { messageOf } from "../api/client";
import { releaseEmail } from "../api/queries/emails";
import type { Email } from "../api/types";
import { cn } from "../lib/cn";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";
import { ViewerLine } from "./viewer-line";

const names: Record<Email["automatic"], string> = {
  no: "Automatic mail",
  reply: "Automatic reply",
  bounce: "Not delivered",
  list: "Mailing list",
  bulk: "Sent to many",
};

/** What sort of automatic mail it is. */
export function automaticWord(mail: Pick<Email, "automatic">): string {
  return names[mail.automatic];
}

/** Whether a mail was kept without being read, because a machine wrote it or it is an invitation. */
export function isUnread(mail: Pick<Email, "state">): boolean {
  return mail.state === "automatic";
}

/** Says where a mail is after it was let in. */
export function whereNow(mail: Pick<Email, "project_id" | "state">): string {
  if (mail.project_id) return "It is on its job now.";
  return mail.state === "review" ? "It waits in review: no job is named." : "";
}

/** Why an automatic mail has no facts, and the way to have it read all the same. */
export function AutomaticNotice({
  org,
  mail,
  mayChange,
  className,
}: {
  org: string;
  mail: Email;
  mayChange: boolean;
  className?: string;
}) {
  const client = useQueryClient();
  const read = useMutation({
    ...releaseEmail(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  if (!isUnread(mail)) return null;
  const why = mail.invitation
    ? "An invitation is shown as such, and not read for facts."
    : `${automaticWord(mail)}: a machine wrote it, so it was not read for facts.`;
  return (
    <div className={cn("rounded-control bg-secondary px-3 py-2 font-sans text-sm", className)}>
      <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-2">
        <Bot className="size-4 shrink-0 text-muted-foreground" aria-hidden strokeWidth={1.75} />
        <p className="min-w-40 flex-1">{why}</p>
        {mayChange ? (
          <Button
            size="small"
            className="max-md:h-11"
            working={read.isPending}
            onClick={() =>
              read.mutate(mail.id, {
                onSuccess: (now) => toast(`Read. ${whereNow(now)}`.trim()),
              })
            }
          >
            Read it all the same
          </Button>
        ) : null}
      </div>
      {mayChange ? null : <ViewerLine what="have it read" className="mt-1" />}
    </div>
  );
}
