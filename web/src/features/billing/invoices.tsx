import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed, Download, ExternalLink } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { invoicesQuery } from "../../api/queries/billing";
import type { Invoice, Plan } from "../../api/types";
import { planName } from "../../domain/plan";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { amountText, currencySign } from "../../lib/money";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";

/** How many are shown at first: a year of them. */
const FEW = 12;

/** What the organisation was asked to pay. */
export function Invoices({ org, zone, plans }: { org: string; zone: string; plans: Plan[] }) {
  const invoices = useQuery(invoicesQuery(org));
  const [all, setAll] = useState(false);
  if (invoices.isError && !invoices.data) {
    return (
      <ErrorState
        className="mt-3"
        what="The invoices could not be read."
        message={messageOf(invoices.error)}
        retry={() => invoices.refetch()}
      />
    );
  }
  const items = invoices.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card className="mt-3 overflow-hidden">
      <header className="flex min-h-10 items-center justify-between gap-3 px-4 pt-1.5">
        <h2 id="invoices" className="font-semibold text-base tracking-[-0.012em]">
          Invoices
        </h2>
        {items.length > FEW && !all ? (
          <Button look="link" className="touch-target font-medium text-sm" onClick={() => setAll(true)}>
            All invoices
          </Button>
        ) : null}
      </header>
      <ul aria-labelledby="invoices">
        {(all ? items : items.slice(0, FEW)).map((invoice) => (
          <Row key={invoice.id} invoice={invoice} zone={zone} what={whatFor(invoice, plans)} />
        ))}
      </ul>
    </Card>
  );
}

/** "$149.00": with all its digits, as amounts stand below each other. */
function money({ total, currency }: Invoice): string {
  return `${total < 0 ? "−" : ""}${currencySign(currency)}${amountText({ minor: Math.abs(total), currency })}`;
}

/** "Professional", "Upgrade from Starter, prorated"; nothing where it is for no plan. */
function whatFor({ plan, instead_of: was }: Invoice, plans: Plan[]): string {
  if (!plan) return "";
  if (!was) return planName(plan);
  const [before, after] = [was, plan].map((name) => plans.find((p) => p.name === name));
  const falls = before && after && !after.by_agreement && before.price_cents > after.price_cents;
  return `${falls ? "Switch" : "Upgrade"} from ${planName(was)}, prorated`;
}

const states: Record<string, { words: string; icon: typeof CircleCheck; look: string }> = {
  draft: { words: "Not due yet", icon: CircleDashed, look: "text-muted-foreground" },
  open: { words: "To be paid", icon: CircleAlert, look: "text-warning" },
  paid: { words: "Paid", icon: CircleCheck, look: "text-success" },
  uncollectible: { words: "Written off", icon: CircleAlert, look: "text-muted-foreground" },
  void: { words: "Void", icon: CircleDashed, look: "text-muted-foreground" },
};

function Row({ invoice, zone, what }: { invoice: Invoice; zone: string; what: string }) {
  const {
    words,
    icon: Icon,
    look,
  } = states[invoice.state] ?? {
    words: invoice.state,
    icon: CircleDashed,
    look: "text-muted-foreground",
  };
  const number = invoice.number || "without a number yet";
  return (
    <li className="flex min-h-[30px] items-center gap-x-4 border-b px-4 text-sm last:border-0 max-lg:flex-wrap max-lg:gap-y-1 max-lg:py-2 max-md:py-2.5">
      <span className="w-[106px] shrink-0 tabular-nums">{formatDate(dayOf(invoice.at, zone), "")}</span>
      <span className="w-[144px] min-w-0 truncate text-muted-foreground max-lg:w-0 max-lg:flex-1">
        {invoice.number}
      </span>
      <span className="min-w-0 flex-1 truncate max-lg:order-7 max-lg:basis-full max-lg:empty:hidden max-md:order-4">
        {what}
      </span>
      <span className="flex w-[112px] shrink-0 items-center gap-1.5 text-muted-foreground max-md:order-5">
        <Icon aria-hidden className={cn("size-4", look)} strokeWidth={1.75} />
        {words}
      </span>
      <span className="w-[88px] shrink-0 text-right font-medium tabular-nums max-md:order-3">
        {money(invoice)}
      </span>
      <span className="flex w-[116px] shrink-0 justify-end gap-4 max-md:order-6 max-md:ml-auto">
        {invoice.url ? (
          <a
            href={invoice.url}
            target="_blank"
            rel="noreferrer"
            aria-label={`View invoice ${number}`}
            className="touch-target flex items-center gap-1 font-medium text-primary hover:underline"
          >
            <ExternalLink aria-hidden className="size-[15px]" />
            View
          </a>
        ) : null}
        {invoice.pdf ? (
          <a
            href={invoice.pdf}
            target="_blank"
            rel="noreferrer"
            aria-label={`PDF of invoice ${number}`}
            className="touch-target flex items-center gap-1 font-medium text-primary hover:underline"
          >
            <Download aria-hidden className="size-[15px]" />
            PDF
          </a>
        ) : null}
      </span>
    </li>
  );
}
