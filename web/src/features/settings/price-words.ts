import type { ReadingChoice, SettingsPrice } from "../../api/types";
import { formatDate } from "../../lib/dates";
import { formatAmount, formatCentsOf, plural } from "../../lib/money";

/** "$3.10", "$20" of micro-USD. */
const money = (micro: number) => formatAmount({ minor: Math.round(micro / 10_000), currency: "USD" });

/** "about $3.10", "less than 1¢", "nothing" */
function about(micro: number): string {
  if (micro === 0) return "nothing";
  return micro < 10_000 ? "less than 1¢" : `about ${money(micro)}`;
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const first = (choice: ReadingChoice) => choice.models[0]?.model ?? "this model";

/** What another choice costs, in a sentence or two: "About $3.10 a month more at your 240 mails a month." */
export function leadWords({ present: now, proposed: then, received, days }: SettingsPrice): string {
  if (then.extractor === "rules")
    return "There is no language model on this installation, so the rules go on reading. Its operator can set one up.";
  if (then.cost_micro_usd === null || then.mail_micro_usd === null)
    return `What ${first(then)} costs is not known, so nobody can say what a month comes to.`;
  if (received === 0)
    return `No mail was read in the last 30 days, so nobody can say what a month comes to. One mail costs ${about(then.mail_micro_usd) === "nothing" ? "nothing" : `about ${formatCentsOf(then.mail_micro_usd)}`}.`;
  const at = `at your ${plural(then.mails, "mail")} a month`;
  if (now.cost_micro_usd === null)
    return `${upper(about(then.cost_micro_usd))} a month ${at}; what it costs now is not known.`;
  const more = then.cost_micro_usd - now.cost_micro_usd;
  if (more === 0) {
    if (then.mail_micro_usd === 0) return `Costs nothing: ${first(then)} is free of charge here.`;
    if (then.mails === 0) return "Costs nothing as it is: of your mail none is sent to a model.";
    return `Costs what it costs now: ${about(then.cost_micro_usd)} a month ${at}.`;
  }
  const scaled = days < 30 ? ", if it goes on like that" : "";
  return `${upper(about(Math.abs(more)))} a month ${more > 0 ? "more" : "less"} ${at}${scaled}.`;
}

/** What it does to this month's AI budget; empty where there is none. */
export function budgetWords(
  { proposed: then, budget_micro_usd: budget, spent_micro_usd: spent, budget_used_up: gone }: SettingsPrice,
  today: string,
) {
  if (budget === null) return "";
  if (then.mail_micro_usd === null)
    return `While there is an AI budget it is not asked at all: ${then.models.length > 1 ? "the next model reads" : "the rules read"}. The operator can add its price to the price list.`;
  if (then.this_month_micro_usd === null || then.budget_left_micro_usd === null) return "";
  const after = "From then on mail is read by the rules, and by the model when the month turns.";
  if (gone || spent >= budget)
    return `This month’s ${money(budget)} is used up: mail is read by the rules, and by the model when the month turns.`;
  if (then.used_up_on)
    return `This month’s ${money(budget)} would be used up about ${formatDate(then.used_up_on, today)}. ${after}`;
  return `Leaves about ${money(then.budget_left_micro_usd)} of this month’s ${money(budget)}.`;
}

/** The figures: name, by the new choice, by the present one. */
export function priceLines({
  present: now,
  proposed: then,
  spent_micro_usd: spent,
}: SettingsPrice): [string, string, string][] {
  const not = "not known";
  const mail = (micro: number | null) =>
    micro === null ? not : micro === 0 ? "nothing" : `about ${formatCentsOf(micro)}`;
  const sum = (micro: number | null) => (micro === null ? not : about(micro));
  return [
    ["One mail", upper(mail(then.mail_micro_usd)), `now ${mail(now.mail_micro_usd)}`],
    ["A month", upper(sum(then.cost_micro_usd)), `now ${sum(now.cost_micro_usd)}`],
    [
      "This month, until its end",
      upper(sum(then.this_month_micro_usd)),
      `${sum(spent).replace("about ", "")} so far`,
    ],
  ];
}

/** What it is reckoned from. */
export function basisWords({
  proposed: then,
  received,
  sampled,
  days,
  little_history,
  tokens_by: by,
}: SettingsPrice): string {
  const kept = then.no_ai > 0 ? ` ${plural(then.no_ai, "mail")} a month must not be sent to a model.` : "";
  if (received === 0) return "Based on a made-up mail: there is none of yours yet.";
  const from = `${plural(received, "mail")} that ${received === 1 ? "was" : "were"} read in ${days === 1 ? "a day" : `the last ${days} days`}`;
  if (little_history) return `Based on ${from}: too little to be sure.${kept}`;
  const how =
    by === "ledger"
      ? ", by what models used for your mail so far"
      : sampled < received
        ? `, estimated by ${sampled} of them`
        : "";
  return `Based on ${from}${how}.${kept}`;
}

/** What the models cost that are asked when the first does not answer; empty where there is none. */
export function fallbackWords({ proposed: then }: SettingsPrice): string {
  const [one, ...others] = then.models;
  if (!one || others.length === 0) return "";
  const each = others.map(({ model, mail_micro_usd: micro }) =>
    micro === null ? `${model} at a price nobody knows` : `${model} for about ${formatCentsOf(micro)} a mail`,
  );
  return `Where ${one.model} does not answer, the next reads: ${each.join(", ")}.`;
}

/** Why one click is not enough; empty where it is. */
export function askWords({
  ask_again,
  cost_micro_usd: cost,
  ask_above_micro_usd: above,
}: SettingsPrice): string {
  if (!ask_again) return "";
  return cost === null
    ? "You will be asked once more, because the price is not known."
    : `You will be asked once more: this is above the ${money(above)} from which your organisation wants that.`;
}

/** The words of the second click. */
export function yesWords({ cost_micro_usd: cost }: SettingsPrice): string {
  return cost === null ? "Yes, at a price nobody knows" : `Yes, spend ${about(cost)} a month`;
}
