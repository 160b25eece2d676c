import { FingerprintPattern } from "lucide-react";
import { signInByPasskey } from "../../api/queries/session";
import type { Me } from "../../api/types";
import { Button } from "../../ui/button";
import { Notice } from "../../ui/notice";
import { useSubmit } from "./form";

/** Signs in with a passkey: nothing is typed. */
export function PasskeyButton({ onSignedIn }: { onSignedIn(me: Me): Promise<void> }) {
  const submit = useSubmit(async () => onSignedIn(await signInByPasskey()));
  return (
    <>
      <Button size="large" className="w-full text-sm" working={submit.working} onClick={() => submit.run()}>
        <FingerprintPattern aria-hidden />
        Sign in with a passkey
      </Button>
      {submit.trouble ? <Notice tone="danger">{submit.trouble}</Notice> : null}
    </>
  );
}
