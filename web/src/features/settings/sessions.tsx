import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { endOtherSessions, endSession, sessionsQuery } from "../../api/queries/account";
import type { Session } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import { agentWords } from "./agents";
import { lastSeen } from "./people";
import { Section } from "./section";

const hows: Record<Session["how"], string> = {
  password: "by password",
  link: "by a mailed link",
  passkey: "by passkey",
  oidc: "by single sign-on",
};

/** Where one is signed in, and the way to end it. */
export function Sessions() {
  const client = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const now = useNow();
  const [ending, setEnding] = useState<Session | "others" | null>(null);
  const one = useMutation(endSession(client));
  const others = useMutation(endOtherSessions(client));
  const items = sessions.data?.items ?? [];
  const failed = one.error ?? others.error;
  const done = {
    onSuccess: () => {
      toast(ending === "others" ? "Your other sessions are signed out." : "The session is signed out.");
      setEnding(null);
    },
  };
  return (
    <Section
      title="Where you are signed in"
      aside={
        items.length > 1 ? (
          <Button look="link" className="font-medium max-md:h-11" onClick={() => setEnding("others")}>
            Sign out the others
          </Button>
        ) : null
      }
    >
      {sessions.isError ? (
        <ErrorState
          what="Your sessions could not be read."
          message={messageOf(sessions.error)}
          retry={() => sessions.refetch()}
        />
      ) : null}
      {items.length > 0 ? (
        <ul aria-label="Sessions">
          {items.map((session) => (
            <li
              key={session.id}
              className="flex min-h-[38px] items-center gap-3 border-b py-1 text-sm last:border-0 max-md:min-h-11"
            >
              <span className="min-w-0 flex-1">
                <span className="flex items-center gap-2">
                  <span className="truncate font-medium">{agentWords(session.agent)}</span>
                  {session.current ? <Badge tone="primary">This one</Badge> : null}
                </span>
                <span className="block truncate text-muted-foreground text-xs">
                  {session.place ? `From ${session.place}, ` : ""}
                  {hows[session.how]}, since {formatDate(dayOf(session.created_at), dayOf(now))}
                </span>
              </span>
              <span className="text-muted-foreground text-xs tabular-nums">
                {session.current ? "Now" : lastSeen(session.seen_at, now)}
              </span>
              {session.current ? null : (
                <IconButton
                  size="small"
                  look="ghost"
                  label={`Sign out: ${agentWords(session.agent)}`}
                  hint="Sign out"
                  icon={<LogOut aria-hidden />}
                  onClick={() => setEnding(session)}
                />
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {ending ? (
        <ConfirmDialog
          title={ending === "others" ? "Sign out everywhere else?" : `Sign out ${agentWords(ending.agent)}?`}
          description="Whoever is there has to sign in again. If you do not know the browser, change your password too."
          keep="Stay signed in"
          action="Sign out"
          working={one.isPending || others.isPending}
          error={failed ? messageOf(failed) : undefined}
          onConfirm={() =>
            ending === "others" ? others.mutate(undefined, done) : one.mutate(ending.id, done)
          }
          onClose={() => {
            one.reset();
            others.reset();
            setEnding(null);
          }}
        />
      ) : null}
    </Section>
  );
}
