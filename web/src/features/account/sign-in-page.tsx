import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { waysQuery } from "../../api/queries/doors";
import { beginAs } from "../../api/queries/session";
import { useTitle } from "../../lib/hooks";
import { Heading } from "./form";
import { AccountFrame } from "./frame";
import { SignInForm } from "./sign-in-form";

/** Sign in with a work email and a password, then go on where one was going. */
export function SignInPage({ returnTo }: { returnTo: string }) {
  useTitle("Sign in");
  const client = useQueryClient();
  const router = useRouter();
  const open = useQuery(waysQuery).data?.sign_up === "open";
  return (
    <AccountFrame>
      <SignInForm
        to={returnTo}
        heading={
          <Heading title="Sign in">
            New here?{" "}
            {open ? (
              <Link to="/sign-up" className="rounded-[3px] font-medium text-primary hover:underline">
                Set up your company
              </Link>
            ) : (
              "Open the link in your welcome mail."
            )}
          </Heading>
        }
        onSignedIn={async (me) => {
          beginAs(client, me);
          await router.navigate({ href: returnTo, replace: true });
        }}
      />
    </AccountFrame>
  );
}
