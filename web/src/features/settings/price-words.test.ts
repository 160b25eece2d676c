import { expect, it } from "vitest";
import type { ReadingChoice, SettingsPrice } from "../../api/types";
import { settingsPrice } from "../../test/app";
import {
  askWords,
  basisWords,
  budgetWords,
  fallbackWords,
  leadWords,
  priceLines,
  yesWords,
} from "./price-words";

const today = "2026-11-20";

type More = Partial<Omit<SettingsPrice, "present" | "proposed">> & {
  present?: Partial<ReadingChoice>;
  proposed?: Partial<ReadingChoice>;
};

const price = ({ present, proposed, ...more }: More): SettingsPrice => ({
  ...settingsPrice,
  ...more,
  present: { ...settingsPrice.present, ...present },
  proposed: { ...settingsPrice.proposed, ...proposed },
});

it.each<[string, More]>([
  ["About $3.10 a month more at your 240 mails a month.", {}],
  ["About $1.90 a month less at your 240 mails a month.", { present: { cost_micro_usd: 5_000_000 } }],
  ["Less than 1¢ a month more at your 1 mail a month.", { proposed: { cost_micro_usd: 120, mails: 1 } }],
  [
    "Costs what it costs now: about $3.10 a month at your 240 mails a month.",
    { present: { cost_micro_usd: 3_100_080 } },
  ],
  ["Costs nothing: small is free of charge here.", { proposed: { cost_micro_usd: 0, mail_micro_usd: 0 } }],
  [
    "Costs nothing as it is: of your mail none is sent to a model.",
    { proposed: { cost_micro_usd: 0, mails: 0, no_ai: 240 } },
  ],
  [
    "What small costs is not known, so nobody can say what a month comes to.",
    { proposed: { cost_micro_usd: null, mail_micro_usd: null } },
  ],
  [
    "About $3.10 a month at your 240 mails a month; what it costs now is not known.",
    { present: { cost_micro_usd: null } },
  ],
  ["About $3.10 a month more at your 240 mails a month, if it goes on like that.", { days: 4, received: 32 }],
  [
    "No mail was read in the last 30 days, so nobody can say what a month comes to. One mail costs about 1.3¢.",
    { received: 0, proposed: { mails: 0, cost_micro_usd: 0 } },
  ],
  [
    "There is no language model on this installation, so the rules go on reading. Its operator can set one up.",
    { proposed: settingsPrice.present },
  ],
])("%s", (words, more) => {
  expect(leadWords(price(more))).toBe(words);
});

it.each<[string, More]>([
  ["Leaves about $14 of this month’s $20.", {}],
  [
    "This month’s $20 is used up: mail is read by the rules, and by the model when the month turns.",
    { budget_used_up: true },
  ],
  ["", { budget_micro_usd: null, proposed: { budget_left_micro_usd: null } }],
  ["", { proposed: { this_month_micro_usd: null, budget_left_micro_usd: null } }],
  [
    "While there is an AI budget it is not asked at all: the rules read. The operator can add its price to the price list.",
    {
      proposed: {
        mail_micro_usd: null,
        cost_micro_usd: null,
        this_month_micro_usd: null,
        budget_left_micro_usd: null,
      },
    },
  ],
  ["", { budget_micro_usd: null, proposed: { mail_micro_usd: null, cost_micro_usd: null } }],
  [
    "This month’s $20 would be used up about Nov 28. From then on mail is read by the rules, and by the model when the month turns.",
    { proposed: { budget_left_micro_usd: 0, used_up_on: "2026-11-28" } },
  ],
  [
    "This month’s $20 is used up: mail is read by the rules, and by the model when the month turns.",
    { spent_micro_usd: 20_000_000, proposed: { budget_left_micro_usd: 0, used_up_on: today } },
  ],
])("of the budget: %s", (words, more) => {
  expect(budgetWords(price(more), today)).toBe(words);
});

it("puts the figures beside those of now, and says what is not known", () => {
  expect(priceLines(price({}))).toEqual([
    ["One mail", "About 1.3¢", "now nothing"],
    ["A month", "About $3.10", "now nothing"],
    ["This month, until its end", "About $6", "$4 so far"],
  ]);
  const unknown = { cost_micro_usd: null, mail_micro_usd: null, this_month_micro_usd: null };
  expect(priceLines(price({ spent_micro_usd: 0, proposed: unknown, present: unknown }))).toEqual([
    ["One mail", "Not known", "now not known"],
    ["A month", "Not known", "now not known"],
    ["This month, until its end", "Not known", "nothing so far"],
  ]);
});

it.each<[string, More]>([
  ["Based on 240 mails that were read in the last 30 days, estimated by 40 of them.", {}],
  [
    "Based on 240 mails that were read in the last 30 days, by what models used for your mail so far.",
    { tokens_by: "ledger" },
  ],
  [
    "Based on 12 mails that were read in the last 30 days. 3 mails a month must not be sent to a model.",
    { received: 12, sampled: 12, proposed: { no_ai: 3 } },
  ],
  [
    "Based on 1 mail that was read in a day: too little to be sure.",
    { days: 1, received: 1, sampled: 1, little_history: true },
  ],
  [
    "Based on a made-up mail: there is none of yours yet.",
    { days: 1, received: 0, sampled: 0, little_history: true, tokens_by: "example" },
  ],
])("%s", (words, more) => {
  expect(basisWords(price(more))).toBe(words);
});

it("names the models that are asked after the first, and the second click", () => {
  expect(fallbackWords(price({}))).toBe("");
  const models = [
    ...settingsPrice.proposed.models,
    { model: "large", mail_micro_usd: 62_000 },
    { model: "new", mail_micro_usd: null },
  ];
  expect(fallbackWords(price({ proposed: { models } }))).toBe(
    "Where small does not answer, the next reads: large for about 6.2¢ a mail, new at a price nobody knows.",
  );
  expect(askWords(price({}))).toBe("");
  const above = price({ ask_again: true, cost_micro_usd: 12_340_000 });
  expect(askWords(above)).toBe(
    "You will be asked once more: this is above the $5 from which your organisation wants that.",
  );
  expect(yesWords(above)).toBe("Yes, spend about $12.34 a month");
  const unknown = price({ ask_again: true, cost_micro_usd: null });
  expect(askWords(unknown)).toBe("You will be asked once more, because the price is not known.");
  expect(yesWords(unknown)).toBe("Yes, at a price nobody knows");
});
