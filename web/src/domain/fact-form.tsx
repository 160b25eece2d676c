import { CornerDownLeft } from "lucide-react";
import { useState } from "react";
import { ApiError, messageOf } from "../api/client";
import type { RejectReason } from "../api/queries/facts";
import type { Fact, FactKind, Standing } from "../api/types";
import { cn } from "../lib/cn";
import { amountText, currencySign, parseAmount, perWords } from "../lib/money";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Notice } from "../ui/notice";
import { Select } from "../ui/select";
import type { Correction } from "./answers";
import { factKinds, kindLooks } from "./fact-kind";
import { ReviewBadge, standingLabels } from "./fact-value";
import type { Proof } from "./mail-text";
import { RejectMenu } from "./reject-menu";

interface FactFormProps {
  fact: Fact;
  /** Other words the reader selected in the mail. */
  proof: Proof | null;
  /** Where other words can be selected; nowhere when left out. */
  selectIn?: "mail" | "file";
  save(change: Correction): Promise<void>;
  onDone(): void;
  onReject(reason: RejectReason): void;
}

const withMoney: ReadonlySet<FactKind> = new Set(["budget_mention", "scope_change"]);
const withDate: ReadonlySet<FactKind> = new Set(["action_item", "timeline_change"]);

/** What the fields of the form hold. */
interface Values {
  kind: FactKind;
  text: string;
  owner: string;
  deadline: string;
  amount: string;
  standing: Standing | "";
}

const valuesOf = (fact: Fact): Values => ({
  kind: fact.kind,
  text: fact.text,
  owner: fact.owner ?? "",
  deadline: fact.deadline ?? "",
  amount: fact.amount ? amountText(fact.amount) : "",
  standing: fact.standing ?? "",
});

/** What the fields change of a fact: only fields its kind has; an ApiError where one cannot be understood. */
export function changeOf(fact: Fact, values: Values, proof: Proof | null): Correction {
  const was = valuesOf(fact);
  const { kind } = values;
  const change: Correction = {};
  if (kind !== was.kind) change.kind = kind;
  if (values.text.trim() !== was.text) change.text = values.text.trim();
  if (kind === "action_item" && values.owner.trim() !== was.owner) change.owner = values.owner.trim() || null;
  if (withDate.has(kind) && values.deadline !== was.deadline) change.deadline = values.deadline || null;
  if (withMoney.has(kind) && values.amount.trim() !== was.amount) {
    const parsed = parseAmount(values.amount, fact.amount?.currency ?? "USD");
    if (parsed === undefined)
      throw new ApiError("invalid", 422, "", { amount: "Write an amount such as 6,400.00." });
    change.amount = parsed && fact.amount?.per ? { ...parsed, per: fact.amount.per } : parsed;
  }
  const standing = kind === "budget_mention" ? values.standing : "";
  if (standing !== was.standing) change.standing = standing || null;
  if (proof) Object.assign(change, proof);
  return change;
}

/** Corrects a fact in place: its kind, what it says, its values and its proof. Typed text stays when saving fails. */
export function FactForm({ fact, proof, selectIn, save, onDone, onReject }: FactFormProps) {
  const [values, setValues] = useState(() => valuesOf(fact));
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const fields = error?.fields ?? {};
  const { kind } = values;
  const set = (change: Partial<Values>) => setValues({ ...values, ...change });
  const money = withMoney.has(kind);
  const look = kindLooks[kind];
  const sign = currencySign(fact.amount?.currency ?? "USD");

  async function submit(event: React.FormEvent) {
    event.preventDefault();
    if (working) return;
    try {
      const change = changeOf(fact, values, proof);
      if (Object.keys(change).length === 0) return onDone();
      setWorking(true);
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
      <div className="grid grid-cols-[minmax(0,116px)_minmax(0,1fr)] gap-2 max-md:grid-cols-[minmax(0,148px)_minmax(0,1fr)]">
        <Field label="Type">
          {(control) => (
            <div className="relative">
              <look.icon
                aria-hidden
                className={cn(
                  "pointer-events-none absolute top-1/2 left-2.5 z-10 size-3.5 -translate-y-1/2",
                  look.text,
                )}
              />
              <Select
                {...control}
                value={kind}
                className="pl-[30px]"
                onChange={(e) => set({ kind: e.target.value as FactKind })}
              >
                {factKinds.map((k) => (
                  <option key={k} value={k}>
                    {kindLooks[k].label}
                  </option>
                ))}
              </Select>
            </div>
          )}
        </Field>
        {money ? (
          <Field label={`Amount${perWords(fact.amount?.per)}`} error={fields.amount}>
            {(control) => (
              <div className="relative">
                <span
                  aria-hidden
                  className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground text-sm max-md:text-lead"
                >
                  {sign}
                </span>
                <Input
                  {...control}
                  autoFocus={fact.amount !== null}
                  inputMode="decimal"
                  autoComplete="off"
                  value={values.amount}
                  placeholder="None"
                  className="tabular-nums"
                  style={{ paddingLeft: `${sign.length + 1.25}em` }}
                  onChange={(e) => set({ amount: e.target.value })}
                />
              </div>
            )}
          </Field>
        ) : null}
        {withDate.has(kind) ? (
          <Field label={kind === "action_item" ? "Due" : "Date"} error={fields.deadline}>
            {(control) => (
              <Input
                {...control}
                type="date"
                value={values.deadline}
                onChange={(e) => set({ deadline: e.target.value })}
              />
            )}
          </Field>
        ) : null}
      </div>
      {kind === "budget_mention" ? (
        <Field label="Standing" error={fields.standing}>
          {(control) => (
            <Select
              {...control}
              value={values.standing}
              onChange={(e) => set({ standing: e.target.value as Standing | "" })}
            >
              <option value="">Neither</option>
              <option value="approved">{standingLabels.approved}</option>
              <option value="exposure">{standingLabels.exposure}</option>
            </Select>
          )}
        </Field>
      ) : null}
      {kind === "action_item" ? (
        <Field label="Owner" error={fields.owner}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              maxLength={200}
              value={values.owner}
              placeholder="Nobody named"
              onChange={(e) => set({ owner: e.target.value })}
            />
          )}
        </Field>
      ) : null}
      <Field label="What it says" error={fields.text}>
        {(control) => (
          <Input
            {...control}
            autoFocus={!(money && fact.amount)}
            autoComplete="off"
            maxLength={500}
            value={values.text}
            onChange={(e) => set({ text: e.target.value })}
          />
        )}
      </Field>
      <div>
        <div className="mb-1 font-medium text-sm">Proof</div>
        <p className="line-clamp-3 font-serif text-quote">“{quote}”</p>
        {fields.quote ? (
          <p role="alert" className="mt-0.5 text-destructive text-xs">
            {fields.quote}
          </p>
        ) : selectIn ? (
          <p className="mt-0.5 text-muted-foreground text-xs">
            Select other words in the {selectIn} to change it.
          </p>
        ) : null}
      </div>
      {error && Object.keys(fields).length === 0 ? (
        <Notice tone="danger">Could not save. Your edit is kept here. {error.message}</Notice>
      ) : null}
      <div className="mt-1 flex items-center gap-2">
        <Button
          type="submit"
          look="primary"
          size="small"
          className="max-md:h-11 max-md:px-4"
          working={working}
        >
          Save <CornerDownLeft aria-hidden />
        </Button>
        <Button size="small" className="max-md:h-11 max-md:px-4" onClick={onDone}>
          Cancel
        </Button>
        <RejectMenu fact={fact} onReject={onReject} className="ml-auto max-md:h-11 max-md:px-4" />
      </div>
    </form>
  );
}
