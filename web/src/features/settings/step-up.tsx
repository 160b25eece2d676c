import { useQuery } from "@tanstack/react-query";
import { FingerprintPattern } from "lucide-react";
import { createContext, type FormEvent, type ReactNode, useCallback, useContext, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { canUsePasskeys } from "../../api/passkey";
import { confirmByPasskey, confirmSelf, factorsQuery } from "../../api/queries/account";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";

type Run = <T>(step: () => Promise<T>) => Promise<T>;

const StepUp = createContext<Run>((step) => step());

/** Does a step; where the server first wants to know again who asks, that is asked and the step done then. */
export function useStepUp(): Run {
  return useContext(StepUp);
}

interface Waiting {
  go(): void;
  stop(): void;
}

/** Asks for the password, or a passkey, when a step needs a fresh proof of who it is. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const run: Run = useCallback(async (step) => {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "reauthenticate") throw error;
      await new Promise<void>((go, stop) => setWaiting({ go, stop: () => stop(error) }));
      return await step();
    }
  }, []);
  return (
    <StepUp.Provider value={run}>
      {children}
      {waiting ? (
        <ConfirmSelf
          onDone={() => {
            setWaiting(null);
            waiting.go();
          }}
          onClose={() => {
            setWaiting(null);
            waiting.stop();
          }}
        />
      ) : null}
    </StepUp.Provider>
  );
}

function ConfirmSelf({ onDone, onClose }: { onDone(): void; onClose(): void }) {
  const [typed, setTyped] = useState("");
  const [code, setCode] = useState("");
  const [wantsCode, setWantsCode] = useState(false);
  const [working, setWorking] = useState<"password" | "passkey" | null>(null);
  const factors = useQuery(factorsQuery).data;
  const passkey = (factors?.passkeys ?? 0) > 0 && canUsePasskeys();
  // Beside a passkey a password is too little, unless a one-time code comes with it.
  const password = !passkey || factors?.totp;
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const general = error && Object.keys(fields).length === 0 ? messageOf(error) : "";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // A portal's events rise through React's tree: the form beneath is not sent too.
    event.stopPropagation();
    await show("password");
  };
  const show = async (what: "password" | "passkey") => {
    setWorking(what);
    setError(null);
    try {
      await (what === "passkey"
        ? confirmByPasskey()
        : confirmSelf({ password: typed, code: wantsCode ? code.trim() : undefined }));
      onDone();
    } catch (e) {
      if (what === "password" && e instanceof ApiError && e.code === "second_factor" && !wantsCode)
        setWantsCode(true);
      else setError(e);
      setWorking(null);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="Is it still you?"
      description={
        password
          ? `To go on, ${passkey ? "show your passkey once more, or type your password" : "type your password once more"}.`
          : "To go on, show your passkey once more."
      }
    >
      <form noValidate onSubmit={submit} aria-label="Confirm it is you" className="flex flex-col gap-4">
        {password ? (
          <Field label="Password" error={fields.password}>
            {(control) => (
              <Input
                {...control}
                large
                type="password"
                autoComplete="current-password"
                value={typed}
                onChange={(e) => setTyped(e.target.value)}
              />
            )}
          </Field>
        ) : null}
        {wantsCode ? (
          <Field
            label="Code"
            error={fields.code}
            hint="Six digits of your authenticator app, or a recovery code."
          >
            {(control) => (
              <Input
                {...control}
                large
                autoFocus
                autoComplete="one-time-code"
                autoCapitalize="none"
                spellCheck={false}
                value={code}
                onChange={(e) => setCode(e.target.value)}
              />
            )}
          </Field>
        ) : null}
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <div className="flex flex-wrap justify-end gap-2">
          {passkey ? (
            <Button
              className="mr-auto max-md:h-11"
              working={working === "passkey"}
              disabled={working !== null}
              onClick={() => show("passkey")}
            >
              <FingerprintPattern aria-hidden />
              Use a passkey
            </Button>
          ) : null}
          <Button className="max-md:h-11" onClick={onClose}>
            Cancel
          </Button>
          {password ? (
            <Button
              type="submit"
              look="primary"
              className="max-md:h-11"
              working={working === "password"}
              disabled={working !== null}
            >
              Continue
            </Button>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
}
