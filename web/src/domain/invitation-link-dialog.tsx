import type { MemberInvitation } from "../api/types";
import { dayOf, formatDate } from "../lib/dates";
import { useNow } from "../lib/hooks";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { SecretOnce } from "../ui/secret-once";

/** The link of an invitation, where the server has no way to send it. It is shown this once. */
export function InvitationLinkDialog({
  invitation,
  onClose,
}: {
  invitation: MemberInvitation;
  onClose(): void;
}) {
  const today = dayOf(useNow());
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title={`Send this link to ${invitation.email}`}
      description={`This installation sends no mail itself. The link opens until ${formatDate(dayOf(invitation.expires_at), today)} and is shown only now.`}
    >
      <SecretOnce label="Link" secret={invitation.accept_url ?? ""} />
      <div className="mt-4 flex justify-end">
        <Button look="primary" className="max-md:h-11" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
