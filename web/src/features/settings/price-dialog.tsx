import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError, messageOf } from "../../api/client";
import { changeSettings, settingsPriceQuery } from "../../api/queries/orgs";
import type { Settings, SettingsPrice } from "../../api/types";
import { dayOf } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { Notice } from "../../ui/notice";
import { Skeleton } from "../../ui/skeleton";
import {
  askWords,
  basisWords,
  budgetWords,
  fallbackWords,
  leadWords,
  priceLines,
  yesWords,
} from "./price-words";

/** What somebody wants changed about what reads the mail. */
export interface Proposal {
  to: Partial<Settings>;
  /** What is said when it is saved. */
  said: string;
}

/** Says what a month costs by another choice of what reads the mail, before that is saved. */
export function PriceDialog({
  org,
  proposal,
  onSaved,
  onRefused,
  onClose,
}: {
  org: string;
  proposal: Proposal;
  onSaved(price: SettingsPrice): void;
  /** It cannot be: for the form that it was typed into. */
  onRefused(error: ApiError): void;
  onClose(): void;
}) {
  const { to } = proposal;
  const client = useQueryClient();
  const today = dayOf(useNow());
  const price = useQuery(settingsPriceQuery(org, to));
  const save = useMutation(changeSettings(org, client));
  // Above the amount of the settings one click is not enough.
  const [sure, setSure] = useState(false);
  const refused = price.error instanceof ApiError && price.error.code === "invalid" ? price.error : null;
  useEffect(() => {
    if (refused) onRefused(refused);
  }, [refused, onRefused]);
  if (refused) return null;
  const none = price.data?.proposed.extractor === "rules";
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title={to.extractor ? "Have a model read the mail?" : "Change the models?"}
      description="It holds for mail that comes in from now on."
    >
      {price.isError ? (
        <ErrorState
          className="mb-3"
          what="What it costs could not be found out."
          message={messageOf(price.error)}
          retry={() => price.refetch()}
        />
      ) : price.data ? (
        <Price org={org} price={price.data} today={today} />
      ) : (
        <div role="status" className="mb-4 flex flex-col gap-3 border-t pt-3">
          <span className="sr-only">Asking what it costs</span>
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      )}
      {save.error ? (
        <Notice tone="danger" className="mb-3">
          {messageOf(save.error)}
        </Notice>
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button className="max-md:h-11" onClick={onClose}>
          {none ? "Close" : "Keep it as it is"}
        </Button>
        {none ? null : (
          <Button
            look="primary"
            className="max-md:h-11"
            disabled={!price.data || price.isFetching}
            working={save.isPending}
            onClick={() => {
              if (!price.data) return;
              if (price.data.ask_again && !sure) return setSure(true);
              const told = price.data;
              save.mutate(
                { ...to, accepted_micro_usd: told.cost_micro_usd ?? 0 },
                {
                  onSuccess: () => onSaved(told),
                  onError: () => {
                    setSure(false); // it may cost something else by now
                    price.refetch();
                  },
                },
              );
            }}
          >
            {price.data && sure
              ? yesWords(price.data)
              : to.extractor
                ? "Have a model read"
                : "Change the models"}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Price({ org, price, today }: { org: string; price: SettingsPrice; today: string }) {
  if (price.proposed.extractor === "rules") {
    return <p className="mb-4 text-sm">{leadWords(price)}</p>;
  }
  const fallback = fallbackWords(price);
  const ask = askWords(price);
  return (
    <>
      <p className="text-sm">
        <span className="font-medium">{leadWords(price)}</span> {budgetWords(price, today)}
      </p>
      <dl className="mt-3 border-t text-sm">
        {priceLines(price).map(([name, is, was]) => (
          <Line key={name} name={name} was={was}>
            {is}
          </Line>
        ))}
      </dl>
      {price.little_history ? (
        <Notice tone="warning" className="mt-3 py-2">
          {basisWords(price)}
        </Notice>
      ) : null}
      {ask ? (
        <Notice tone="warning" className="mt-3 py-2">
          {ask}
        </Notice>
      ) : null}
      <p className="mt-3 mb-4 text-muted-foreground text-xs">
        {price.little_history ? "" : `${basisWords(price)} `}
        {fallback ? `${fallback} ` : ""}
        Mail that is here already stays as it was read. To have a model read it too, open{" "}
        <Link
          to="/orgs/$org/projects"
          params={{ org }}
          className="rounded-[4px] font-medium text-primary hover:underline"
        >
          a project
        </Link>{" "}
        and choose Read mail again: that has a price of its own.
      </p>
    </>
  );
}

function Line({ name, was, children }: { name: string; was: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b py-2">
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="text-right font-medium tabular-nums">
        {children}
        <span className="block font-normal text-muted-foreground text-xs">{was}</span>
      </dd>
    </div>
  );
}
