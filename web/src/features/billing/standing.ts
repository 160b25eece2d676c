import type { Subscription } from "../../api/types";
import { chargeText, howOften, onceText } from "../../domain/charge";
import { planName } from "../../domain/plan";
import { addDays, dayOf, daysBetween, formatDate } from "../../lib/dates";
import { formatCents, plural } from "../../lib/money";

/** How many days what is kept can be read and exported after reading has stopped: projectr.DataKept. */
export const KEPT_DAYS = 90;

/** A trial that ends in so many days is warned of. */
const SOON_DAYS = 3;

/** How a subscription stands, in words. */
export interface Standing {
  tone: "plain" | "warning" | "danger";
  /** Beside the plan's name: what it costs, or until when. */
  line: string;
  /** What is, in a sentence or two. */
  text: string;
  /** What to do next, for whoever may; empty: nothing. */
  step: string;
  /** Where that is done: on the payment provider's pages, among the plans here, or it is to be taken back. */
  by?: "portal" | "plans" | "resume";
}

/** What holds for a subscription now. Days are the organisation's. */
export function standingOf(s: Subscription, now: Date, zone: string): Standing {
  const today = dayOf(now, zone);
  const on = (at: string | undefined) => (at ? formatDate(dayOf(at, zone), today) : "");
  const left = (at: string) => inDays(daysBetween(today, dayOf(at, zone)));
  const cost = s.price ? chargeText(s.price) : "";
  const over = s.read_until !== undefined && new Date(s.read_until) <= now;
  const since = `Since ${on(s.read_until)} mail is received and kept, and not read.`;
  const kept = !s.data_until
    ? ""
    : new Date(s.data_until) > now
      ? ` What is kept can be read and exported until ${on(s.data_until)}.`
      : ` Since ${on(s.data_until)} what is kept is closed; nothing was deleted, and all of it opens again when the plan is paid for.`;
  const unread = "after that mail is received and kept, and not read";
  const portal = { step: "Pay in the payment portal, and what waits is read.", by: "portal" } as const;

  if (!s.billing) {
    if (over)
      return {
        tone: "danger",
        line: price(s),
        text: `No payment provider is connected here. ${since}`,
        step: "Ask the operator of this installation to set the plan, and what waits is read.",
      };
    return {
      tone: "plain",
      line: s.plan.price_cents > 0 ? `Listed at ${formatCents(s.plan.price_cents)} a month` : price(s),
      text: "No payment provider is connected here, so nothing is charged. The operator of this installation sets the plan.",
      step: "Ask them for another one.",
    };
  }
  switch (s.status) {
    case "trialing": {
      const ends = s.trial_end ?? s.period_end ?? "";
      const soon = daysBetween(today, dayOf(ends, zone)) <= SOON_DAYS;
      const line = `Trial until ${on(ends)}`;
      if (!s.subscribed)
        return {
          tone: soon ? "warning" : "plain",
          line,
          text: `The trial of ${planName(s.plan.name)} ends on ${on(ends)}, ${left(ends)}${s.read_until ? `; ${unread}` : ""}.`,
          step: "Choose a plan below to go on.",
          by: "plans",
        };
      if (s.cancel_at)
        return {
          tone: "warning",
          line,
          text: `Cancelled: the trial ends on ${on(ends)} and nothing is charged; ${unread}.`,
          step: "Take it back to go on.",
          by: "resume",
        };
      return {
        tone: "plain",
        line,
        text: `The trial ends on ${on(ends)}, ${left(ends)}. ${cost ? `From then on ${cost} is charged, before taxes and discounts.` : "From then on it is charged as agreed."}`,
        step: "If you cancel before, nothing is.",
      };
    }
    case "active":
      if (s.cancel_at)
        return {
          tone: "warning",
          line: `Ends ${on(s.cancel_at)}`,
          text: `Cancelled: mail is read until ${on(s.cancel_at)}, which is paid for; ${unread}. What is kept can be read and exported until ${formatDate(addDays(dayOf(s.cancel_at, zone), KEPT_DAYS), today)}.`,
          step: "Take it back to go on.",
          by: "resume",
        };
      if (s.next_plan)
        return {
          tone: "plain",
          line: `Until ${on(s.next_at)}, then ${planName(s.next_plan)}`,
          text: `${planName(s.plan.name)} until ${on(s.next_at)}, then ${planName(s.next_plan)}${nextCost(s)}. Until then the limits stay as they are.`,
          step: "",
        };
      return {
        tone: "plain",
        line: `Renews ${on(s.period_end)}${s.price ? ` for ${onceText(s.price)}` : ""}`,
        text: s.price
          ? `Paid ${howOften(s.price)}. The price is before taxes and discounts.`
          : `The next payment is due on ${on(s.period_end)}.`,
        step: "",
      };
    case "past_due":
      if (!over && s.grace_until)
        return {
          tone: "warning",
          line: cost ? `${cost}, not paid` : "Not paid",
          text: `The last payment failed and is tried again. Mail is read until ${on(s.grace_until)}, ${left(s.grace_until)}; ${unread}.`,
          step: "Check how you pay in the payment portal.",
          by: "portal",
        };
      return {
        tone: "danger",
        line: cost ? `${cost}, not paid` : "Not paid",
        text: `The last payment failed. ${since}${kept}`,
        ...portal,
      };
    case "unpaid":
      if (!over && s.grace_until)
        return {
          tone: "warning",
          line: cost ? `${cost}, not paid` : "Not paid",
          text: `The last payment failed, and is not tried again. Mail is read until ${on(s.grace_until)}, ${left(s.grace_until)}; ${unread}.`,
          step: "Pay in the payment portal.",
          by: "portal",
        };
      return {
        tone: "danger",
        line: cost ? `${cost}, not paid` : "Not paid",
        text: `The last payment failed, and is not tried again. ${since}${kept}`,
        ...portal,
      };
    case "paused":
      if (!s.trial_end || !s.read_until || new Date(s.read_until) > new Date(s.trial_end))
        return {
          tone: "danger",
          line: "Paused",
          text: `The subscription was paused, and nothing is charged. ${since}${kept}`,
          step: "Ask the operator of this installation to have it go on, and what waits is read.",
        };
      return {
        tone: "danger",
        line: "Paused",
        text: `The trial ended without a way to pay. ${since}${kept}`,
        step: "Add one in the payment portal: then the plan begins and is charged, and what waits is read.",
        by: "portal",
      };
    case "canceled":
      if (!over) break; // the operator has set a plan since
      return {
        tone: "danger",
        line: `Ended ${on(s.read_until)}`,
        text: `The subscription has ended. ${since}${kept}`,
        step: "Choose a plan below, and what waits is read.",
        by: "plans",
      };
    case "incomplete":
      return {
        tone: over ? "danger" : "warning",
        line: price(s),
        text: `The first payment did not come through.${over ? ` ${since}${kept}` : ""}`,
        step: "Choose a plan below to pay again.",
        by: "plans",
      };
  }
  if (over)
    return {
      tone: "danger",
      line: `Trial ended ${on(s.trial_end ?? s.read_until)}`,
      text: `The trial has ended. ${since}${kept}`,
      step: "Choose a plan below, and what waits is read.",
      by: "plans",
    };
  return {
    tone: "plain",
    line: price(s),
    text: "The operator of this installation set the plan, and nothing is charged.",
    step: s.plan.by_agreement ? "" : "Choose a plan below to pay for one by the month.",
    by: s.plan.by_agreement ? undefined : "plans",
  };
}

function price({ plan }: Subscription): string {
  if (plan.by_agreement) return "Price by agreement";
  return plan.price_cents === 0 ? "Free of charge" : "Nothing is charged";
}

function nextCost({ next_price }: Subscription): string {
  return next_price ? ` for ${chargeText(next_price)}` : "";
}

function inDays(days: number): string {
  if (days <= 0) return "today";
  return days === 1 ? "tomorrow" : `in ${plural(days, "day")}`;
}
