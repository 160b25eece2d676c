import { ChevronDown } from "lucide-react";
import type { RejectReason } from "../api/queries/facts";
import type { Fact } from "../api/types";
import { Button } from "../ui/button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "../ui/menu";
import { rejectReasons } from "./answers";

/** The reasons a fact can be rejected for, to stand in a menu. */
export function RejectItems({ onReject }: { onReject(reason: RejectReason): void }) {
  return rejectReasons.map((r) => (
    <MenuItem key={r.value} onSelect={() => onReject(r.value)}>
      {r.label}
    </MenuItem>
  ));
}

/** Rejects a fact with a reason, in one pick. */
export function RejectMenu({
  fact,
  onReject,
  className,
}: {
  fact: Fact;
  onReject(reason: RejectReason): void;
  className?: string;
}) {
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button look="destructive" size="small" className={className} aria-label={`Reject: ${fact.text}`}>
          Reject <ChevronDown aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <RejectItems onReject={onReject} />
      </MenuContent>
    </Menu>
  );
}
