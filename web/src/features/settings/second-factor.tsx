import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import {
  factorsQuery,
  newRecoveryCodes,
  offerTotp,
  turnOffTotp,
  turnOnTotp,
} from "../../api/queries/account";
import { meQuery } from "../../api/queries/session";
import type { TotpOffer } from "../../api/types";
import { download } from "../../lib/csv";
import { plural } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { copyText } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { Notice } from "../../ui/notice";
import { SecretOnce } from "../../ui/secret-once";
import { toast } from "../../ui/toast";
import { Section } from "./section";
import { useStepUp } from "./step-up";

/** Below this many recovery codes one should make new ones. */
const FEW = 3;

/** One-time codes of an authenticator app, and the recovery codes for when it is lost. */
export function SecondFactor() {
  const client = useQueryClient();
  const stepUp = useStepUp();
  const factors = useQuery(factorsQuery);
  const [offer, setOffer] = useState<TotpOffer | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [asking, setAsking] = useState<"off" | "codes" | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: meQuery.queryKey });
  const start = useMutation({
    mutationFn: () => stepUp(offerTotp),
    onSuccess: setOffer,
    onError: (error) => toast(messageOf(error)),
    gcTime: 0,
  });
  const off = useMutation({
    mutationFn: () => stepUp(turnOffTotp),
    onSuccess: () => {
      setAsking(null);
      toast("One-time codes are off. Your other sessions are signed out.");
      return refresh();
    },
  });
  const again = useMutation({
    mutationFn: () => stepUp(newRecoveryCodes),
    onSuccess: (made) => {
      setAsking(null);
      setCodes(made.recovery_codes);
      return refresh();
    },
    gcTime: 0,
  });
  if (factors.isError) {
    return (
      <Section title="One-time codes">
        <ErrorState
          what="Your second factor could not be read."
          message={messageOf(factors.error)}
          retry={() => factors.refetch()}
        />
      </Section>
    );
  }
  const on = factors.data?.totp ?? false;
  const left = factors.data?.recovery_codes ?? 0;
  return (
    <Section
      title="One-time codes"
      note="Beside your password, sign-in asks for six digits that an app on your phone shows."
      aside={factors.data ? <Badge tone={on ? "success" : "neutral"}>{on ? "On" : "Off"}</Badge> : null}
    >
      {on ? (
        <>
          <p className="text-sm">{plural(left, "recovery code is", "recovery codes are")} left.</p>
          {left < FEW ? (
            <Notice tone="warning" className="mt-2">
              Make new recovery codes now: without one, a lost phone locks you out.
            </Notice>
          ) : null}
          <div className="mt-2 flex flex-wrap gap-2">
            <Button className="max-md:h-11" onClick={() => setAsking("codes")}>
              Make new recovery codes
            </Button>
            <Button look="destructive" className="max-md:h-11" onClick={() => setAsking("off")}>
              Turn off
            </Button>
          </div>
        </>
      ) : factors.data ? (
        <Button className="max-md:h-11" working={start.isPending} onClick={() => start.mutate()}>
          Set up one-time codes
        </Button>
      ) : null}
      {offer ? (
        <SetUpDialog
          offer={offer}
          onClose={() => setOffer(null)}
          onDone={(made) => {
            setOffer(null);
            setCodes(made);
            refresh();
          }}
        />
      ) : null}
      {codes ? <CodesDialog codes={codes} onClose={() => setCodes(null)} /> : null}
      {asking === "off" ? (
        <ConfirmDialog
          title="Turn one-time codes off?"
          description="Your password alone then signs you in. Your recovery codes stop working."
          keep="Keep them on"
          action="Turn off"
          working={off.isPending}
          error={off.error ? messageOf(off.error) : undefined}
          onConfirm={() => off.mutate()}
          onClose={() => {
            off.reset();
            setAsking(null);
          }}
        />
      ) : null}
      {asking === "codes" ? (
        <ConfirmDialog
          title="Make new recovery codes?"
          description="Those you have kept until now stop working."
          keep="Keep mine"
          action="Make new codes"
          working={again.isPending}
          error={again.error ? messageOf(again.error) : undefined}
          onConfirm={() => again.mutate()}
          onClose={() => {
            again.reset();
            setAsking(null);
          }}
        />
      ) : null}
    </Section>
  );
}

function SetUpDialog({
  offer,
  onClose,
  onDone,
}: {
  offer: TotpOffer;
  onClose(): void;
  onDone(codes: string[]): void;
}) {
  const stepUp = useStepUp();
  const [code, setCode] = useState("");
  const turnOn = useMutation({
    mutationFn: () => stepUp(() => turnOnTotp({ token: offer.token, code: code.trim() })),
    onSuccess: (made) => onDone(made.recovery_codes),
    gcTime: 0,
  });
  const fields: Record<string, string> = turnOn.error instanceof ApiError ? turnOn.error.fields : {};
  const general = turnOn.error && Object.keys(fields).length === 0 ? messageOf(turnOn.error) : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    turnOn.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="Set up one-time codes"
      description="Scan the picture with your authenticator app, then type the code it shows."
    >
      <form noValidate onSubmit={submit} aria-label="Set up one-time codes" className="flex flex-col gap-4">
        {/* A camera wants dark on light, in every theme. */}
        <svg
          role="img"
          aria-label="QR code for your authenticator app"
          viewBox={`0 0 ${offer.picture.size} ${offer.picture.size}`}
          shapeRendering="crispEdges"
          className="mx-auto size-48 rounded-control bg-white text-black"
        >
          <path d={offer.picture.path} fill="currentColor" />
        </svg>
        <div>
          <p className="mb-1.5 text-muted-foreground text-xs">No camera? Type this into the app.</p>
          <SecretOnce label="Secret" secret={offer.secret} />
        </div>
        <Field label="Code" error={fields.code ?? fields.token} hint="Six digits.">
          {(control) => (
            <Input
              {...control}
              large
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={10}
              value={code}
              onChange={(e) => setCode(e.target.value)}
            />
          )}
        </Field>
        {general ? <Notice tone="danger">{general}</Notice> : null}
        <div className="flex justify-end gap-2">
          <Button className="max-md:h-11" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" className="max-md:h-11" working={turnOn.isPending}>
            Turn on
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function CodesDialog({ codes, onClose }: { codes: string[]; onClose(): void }) {
  const text = codes.join("\n");
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title="Your recovery codes"
      description="Each lets you in once when your phone is gone. Keep them where you keep your passwords: they are shown only now."
    >
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-control border border-border-strong bg-muted px-3 py-2.5 font-mono text-sm max-md:grid-cols-1"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button
          className="max-md:h-11"
          onClick={() => download("projectr-recovery-codes.txt", `${text}\n`, "text/plain;charset=utf-8")}
        >
          <Download aria-hidden />
          Save as a file
        </Button>
        <Button
          className="max-md:h-11"
          onClick={() =>
            copyText(
              text,
              "Recovery codes copied.",
              "The browser did not let us copy. Select the codes and copy them yourself.",
            )
          }
        >
          Copy
        </Button>
        <Button look="primary" className="max-md:h-11" onClick={onClose}>
          I have kept them
        </Button>
      </div>
    </Dialog>
  );
}
