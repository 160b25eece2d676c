import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { messageOf } from "../../api/client";
import { beginAs, meQuery } from "../../api/queries/session";
import { finishConnect, finishSignOn } from "../../api/queries/sign-on";
import type { SignOnReturn } from "../../api/types";
import { useTitle } from "../../lib/hooks";
import { tripBack } from "../../lib/trip";
import { toast } from "../../ui/toast";
import { Opening, Outcome } from "./form";
import { AccountFrame } from "./frame";
import { localPath } from "./return-path";

/**
 * Where the sign-in provider sends the browser back to. What it brought is taken out of
 * the address at once, and sent on once; then one goes on where one was going.
 */
export function SignOnPage({ brought }: { brought: SignOnReturn }) {
  useTitle("Sign in");
  const client = useQueryClient();
  const router = useRouter();
  const [first] = useState(brought);
  const [trip] = useState(tripBack);
  const connect = trip?.connect === true;
  const to = localPath(trip?.to) ?? "/";
  const { pathname, search } = router.state.location;
  const bare = Object.keys(search).length === 0;
  useEffect(() => {
    if (!bare) router.navigate({ href: pathname, replace: true });
  }, [bare, pathname, router]);
  const back = useQuery({
    queryKey: ["sign-on", first.state] as const,
    queryFn: async () => (connect ? finishConnect(first).then(() => null) : finishSignOn(first)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnReconnect: false,
    enabled: first.state !== "",
  });
  useEffect(() => {
    if (back.data === undefined) return;
    if (back.data) beginAs(client, back.data);
    else {
      client.invalidateQueries({ queryKey: meQuery.queryKey });
      toast("Your account is connected.");
    }
    router.navigate({ href: to, replace: true });
  }, [back.data, client, router, to]);

  if (first.state !== "" && !back.error) return <Opening />;
  return (
    <AccountFrame>
      <Outcome
        title={connect ? "Your account is not connected" : "You are not signed in"}
        verb={connect ? "Go back to your settings" : "Go to sign in"}
        href={connect ? to : "/sign-in"}
      >
        {back.error
          ? messageOf(back.error)
          : "This page is where the sign-in provider sends you back to. Begin at sign-in."}
      </Outcome>
    </AccountFrame>
  );
}
