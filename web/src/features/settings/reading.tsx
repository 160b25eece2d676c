import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changeSettings, orgKey, settingsQuery } from "../../api/queries/orgs";
import { judgeRereads, readingQueries } from "../../api/queries/readings";
import type { Settings } from "../../api/types";
import { ViewerLine } from "../../domain/viewer-line";
import { useDelayed } from "../../lib/hooks";
import { amountText, formatAmount, parseAmount, plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { ErrorState } from "../../ui/error-state";
import { Field } from "../../ui/field";
import { IconButton } from "../../ui/icon-button";
import { Input } from "../../ui/input";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { PriceDialog, type Proposal } from "./price-dialog";

/** What reads the mail, what is never sent to a model, and when mail is filed without asking. */
export function Reading({ org, admin }: { org: string; admin: boolean }) {
  const settings = useQuery(settingsQuery(org));
  const slow = useDelayed(settings.isPending);
  if (settings.isError) {
    return (
      <ErrorState
        what="The settings could not be read."
        message={messageOf(settings.error)}
        retry={() => settings.refetch()}
      />
    );
  }
  if (settings.isPending) {
    return slow ? (
      <div role="status" className="flex flex-col gap-3">
        <span className="sr-only">Loading settings</span>
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    ) : null;
  }
  return <ReadingForm org={org} settings={settings.data} admin={admin} />;
}

type Change = Partial<Settings>;

/** A change of what reads, of which somebody is shown the price. */
interface Asked extends Proposal {
  /** Ends it: whether it was saved, or why it cannot be. */
  end(saved: boolean | ApiError): void;
}

function ReadingForm({ org, settings, admin }: { org: string; settings: Settings; admin: boolean }) {
  const client = useQueryClient();
  const change = useMutation(changeSettings(org, client));
  const [asked, setAsked] = useState<Asked | null>(null);
  const before = (to: Change) =>
    Object.fromEntries((Object.keys(to) as (keyof Settings)[]).map((key) => [key, settings[key]])) as Change;
  /** Says what was done; Undo puts back what was there, and asks where that has a price. */
  const tell = (said: string, was: Change, accepted?: number) =>
    toast(said, {
      undo: () =>
        change.mutate(accepted === undefined ? was : { ...was, accepted_micro_usd: accepted }, {
          onError: (error) => {
            if (error instanceof ApiError && error.fields.accepted_micro_usd)
              propose(was, "It is as it was.").catch((e) => toast(messageOf(e)));
            else toast(messageOf(error));
          },
        }),
    });
  /** Saves at once. Throws what the server said, for a form. */
  const save = async (to: Change, said: string) => {
    await change.mutateAsync(to);
    tell(said, before(to));
    return true;
  };
  /** Shows what a change costs before it is saved; false when it is not. */
  const propose = (to: Change, said: string) =>
    new Promise<boolean>((resolve, reject) =>
      setAsked({
        to,
        said,
        end: (saved) => {
          setAsked(null);
          if (saved instanceof ApiError) reject(saved);
          else resolve(saved);
        },
      }),
    );
  /** Whatever has a model read, or another one, has a price. */
  const put = (to: Change, said: string) =>
    (to.extractor ?? settings.extractor) === "model" && (to.extractor || to.models)
      ? propose(to, said)
      : save(to, said);
  const now = (to: Change, said: string) => {
    put(to, said).catch((error) => toast(messageOf(error)));
  };
  return (
    <>
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span id="reads" className="text-sm">
          Mail is read by
        </span>
        <fieldset aria-labelledby="reads" className={segmentedClasses} disabled={!admin}>
          {(["rules", "model"] as const).map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={settings.extractor === value}
              onClick={() =>
                settings.extractor === value
                  ? undefined
                  : now(
                      { extractor: value },
                      value === "rules" ? "The rules read now." : "A model reads now.",
                    )
              }
              className={segmentClasses}
            >
              {value === "rules" ? "Rules" : "A model"}
            </button>
          ))}
        </fieldset>
      </div>
      <p className="text-muted-foreground text-xs">
        {settings.extractor === "rules"
          ? "The rules need no network, and nothing of a mail leaves this installation."
          : "Where a model does not answer, or may not see a mail, the rules read it."}
      </p>
      {settings.extractor === "model" ? (
        <Models settings={settings} admin={admin} now={now} save={put} />
      ) : null}
      <TextList
        title="Words that keep mail from a model"
        note="Mail with one of these, in subject, text or files, is read by the rules alone."
        field="no_ai_words"
        placeholder="privileged"
        values={settings.no_ai_words}
        admin={admin}
        onChange={(no_ai_words, said) => save({ no_ai_words }, said)}
      />
      <TextList
        title="Senders that no model reads"
        note="An address (jo@acme.example) or a domain (@acme.example)."
        field="no_ai_senders"
        placeholder="@law.example"
        values={settings.no_ai_senders}
        admin={admin}
        onChange={(no_ai_senders, said) => save({ no_ai_senders }, said)}
      />
      {admin ? <Waiting org={org} /> : null}
      <AskAbove
        key={`above ${settings.ask_above_micro_usd}`}
        value={settings.ask_above_micro_usd}
        admin={admin}
        save={save}
      />
      <Threshold key={settings.file_from} value={settings.file_from} admin={admin} now={now} />
      {admin ? null : <ViewerLine what="change how mail is read" className="mt-2" />}
      {asked ? (
        <PriceDialog
          org={org}
          proposal={asked}
          onSaved={(price) => {
            tell(asked.said, before(asked.to), price.present.cost_micro_usd ?? 0);
            asked.end(true);
          }}
          onRefused={asked.end}
          onClose={() => asked.end(false)}
        />
      ) : null}
    </>
  );
}

/** Readings that were made again and wait for a person, or are yet to be made: all at once. */
function Waiting({ org }: { org: string }) {
  const client = useQueryClient();
  const { data } = useQuery(readingQueries.waiting(org));
  const judge = useMutation({
    ...judgeRereads(org, client),
    onSuccess: async ({ decided, left }, state) => {
      await client.invalidateQueries({ queryKey: orgKey(org) });
      const rest = left > 0 ? ` ${plural(left, "other")} could not be.` : "";
      toast(`${plural(decided, "reading")} ${state}.${rest}`);
    },
    onError: (error) => toast(messageOf(error)),
  });
  const proposed = data?.items.filter((r) => r.state === "proposed").length ?? 0;
  const waiting = (data?.items.length ?? 0) - proposed;
  if (proposed + waiting === 0) return null;
  const more = data?.next ? "more than " : "";
  return (
    <section aria-label="Readings that wait" className="mt-3 border-t pt-3">
      <p className="text-sm">
        {proposed > 0 ? `${more}${plural(proposed, "reading")} to accept. ` : ""}
        {waiting > 0 ? `${more}${plural(waiting, "mail")} to be read again.` : ""}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        {proposed > 0 ? (
          <Button
            size="small"
            className="max-md:h-11"
            working={judge.isPending}
            onClick={() => judge.mutate("accepted")}
          >
            Accept all readings
          </Button>
        ) : null}
        <Button
          size="small"
          className="max-md:h-11"
          working={judge.isPending}
          onClick={() => judge.mutate("undone")}
        >
          Undo all readings
        </Button>
      </div>
    </section>
  );
}

interface Saving {
  settings: Settings;
  admin: boolean;
  now(to: Change, said: string): void;
  save(to: Change, said: string): Promise<boolean>;
}

/** The models in the order in which they are asked. */
function Models({ settings, admin, now, save }: Saving) {
  const { models } = settings;
  const move = (at: number, by: number) => {
    const next = [...models];
    const [model = ""] = next.splice(at, 1);
    next.splice(at + by, 0, model);
    now({ models: next }, `${model} is asked ${at + by === 0 ? "first" : `as number ${at + by + 1}`} now.`);
  };
  return (
    <TextList
      title="Models, in the order in which they are asked"
      note="The next one is asked when the one before does not answer. Empty: the installation’s."
      field="models"
      placeholder="Name of a model"
      values={models}
      admin={admin}
      ordered={move}
      onChange={(next, said) => save({ models: next }, said)}
    />
  );
}

/** A list of words that a person adds to and takes from. */
function TextList({
  title,
  note,
  field,
  placeholder,
  values,
  admin,
  ordered,
  onChange,
}: {
  title: string;
  note: string;
  /** What the server calls it. */
  field: keyof Settings;
  placeholder: string;
  values: readonly string[];
  admin: boolean;
  /** Moves one up or down, where the order matters. */
  ordered?(at: number, by: number): void;
  /** Saves it; false when somebody thought better of it. */
  onChange(values: string[], said: string): Promise<boolean>;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState("");
  const [working, setWorking] = useState(false);
  const change = async (next: string[], said: string) => {
    setWorking(true);
    setWrong("");
    try {
      return await onChange(next, said);
    } catch (error) {
      setWrong((error instanceof ApiError && error.fields[field]) || messageOf(error));
      return false;
    } finally {
      setWorking(false);
    }
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const value = text.trim();
    if (!value || values.includes(value)) return setText("");
    if (await change([...values, value], `${value} is added.`)) setText("");
  };
  return (
    <section aria-labelledby={id} className="mt-3 border-t pt-3">
      <h3 id={id} className="font-medium text-sm">
        {title}
      </h3>
      <p className="text-muted-foreground text-xs">{note}</p>
      {values.length > 0 ? (
        <ol className="mt-1.5">
          {values.map((value, i) => (
            <li
              key={value}
              className="flex min-h-[34px] items-center gap-2 border-b text-sm last:border-0 max-md:min-h-11"
            >
              {ordered ? <span className="w-4 text-subtle-foreground tabular-nums">{i + 1}</span> : null}
              <span className="min-w-0 flex-1 truncate">{value}</span>
              {admin && ordered ? (
                <>
                  <IconButton
                    size="small"
                    look="ghost"
                    label={`Earlier: ${value}`}
                    hint="Ask earlier"
                    disabled={i === 0}
                    icon={<ChevronUp aria-hidden />}
                    onClick={() => ordered(i, -1)}
                  />
                  <IconButton
                    size="small"
                    look="ghost"
                    label={`Later: ${value}`}
                    hint="Ask later"
                    disabled={i === values.length - 1}
                    icon={<ChevronDown aria-hidden />}
                    onClick={() => ordered(i, 1)}
                  />
                </>
              ) : null}
              {admin ? (
                <IconButton
                  size="small"
                  look="ghost"
                  label={`Remove: ${value}`}
                  hint="Remove"
                  icon={<X aria-hidden />}
                  onClick={() =>
                    change(
                      values.filter((v) => v !== value),
                      `${value} is removed.`,
                    )
                  }
                />
              ) : null}
            </li>
          ))}
        </ol>
      ) : admin ? null : (
        <p className="mt-1 text-sm text-subtle-foreground">None.</p>
      )}
      {admin ? (
        <form noValidate onSubmit={add} className="mt-1.5">
          <Field label={`Add to: ${title}`} error={wrong || undefined} hidden>
            {(control) => (
              <div className="flex gap-2">
                <Input
                  {...control}
                  value={text}
                  autoComplete="off"
                  autoCapitalize="none"
                  spellCheck={false}
                  placeholder={placeholder}
                  onChange={(e) => {
                    setText(e.target.value);
                    setWrong("");
                  }}
                />
                <Button
                  type="submit"
                  working={working}
                  className="max-md:h-11"
                  aria-label={`Add to: ${title}`}
                >
                  Add
                </Button>
              </div>
            )}
          </Field>
        </form>
      ) : null}
    </section>
  );
}

const MICRO_OF_CENT = 10_000;

/** Above which cost somebody is asked once more, before mail is read again or by another model. */
function AskAbove({
  value,
  admin,
  save,
}: {
  value: number; // micro-USD
  admin: boolean;
  save(to: Change, said: string): Promise<boolean>;
}) {
  const id = useId();
  const shown = amountText({ minor: Math.round(value / MICRO_OF_CENT), currency: "USD" });
  const [text, setText] = useState(shown);
  const [wrong, setWrong] = useState("");
  const [working, setWorking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === shown) return;
    const amount = parseAmount(text, "USD");
    if (!amount || amount.minor < 0) return setWrong("Write an amount such as 5.00; 0 asks always.");
    const ask_above_micro_usd = amount.minor * MICRO_OF_CENT;
    if (ask_above_micro_usd === value) return setText(shown);
    setWorking(true);
    try {
      await save({ ask_above_micro_usd }, `You are asked once more above ${formatAmount(amount)}.`);
    } catch (error) {
      setWrong((error instanceof ApiError && error.fields.ask_above_micro_usd) || messageOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <section aria-labelledby={id} className="mt-3 border-t pt-3">
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <h3 id={id} className="font-medium">
          Ask once more above
        </h3>
        {admin ? null : <span className="tabular-nums">${shown}</span>}
      </div>
      <p className="text-muted-foreground text-xs">
        Reading mail again that is likely to cost more, or another model that is likely to cost more a month.
      </p>
      {admin ? (
        <form noValidate onSubmit={submit} className="mt-1.5">
          <Field label="Ask once more above, in US dollars" error={wrong || undefined} hidden>
            {(control) => (
              <div className="flex items-center gap-2">
                <span aria-hidden className="text-muted-foreground text-sm">
                  $
                </span>
                <Input
                  {...control}
                  className="w-32 tabular-nums"
                  inputMode="decimal"
                  autoComplete="off"
                  value={text}
                  onChange={(e) => {
                    setText(e.target.value);
                    setWrong("");
                  }}
                />
                <Button type="submit" working={working} className="max-md:h-11" aria-label="Save the amount">
                  Save
                </Button>
              </div>
            )}
          </Field>
        </form>
      ) : null}
    </section>
  );
}

const LEAST = 50;

/** From how many percent a mail is filed without asking. */
function Threshold({
  value,
  admin,
  now,
}: {
  value: number;
  admin: boolean;
  now(to: Change, said: string): void;
}) {
  const [percent, setPercent] = useState(value);
  const id = useId();
  const set = () => {
    if (percent !== value) now({ file_from: percent }, `Mail is filed from ${percent}% on.`);
  };
  return (
    <div className="mt-3 border-t pt-3">
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <label htmlFor={id} className="font-medium">
          File without asking from
        </label>
        <output htmlFor={id} className="tabular-nums">
          {percent}%
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={LEAST}
        max={100}
        step={5}
        value={percent}
        disabled={!admin}
        onChange={(e) => setPercent(e.target.valueAsNumber)}
        onPointerUp={set}
        onKeyUp={set}
        onBlur={set}
        className="mt-1 h-6 w-full accent-primary max-md:h-11"
      />
      <p className="text-muted-foreground text-xs">Mail that is less sure waits in review.</p>
    </div>
  );
}
