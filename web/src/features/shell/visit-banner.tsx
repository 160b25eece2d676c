import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { messageOf } from "../../api/client";
import { endVisit } from "../../api/queries/operator";
import { orgKey } from "../../api/queries/orgs";
import type { Organisation } from "../../api/types";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";

/** Tells an operator that they are inside somebody else's organisation, and why. */
export function VisitBanner({ org, organisation }: { org: string; organisation: Organisation }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    ...endVisit(org, client),
    onError: (error) => toast(messageOf(error)),
  });
  const { visit } = organisation;
  if (!visit) return null;
  const until = new Date(visit.expires_at).toLocaleTimeString("en-US", { timeStyle: "short" });
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-warning-line border-b bg-warning-soft px-7 py-1.5 text-sm max-md:px-4"
    >
      <Eye className="size-4 shrink-0 text-warning" aria-hidden />
      <p className="min-w-0 flex-1">
        You are visiting <strong className="font-semibold">{organisation.name}</strong> because: {visit.why}.
        You look and change nothing, until {until}.
      </p>
      <Button
        size="small"
        className="max-md:h-11"
        working={leave.isPending}
        onClick={() =>
          leave.mutate(undefined, {
            onSuccess: async () => {
              await navigate({ to: "/operator" });
              client.removeQueries({ queryKey: orgKey(org) });
            },
          })
        }
      >
        Leave
      </Button>
    </div>
  );
}
