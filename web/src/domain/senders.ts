import type { Authentication, Email, SenderRule } from "../api/types";

/** The domain of an address, in lower case; empty without one. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 0 ? "" : address.slice(at + 1).toLowerCase();
}

// The same list as in sender.go, whose test compares the two.
const publicDomains: ReadonlySet<string> = new Set([
  "gmail.com",
  "googlemail.com",
  "outlook.com",
  "hotmail.com",
  "live.com",
  "msn.com",
  "icloud.com",
  "me.com",
  "mac.com",
  "yahoo.com",
  "ymail.com",
  "fastmail.com",
  "fastmail.fm",
  "proton.me",
  "protonmail.com",
  "pm.me",
  "zoho.com",
  "gmx.com",
  "gmx.net",
  "gmx.de",
  "aol.com",
  "yandex.com",
  "yandex.ru",
  "mail.ru",
  "qq.com",
  "163.com",
  "126.com",
  "web.de",
  "t-online.de",
  "freenet.de",
  "orange.fr",
  "wanadoo.fr",
  "free.fr",
  "laposte.net",
  "sfr.fr",
  "libero.it",
  "virgilio.it",
  "comcast.net",
  "verizon.net",
  "att.net",
  "sbcglobal.net",
  "bellsouth.net",
  "cox.net",
  "charter.net",
  "earthlink.net",
  "rocketmail.com",
  "btinternet.com",
  "sky.com",
  "shaw.ca",
  "rogers.com",
  "bigpond.com",
  "hey.com",
  "tutanota.com",
  "tuta.com",
  "mail.com",
  "inbox.com",
  "rediffmail.com",
  "terra.com.br",
  "uol.com.br",
  "bol.com.br",
  "seznam.cz",
  "wp.pl",
  "o2.pl",
  "onet.pl",
  "naver.com",
  "hanmail.net",
  "daum.net",
  "sina.com",
  "sohu.com",
  "139.com",
  "rambler.ru",
  "bk.ru",
  "inbox.ru",
  "list.ru",
  "ya.ru",
  "ukr.net",
  "mailbox.org",
  "posteo.de",
  "arcor.de",
  "mail.de",
  "tutanota.de",
  "tutamail.com",
  "bluewin.ch",
  "telenet.be",
  "skynet.be",
  "ziggo.nl",
  "kpnmail.nl",
  "planet.nl",
  "home.nl",
  "neuf.fr",
  "bbox.fr",
  "alice.it",
  "tin.it",
  "tiscali.it",
  "sapo.pt",
  "telia.com",
  "interia.pl",
  "centrum.cz",
  "email.cz",
  "ntlworld.com",
  "virginmedia.com",
  "blueyonder.co.uk",
  "talktalk.net",
  "optonline.net",
  "frontier.com",
  "frontiernet.net",
  "windstream.net",
  "centurylink.net",
  "embarqmail.com",
  "roadrunner.com",
  "pacbell.net",
  "ameritech.net",
  "juno.com",
  "netzero.net",
  "mindspring.com",
  "email.com",
  "usa.com",
  "hushmail.com",
  "pobox.com",
  "sympatico.ca",
  "bell.net",
  "telus.net",
  "videotron.ca",
  "optusnet.com.au",
  "iinet.net.au",
  "xtra.co.nz",
  "ig.com.br",
  "prodigy.net.mx",
  "zohomail.com",
]);

/** Country editions of those: hotmail.co.uk, yahoo.fr. */
const editions = /^(?:yahoo|hotmail|outlook|live|gmx|aol)\.(?:[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})$/;

/** Whether anybody can have an address of this domain, so that allowing all of it says nothing. */
export function isPublicProvider(domain: string): boolean {
  return publicDomains.has(domain) || editions.test(domain);
}

/** The address a mail says it is from; empty when it says none. */
export function authorOf(mail: Pick<Email, "from">): string {
  return mail.from[0]?.address.toLowerCase() ?? "";
}

/** The domain a mail says it is from, as it was checked. */
export function authorDomain(mail: Pick<Email, "from" | "authentication">): string {
  return mail.authentication.domain || domainOf(authorOf(mail));
}

/** The rule that is closest to an address: for itself, then its domain, then anyone. */
export function ruleFor(rules: readonly SenderRule[], address: string): SenderRule | undefined {
  const patterns = [address.toLowerCase(), `@${domainOf(address)}`, "*"];
  return patterns.map((p) => rules.find((r) => r.pattern === p)).find((r) => r !== undefined);
}

/** A rule's pattern as people say it. */
export function patternWords(pattern: string): string {
  if (pattern === "*") return "Anyone";
  return pattern.startsWith("@") ? `Everyone at ${pattern.slice(1)}` : pattern;
}

/** Whether it was looked at who sent a mail. */
function checked(a: Authentication): boolean {
  return Boolean(a.spf || a.dkim || a.dmarc);
}

/** What the checks of its sender say of a mail, in one plain line. */
export function checkLine(mail: Pick<Email, "from" | "authentication">): string {
  const { authentication: a } = mail;
  const domain = authorDomain(mail) || "its sender";
  if (a.result === "fail") return `This mail is not from ${domain}.`;
  if (a.result === "pass") return `Checked: this mail is from ${domain}.`;
  if (a.imported) return "Imported: the sender was not checked.";
  return checked(a) ? `Nothing proves that this mail is from ${domain}.` : "The sender was not checked.";
}

/** The single checks as [name, what it said]; those that were not made are left out. */
export function checkWords(a: Authentication): [name: string, words: string][] {
  const by = (a.dkim_by ?? []).join(", ");
  const all: [string, string | undefined, string][] = [
    ["SPF", a.spf, a.spf_domain ? ` for ${a.spf_domain}` : ""],
    ["DKIM", a.dkim, by ? `, signed by ${by}` : ""],
    ["DMARC", a.dmarc, a.dmarc === "fail" && a.policy ? `, the domain asks for ${a.policy}` : ""],
    [
      "ARC",
      a.arc === "none" ? undefined : a.arc,
      [a.arc_by ? `, sealed by ${a.arc_by}` : "", a.arc_saw ? `, which saw DMARC ${a.arc_saw}` : ""].join(""),
    ],
  ];
  return all.flatMap(([name, word, more]) => (word ? [[name, word + more] as [string, string]] : []));
}
