import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Copy, ExternalLink, MailPlus } from "lucide-react";
import { messageOf } from "../api/client";
import { emailQueries, moveEmail } from "../api/queries/emails";
import { orgQuery } from "../api/queries/orgs";
import type { Email } from "../api/types";
import { cn } from "../lib/cn";
import { Button } from "../ui/button";
import { copyText } from "../ui/copy";
import { ErrorState } from "../ui/error-state";
import { toast } from "../ui/toast";
import { mayChange } from "./role";

/** For admins: mail providers that ask whether they may forward mail here, with what answers them. */
export function ConfirmationBanner({ org, className }: { org: string; className?: string }) {
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const asks = mayChange(organisation.role) && organisation.counts.confirmations > 0;
  const { data, error, refetch } = useQuery({ ...emailQueries.confirmations(org), enabled: asks });
  if (!asks) return null;
  if (error) {
    return (
      <ErrorState
        className={className}
        what="What mail providers ask could not be read."
        message={messageOf(error)}
        retry={() => refetch()}
      />
    );
  }
  const mails = data?.items.filter((m) => m.confirmation) ?? [];
  if (mails.length === 0) return null;
  return (
    <ul aria-label="Mail providers that ask" className={cn("flex flex-col gap-2", className)}>
      {mails.map((mail) => (
        <Ask key={mail.id} org={org} mail={mail} />
      ))}
    </ul>
  );
}

/** The host of a link that may be opened; empty for anything but https. */
export function secureHost(url: string | undefined): string {
  if (!url || !URL.canParse(url)) return "";
  const { protocol, host } = new URL(url);
  return protocol === "https:" ? host : "";
}

function Ask({ org, mail }: { org: string; mail: Email }) {
  const client = useQueryClient();
  const done = useMutation({ ...moveEmail(org, client), onError: (error) => toast(messageOf(error)) });
  const c = mail.confirmation;
  if (!c) return null;
  const host = secureHost(c.url);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-primary bg-primary-soft px-4 py-2.5 text-sm text-foreground">
      <MailPlus className="size-[18px] shrink-0 text-primary" aria-hidden strokeWidth={1.75} />
      <div className="min-w-60 flex-1">
        <p>
          <span className="font-semibold">
            {c.provider || "A mail provider"} asks whether {c.for || "a mailbox"} may forward mail here.
          </span>{" "}
          {c.code ? (
            <>
              Code <code className="select-all font-mono font-semibold">{c.code}</code>
            </>
          ) : null}
        </p>
        <p className="text-muted-foreground text-xs">
          {mail.authentication.result === "pass"
            ? "Confirm only if somebody here set this up."
            : "The sender could not be checked. Confirm only if you know who set this up."}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {c.code ? (
          <Button
            size="small"
            className="max-md:h-11"
            aria-label={`Copy code ${c.code}`}
            onClick={() =>
              copyText(c.code ?? "", "Code copied.", "The code could not be copied. Select it instead.")
            }
          >
            <Copy aria-hidden /> Copy
          </Button>
        ) : null}
        {host ? (
          <Button asChild size="small" className="max-w-full max-md:order-last max-md:h-11">
            <a href={c.url} target="_blank" rel="noopener noreferrer">
              <ExternalLink aria-hidden />
              <span className="truncate">Open the confirmation page ({host})</span>
            </a>
          </Button>
        ) : null}
        <Button
          size="small"
          className="max-md:h-11"
          working={done.isPending}
          aria-label={`Done: ${c.provider || "mail provider"} for ${c.for || "a mailbox"}`}
          onClick={() => done.mutate({ id: mail.id, project_id: null, to: "none" })}
        >
          Done
        </Button>
      </div>
    </li>
  );
}
