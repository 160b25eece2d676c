import { KeyRound } from "lucide-react";
import { startSignOn } from "../../api/queries/sign-on";
import { setOut } from "../../lib/trip";
import { Button } from "../../ui/button";
import { Notice } from "../../ui/notice";
import { useSubmit } from "./form";

interface ProviderButtonProps {
  /** What people call the provider. */
  name: string;
  /** The secret of the invitation that is accepted with it. */
  invitation?: string;
  /** Where to go on once signed in. */
  to?: string;
}

/** The way to the sign-in provider, which leads back to sign-on-page.tsx. */
export function ProviderButton({ name, invitation, to = "/" }: ProviderButtonProps) {
  const leave = useSubmit(async () => setOut(await startSignOn(invitation), { connect: false, to }));
  return (
    <>
      <Button size="large" className="w-full text-sm" working={leave.working} onClick={() => leave.run()}>
        <KeyRound aria-hidden />
        Sign in with {name}
      </Button>
      {leave.trouble ? <Notice tone="danger">{leave.trouble}</Notice> : null}
    </>
  );
}
