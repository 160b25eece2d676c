import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Copy, Settings } from "lucide-react";
import { meQuery } from "../../api/queries/session";
import type { Organisation } from "../../api/types";
import { BrandMark } from "../../ui/brand";
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from "../../ui/menu";
import { toast } from "../../ui/toast";

/** The firm at the top of the sidebar: changes between organisations, copies the mail-in address. */
export function OrgMenu({ org }: { org: Organisation }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const navigate = useNavigate();
  const copy = async () => {
    await navigator.clipboard.writeText(org.mail_in);
    toast(`Copied ${org.mail_in}`);
  };
  return (
    <Menu>
      <MenuTrigger
        aria-label={`Organisation: ${org.name}`}
        className="flex h-8 w-full items-center gap-[9px] rounded-control px-1.5 text-left transition-colors hover:bg-sidebar-accent/60 max-xl:size-9 max-xl:justify-center max-xl:px-0"
      >
        <BrandMark />
        <span className="min-w-0 flex-1 truncate font-semibold text-sidebar-accent-foreground text-sm tracking-[-0.01em] max-xl:hidden">
          {org.name}
        </span>
        <ChevronsUpDown
          className="-ml-1 size-[15px] shrink-0 text-subtle-foreground max-xl:hidden"
          aria-hidden
        />
      </MenuTrigger>
      <MenuContent className="w-64">
        <MenuLabel>Organisations</MenuLabel>
        <MenuRadioGroup
          value={org.address}
          onValueChange={(address) => navigate({ to: "/orgs/$org/projects", params: { org: address } })}
        >
          {me.organisations.map((o) => (
            <MenuRadioItem key={o.id} value={o.address}>
              <span className="truncate">{o.name}</span>
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem onSelect={copy}>
          <Copy aria-hidden />
          <span className="truncate">Copy {org.mail_in}</span>
        </MenuItem>
        <MenuItem onSelect={() => navigate({ to: "/orgs/$org/settings", params: { org: org.address } })}>
          <Settings aria-hidden />
          Settings
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
