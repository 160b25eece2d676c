import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { factorsQuery } from "../../api/queries/account";
import { meQuery, signOut } from "../../api/queries/session";
import { Button } from "../../ui/button";
import { Page, PageTitle } from "../../ui/page";
import { Toaster } from "../../ui/toast";
import { TooltipProvider } from "../../ui/tooltip";
import { Passkeys } from "./passkeys";
import { SecondFactor } from "./second-factor";
import { StepUpProvider } from "./step-up";

/** For who came without a second factor to an organisation that asks for one: the way to it. */
export function SecondFactorPage({ org }: { org?: string }) {
  const client = useQueryClient();
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: factors } = useQuery(factorsQuery);
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      client.clear();
      location.assign("/sign-in");
    },
  });
  const name = me.organisations.find((o) => o.address === org)?.name ?? "Your organisation";
  const has = factors !== undefined && (factors.totp || factors.passkeys > 0);
  return (
    <TooltipProvider delayDuration={400}>
      <main>
        <Page className="mx-auto max-w-[560px] pt-[12vh]">
          <PageTitle>{name} asks for a second factor</PageTitle>
          <p className="mt-2 text-muted-foreground">
            {me.second_factor
              ? "You came in with one. Go on."
              : has
                ? "You have one, and came in without it. Sign in again with it to go on."
                : "Beside the password, everyone here shows a second proof of who they are. Set it up here, then go on."}
          </p>
          <div className="mt-5 mb-4 flex gap-2">
            {me.second_factor ? (
              <Button asChild look="primary" className="max-md:h-11">
                <Link to="/">Go on</Link>
              </Button>
            ) : (
              <Button className="max-md:h-11" working={leave.isPending} onClick={() => leave.mutate()}>
                {has ? "Sign in again" : "Sign out"}
              </Button>
            )}
          </div>
          {me.second_factor || !has ? (
            <StepUpProvider>
              <div className="flex flex-col gap-3">
                <SecondFactor />
                <Passkeys />
              </div>
            </StepUpProvider>
          ) : null}
        </Page>
      </main>
      <Toaster />
    </TooltipProvider>
  );
}
