import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import type { Email, EmailDetail } from "../../api/types";
import { personName } from "../../domain/person-chip";
import { cn } from "../../lib/cn";
import { formatLong } from "../../lib/dates";
import { useDelayed } from "../../lib/hooks";
import { Avatar } from "../../ui/avatar";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";

/** The open mail of a tray: its head at once, the rest when it is there. */
export function TrayFrame({
  org,
  mail,
  now,
  subject = mail.subject || "No subject",
  children,
}: {
  org: string;
  mail: Email;
  now: Date;
  subject?: ReactNode;
  children(data: EmailDetail): ReactNode;
}) {
  const { data, error, isPending, refetch } = useQuery(emailQueries.one(org, mail.id));
  const slow = useDelayed(isPending);
  const sender = mail.from[0];
  return (
    <article>
      <header className="border-b px-7 pt-[18px] pb-[13px] max-lg:px-5">
        <h2 className="font-semibold text-[15px] leading-6 max-lg:sr-only">{subject}</h2>
        <div className="mt-1 flex items-center gap-2 text-sm max-lg:mt-0">
          <Avatar name={personName(sender)} size="small" />
          <span className="min-w-0 truncate" title={sender?.address}>
            <span className="font-semibold">{personName(sender)}</span>
            {sender?.name ? <span className="text-muted-foreground">, {sender.address}</span> : null}
          </span>
          <time dateTime={mail.date} className="ml-auto shrink-0 text-muted-foreground text-xs tabular-nums">
            {formatLong(mail.date, now)}
          </time>
        </div>
      </header>
      <div className="max-w-[720px] px-7 py-[18px] max-lg:px-5">
        {error ? (
          <ErrorState
            what="This mail could not be read."
            message={messageOf(error)}
            retry={() => refetch()}
          />
        ) : data ? (
          children(data)
        ) : (
          <div className={cn("flex flex-col gap-3", !slow && "invisible")}>
            <Skeleton className="h-4 w-1/4" />
            <Skeleton className="h-4 w-4/5" />
            <Skeleton className="h-4 w-3/5" />
          </div>
        )}
      </div>
    </article>
  );
}
