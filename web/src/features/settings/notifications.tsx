import { useQuery } from "@tanstack/react-query";
import { waysQuery } from "../../api/queries/doors";
import { Section } from "./section";

/** What is mailed to everybody about their own account, and what to admins besides. */
const own: [what: string, when: string][] = [
  ["Your password is changed", "Right away"],
  ["Codes at sign-in are switched on or off", "Right away"],
  ["A passkey is added to your account, or removed", "Right away"],
  ["The sign-in provider is connected to your account, or disconnected", "Right away"],
  ["A browser not seen before signs in", "Right away"],
  ["Your address is changed", "Right away, to the old one"],
];
const admins: [what: string, when: string][] = [
  ["An API key is made with your account", "Right away"],
  ["A mail provider asks whether it may forward mail here", "Right away"],
  ["An operator looks at the organisation", "Right away"],
  ["The organisation is to be deleted", "Right away"],
  ["The plan's mails, AI budget or storage run short", "At the percentages set in Usage & costs"],
  [
    "Nobody pays for the organisation, and what it keeps is to be closed",
    "14 and 3 days before, and when it is",
  ],
];

/** Which mails one gets. What is about who gets in, nobody can switch off. */
export function Notifications({ admin }: { admin: boolean }) {
  const mails = useQuery(waysQuery).data?.mail;
  return (
    <Section
      title="Notifications"
      note={
        mails === false
          ? "This installation sends no mail, so you get none of these. Ask whoever runs it to set a mail relay."
          : "For you. What tells who gets in cannot be switched off."
      }
    >
      <dl>
        {[...own, ...(admin ? admins : [])].map(([what, when]) => (
          <div
            key={what}
            className="flex min-h-[34px] items-center justify-between gap-4 text-sm max-md:min-h-11"
          >
            <dt>{what}</dt>
            <dd className="shrink-0 text-muted-foreground">{mails === false ? "Not sent" : when}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
