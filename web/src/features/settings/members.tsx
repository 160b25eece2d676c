import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { messageOf } from "../../api/client";
import { membersQuery } from "../../api/queries/orgs";
import { meQuery } from "../../api/queries/session";
import { roleLabels } from "../../domain/role";
import { plural } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";

/** The organisation's people and their roles. */
export function Members({ org }: { org: string }) {
  const members = useQuery(membersQuery(org));
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Card className="overflow-hidden">
      <h2 className="flex items-baseline gap-2 px-4 pt-3 pb-2">
        <span className="font-semibold text-base tracking-[-0.012em]">Members</span>
        <span className="text-sm text-subtle-foreground">
          {members.data
            ? `${plural(members.data.items.length, "person", "people")}${members.data.next ? " shown" : ""}`
            : null}
        </span>
      </h2>
      {members.isError ? (
        <ErrorState
          className="mx-4 mb-4"
          what="The members could not be read."
          message={messageOf(members.error)}
          retry={() => members.refetch()}
        />
      ) : (
        <table className="w-full table-fixed text-sm">
          <thead>
            <tr className="h-[29px] border-b text-left text-subtle-foreground text-xs">
              <th scope="col" className="pl-4 font-medium">
                Name
              </th>
              <th scope="col" className="font-medium max-md:hidden">
                Email
              </th>
              <th scope="col" className="w-28 font-medium max-md:w-20">
                Role
              </th>
            </tr>
          </thead>
          <tbody>
            {members.data?.items.map(({ user, role }) => (
              <tr key={user.id} className="h-[37px] border-b last:border-0">
                <td className="pl-4">
                  <span className="flex min-w-0 items-center gap-2">
                    <Avatar
                      name={user.name || user.email}
                      size="small"
                      tone={user.id === me.user.id ? "primary" : "neutral"}
                    />
                    <span className="truncate font-medium">{user.name || user.email}</span>
                    {user.id === me.user.id ? <Badge>You</Badge> : null}
                    {user.disabled ? <Badge tone="warning">Disabled</Badge> : null}
                  </span>
                </td>
                <td className="truncate pr-3 text-muted-foreground max-md:hidden">{user.email}</td>
                <td>{roleLabels[role]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
