import { useQuery } from "@tanstack/react-query";
import { membersQuery } from "../api/queries/orgs";

/** Whom to ask who may change things. */
export function Admins({ org }: { org: string }) {
  const { data } = useQuery(membersQuery(org));
  const admins = (data?.items ?? [])
    .filter((m) => m.role === "admin")
    .map((m) => m.user.name || m.user.email);
  if (admins.length === 0) return null;
  return (
    <p className="mt-1 text-muted-foreground text-xs">
      {admins.length === 1 ? "The admin is" : "Admins are"} {new Intl.ListFormat("en").format(admins)}.
    </p>
  );
}
