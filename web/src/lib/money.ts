// Money is an integer of minor units everywhere; it becomes text here and only here.

/** "$11,240", "$11,240.50", "−$500", "$85 per hour"; other currencies keep their own sign. */
export function formatAmount(amount: { minor: number; currency: string; per?: string }): string {
  const digits = minorDigits(amount.currency);
  const value = amount.minor / 10 ** digits;
  const whole = amount.minor % 10 ** digits === 0;
  const text = new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: amount.currency,
    minimumFractionDigits: whole ? 0 : digits,
    maximumFractionDigits: whole ? 0 : digits,
  }).format(Math.abs(value));
  return `${amount.minor < 0 ? "−" : ""}${text}${perWords(amount.per)}`;
}

/** What an amount is the price of, to stand behind it: " per hour", " each"; nothing for a sum. */
export function perWords(per: string | undefined): string {
  if (!per) return "";
  return per === "each" ? " each" : ` per ${per}`;
}

function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
    2
  );
}

/** Micro-USD as "$0.00"; more digits when there is something below a cent. */
export function formatMicroUSD(micro: number): string {
  const cents = micro / 10_000;
  const small = micro > 0 && cents < 1;
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 6 : 2,
  }).format(micro / 1_000_000);
}

/** Micro-USD of one call as "$0.0412"; all six digits when it is below a cent. */
export function formatFineMicroUSD(micro: number): string {
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 4,
    maximumFractionDigits: micro < 10_000 ? 6 : 4,
  }).format(micro / 1_000_000);
}

/** Micro-USD of one mail in cents: "6.0¢", "0.031¢"; from a dollar on "$1.20". */
export function formatCentsOf(micro: number): string {
  if (micro >= 1_000_000) return formatMicroUSD(micro);
  const cents = micro / 10_000;
  if (micro === 0 || cents >= 0.1) return `${cents.toFixed(1)}¢`;
  return `${cents.toLocaleString("en-US", { maximumSignificantDigits: 2 })}¢`;
}

/** USD cents as "$49". */
export function formatCents(cents: number): string {
  return formatAmount({ minor: cents, currency: "USD" });
}

/** "1,240" */
export function formatCount(n: number): string {
  return n.toLocaleString("en-US");
}

/** "1 mail", "23 mails" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** "12 KB", "3.4 MB": powers of 1,000 as file managers show them. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "$" for USD, "€" for EUR, "CHF" where there is no sign. */
export function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat("en-US", { style: "currency", currency }).formatToParts(0);
  return parts.find((p) => p.type === "currency")?.value ?? currency;
}

/** An amount as one types it: "6,400.00". */
export function amountText(amount: { minor: number; currency: string }): string {
  const digits = minorDigits(amount.currency);
  return (amount.minor / 10 ** digits).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** What somebody typed as an amount: null when it is empty, undefined when it is none. */
export function parseAmount(
  text: string,
  currency: string,
): { minor: number; currency: string } | null | undefined {
  const plain = text
    .trim()
    .replace(/^[−–]/, "-")
    .replaceAll(/[$€£¥\s,]/g, "");
  if (plain === "") return null;
  const digits = minorDigits(currency);
  const found = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(plain);
  if (!found || (found[3]?.length ?? 0) > digits) return undefined;
  const minor = Number((found[2] ?? "") + (found[3] ?? "").padEnd(digits, "0"));
  return { minor: found[1] ? -minor : minor, currency };
}
