import type { MailAddress } from "../api/types";
import { cn } from "../lib/cn";
import { Avatar } from "../ui/avatar";

/** What to call a mailbox: its name, else its address. */
export function personName(person: MailAddress | undefined): string {
  return person?.name || person?.address || "Unknown sender";
}

/** A person with initials and name; the address, which cannot lie as easily, on hover. */
export function PersonChip({ person, className }: { person: MailAddress; className?: string }) {
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-2", className)} title={person.address}>
      <Avatar name={personName(person)} size="small" />
      <span className="truncate">{personName(person)}</span>
    </span>
  );
}
