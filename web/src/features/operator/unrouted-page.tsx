import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { dropUnrouted, redeliver, refreshOperator, unroutedQuery } from "../../api/queries/operator";
import type { UnroutedMail } from "../../api/types";
import { dayOf, formatDate } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { formatBytes } from "../../lib/money";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import { ReasonDialog } from "./reason-dialog";
import { cellClasses, numberClasses, rowClasses, type StepUp, TablePage } from "./table";

const columns = [
  { label: "Sent to" },
  { label: "Sender", wide: true },
  { label: "Received" },
  { label: "Size", number: true },
  { label: "Actions", number: true },
];

/** Mails whose address was gone when their turn came; they belong to nobody. */
export function UnroutedPage({ stepUp }: { stepUp: StepUp }) {
  const client = useQueryClient();
  const unrouted = useQuery(unroutedQuery);
  const today = dayOf(useNow());
  const [asked, setAsked] = useState<{ what: "send" | "delete"; mail: UnroutedMail } | null>(null);
  const done = async (said: string) => {
    await refreshOperator(client);
    setAsked(null);
    toast(said);
  };
  const drop = useMutation({
    mutationFn: (mail: UnroutedMail) => stepUp(() => dropUnrouted(mail)),
    onSuccess: () => done("The mail is deleted."),
  });
  return (
    <>
      <TablePage
        title="Unrouted mail"
        note="Mails that were taken in for an address that was gone when their turn came. They belong to nobody."
        what="Unrouted mail"
        empty="No mail led nowhere."
        query={unrouted}
        columns={columns}
        row={(mail) => (
          <tr key={mail.sha256 + mail.recipient} className={rowClasses}>
            <td className={`${cellClasses} break-all font-medium`}>{mail.recipient}</td>
            <td className={`${cellClasses} break-all max-lg:hidden`}>{mail.sender || "Nobody"}</td>
            <td className={`${cellClasses} tabular-nums`}>{formatDate(dayOf(mail.received_at), today)}</td>
            <td className={numberClasses}>{formatBytes(mail.size)}</td>
            <td className={cellClasses}>
              <span className="flex justify-end gap-1">
                <IconButton
                  size="small"
                  look="ghost"
                  label={`Send on: ${mail.recipient}`}
                  hint="Send on"
                  icon={<Send aria-hidden />}
                  onClick={() => setAsked({ what: "send", mail })}
                />
                <IconButton
                  size="small"
                  look="ghost"
                  label={`Delete: ${mail.recipient}`}
                  hint="Delete"
                  icon={<Trash2 aria-hidden />}
                  onClick={() => setAsked({ what: "delete", mail })}
                />
              </span>
            </td>
          </tr>
        )}
      />
      {asked?.what === "send" ? (
        <ReasonDialog
          title="Send this mail on"
          description={`It was sent to ${asked.mail.recipient}. It goes to the organisation of another address as if it had come there.`}
          label="Mail-in address"
          field="to"
          first={asked.mail.recipient}
          hint="Whole, such as acme@mail.example."
          action="Send on"
          onClose={() => setAsked(null)}
          run={async (to) => {
            await stepUp(() => redeliver(asked.mail, to));
            await done(`The mail goes to ${to}.`);
          }}
        />
      ) : null}
      {asked?.what === "delete" ? (
        <ConfirmDialog
          title="Delete this mail?"
          description={`It was sent to ${asked.mail.recipient}. Its bytes are gone then.`}
          keep="Keep it"
          action="Delete"
          working={drop.isPending}
          error={drop.error ? messageOf(drop.error) : undefined}
          onConfirm={() => drop.mutate(asked.mail)}
          onClose={() => {
            drop.reset();
            setAsked(null);
          }}
        />
      ) : null}
    </>
  );
}
