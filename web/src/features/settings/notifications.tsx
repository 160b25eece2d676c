import { useQuery } from "@tanstack/react-query";
import { waysQuery } from "../../api/queries/doors";
import { Section } from "./section";

/** What is mailed to everybody about their own account, and what to admins besides. */
const own: [what: string, when: string][] = [
  ["Your password is changed", "Right away"],
  ["Codes at sign-in are switched on or off", "Right away"],
  ["A passkey is added to your account, or removed", "Right away"],
  ["A browser not seen before signs in", "Right away"],
  ["Your address is changed", "Right away, to the old one"],
];
const admins: [what: string, when: string][] = [
  ["An API key is made with your account", "Right away"],
  ["A mail provider asks whether it may forward mail here", "Right away"],
  ["An operator looks at the organisation", "Right away"],
  ["The organisation is to be deleted", "Right away"],
];

/** Which mails one gets. They are about who gets in, so nobody can switch them off. */
export function Notifications({ admin }: { admin: boolean }) {
  const mails = useQuery(waysQuery).data?.mail;
  return (
    <Section
      title="Notifications"
      note={
        mails === false
          ? "This installation sends no mail, so you get none of these. Ask whoever runs it to set a mail relay."
          : "For you. They tell who gets in, so they cannot be switched off."
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
