import { CornerDownLeft } from "lucide-react";
import { useState } from "react";
import { ApiError, messageOf } from "../api/client";
import type { RejectReason } from "../api/queries/facts";
import type { Fact, FactKind } from "../api/types";
import { amountText, parseAmount } from "../lib/money";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Notice } from "../ui/notice";
import { Select } from "../ui/select";
import type { Correction } from "./answers";
import { factKinds, kindLooks } from "./fact-kind";
import { ReviewBadge } from "./fact-value";
import type { Proof } from "./mail-text";
import { RejectMenu } from "./reject-menu";

interface FactFormProps {
  fact: Fact;
  /** Other words the reader selected in the mail. */
  proof: Proof | null;
  save(change: Correction): Promise<void>;
  onDone(): void;
  onReject(reason: RejectReason): void;
}

const withMoney: ReadonlySet<FactKind> = new Set(["budget_mention", "scope_change"]);

/** Corrects a fact in place: its kind, what it says, its values and its proof. Typed text stays when saving fails. */
export function FactForm({ fact, proof, save, onDone, onReject }: FactFormProps) {
  const [kind, setKind] = useState(fact.kind);
  const [text, setText] = useState(fact.text);
  const [owner, setOwner] = useState(fact.owner ?? "");
  const [deadline, setDeadline] = useState(fact.deadline ?? "");
  const [amount, setAmount] = useState(fact.amount ? amountText(fact.amount) : "");
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const fields = error?.fields ?? {};

  async function submit(event: React.FormEvent) {
    event.preventDefault();
    const change: Correction = {};
    if (kind !== fact.kind) change.kind = kind;
    if (text.trim() !== fact.text) change.text = text.trim();
    if (kind === "action_item") {
      if (owner.trim() !== (fact.owner ?? "")) change.owner = owner.trim() || null;
      if (deadline !== (fact.deadline ?? "")) change.deadline = deadline || null;
    }
    if (withMoney.has(kind) && amount.trim() !== (fact.amount ? amountText(fact.amount) : "")) {
      const parsed = parseAmount(amount, fact.amount?.currency ?? "USD");
      if (parsed === undefined) {
        setError(new ApiError("invalid", 422, "", { amount: "Write an amount such as 6,400.00." }));
        return;
      }
      change.amount = parsed;
    }
    if (proof) Object.assign(change, proof);
    if (Object.keys(change).length === 0) return onDone();
    setWorking(true);
    try {
      await save(change);
      onDone();
    } catch (e) {
      setError(e instanceof ApiError ? e : new ApiError("internal", 0, messageOf(e)));
      setWorking(false);
    }
  }

  const quote = proof?.quote ?? fact.quote;
  return (
    <form
      noValidate
      aria-label={`Correct: ${fact.text}`}
      onSubmit={submit}
      onKeyDown={(e) => {
        if (e.key !== "Escape") return;
        e.stopPropagation();
        onDone();
      }}
      className="flex flex-col gap-2 px-3 py-3"
    >
      <div className="flex min-h-5 items-center justify-between gap-2">
        <h4 className="font-semibold text-sm">Correct this fact</h4>
        <ReviewBadge fact={fact} />
      </div>
      <div className="grid grid-cols-[minmax(0,112px)_minmax(0,1fr)] gap-2">
        <Field label="Type">
          {(control) => (
            <Select {...control} value={kind} onChange={(e) => setKind(e.target.value as FactKind)}>
              {factKinds.map((k) => (
                <option key={k} value={k}>
                  {kindLooks[k].label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {withMoney.has(kind) ? (
          <Field label="Amount" error={fields.amount}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                value={amount}
                placeholder="None"
                onChange={(e) => setAmount(e.target.value)}
              />
            )}
          </Field>
        ) : null}
        {kind === "action_item" ? (
          <Field label="Due" error={fields.deadline}>
            {(control) => (
              <Input
                {...control}
                type="date"
                value={deadline}
                onChange={(e) => setDeadline(e.target.value)}
              />
            )}
          </Field>
        ) : null}
      </div>
      {kind === "action_item" ? (
        <Field label="Owner" error={fields.owner}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              value={owner}
              placeholder="Nobody named"
              onChange={(e) => setOwner(e.target.value)}
            />
          )}
        </Field>
      ) : null}
      <Field label="What it says" error={fields.text}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            autoComplete="off"
            maxLength={500}
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
        )}
      </Field>
      <div>
        <div className="mb-1 font-medium text-sm">Proof</div>
        <p className="line-clamp-3 font-serif text-quote">“{quote}”</p>
        <p className="mt-0.5 text-muted-foreground text-xs">Select other words in the mail to change it.</p>
      </div>
      {error && Object.keys(fields).length === 0 ? (
        <Notice tone="danger">Could not save. Your edit is kept here. {error.message}</Notice>
      ) : null}
      <div className="mt-1 flex items-center gap-2">
        <Button type="submit" look="primary" size="small" working={working}>
          Save <CornerDownLeft aria-hidden />
        </Button>
        <Button size="small" onClick={onDone}>
          Cancel
        </Button>
        <RejectMenu fact={fact} onReject={onReject} className="ml-auto" />
      </div>
    </form>
  );
}
