import type { Payer } from "../../api/types";

type Card = NonNullable<Payer["card"]>;

/** Brands whose name is not the provider's word with a capital. */
const brands: Record<string, string> = {
  amex: "American Express",
  diners: "Diners Club",
  jcb: "JCB",
  unionpay: "UnionPay",
  unknown: "Card",
};

/** "Visa ending 4417" */
export function nameOfCard({ brand, last4 }: Card): string {
  const name = brands[brand] ?? (brand ? `${brand[0]?.toUpperCase()}${brand.slice(1)}` : "Card");
  return `${name} ending ${last4}`;
}

const ways: Record<string, string> = {
  us_bank_account: "Bank account",
  acss_debit: "Bank account",
  sepa_debit: "SEPA direct debit",
  link: "Link",
  paypal: "PayPal",
  cashapp: "Cash App",
};

/** What is charged that is no card. */
export function wordsOfWay(way: string): string {
  return ways[way] ?? "A way to pay that is no card";
}
