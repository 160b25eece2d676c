import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Building2, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { meQuery, signOut } from "../../api/queries/session";
import type { Organisation } from "../../api/types";
import { roleLabels } from "../../domain/role";
import { setTheme, type Theme, useTheme } from "../../lib/theme";
import { Avatar } from "../../ui/avatar";
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

/** You, at the foot of the sidebar: theme and sign out. */
export function AccountMenu({ org }: { org: Organisation }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const theme = useTheme();
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.clear();
    },
  });
  const name = me.user.name || me.user.email;
  return (
    <Menu>
      <MenuTrigger className="flex h-8 w-full items-center gap-[7px] rounded-control px-[5px] pr-[7px] text-left transition-colors hover:bg-sidebar-accent/60 max-xl:size-9 max-xl:justify-center max-xl:px-0">
        <Avatar name={name} size="small" tone="primary" />
        <span className="sr-only">Your account:</span>
        <span className="min-w-0 flex-1 truncate font-medium text-sidebar-accent-foreground text-sm max-xl:sr-only">
          {name}
        </span>
        <span className="text-subtle-foreground text-xs max-xl:hidden">{roleLabels[org.role]}</span>
      </MenuTrigger>
      <MenuContent side="top" className="w-56">
        <MenuLabel className="truncate">{me.user.email}</MenuLabel>
        <MenuSeparator />
        <MenuRadioGroup value={theme} onValueChange={(t) => setTheme(t as Theme)}>
          <MenuRadioItem value="system">
            <Monitor aria-hidden /> Theme of this device
          </MenuRadioItem>
          <MenuRadioItem value="light">
            <Sun aria-hidden /> Light
          </MenuRadioItem>
          <MenuRadioItem value="dark">
            <Moon aria-hidden /> Dark
          </MenuRadioItem>
        </MenuRadioGroup>
        <MenuSeparator />
        {me.operator ? (
          <MenuItem onSelect={() => navigate({ to: "/operator" })}>
            <Building2 aria-hidden /> All organisations
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => leave.mutate()}>
          <LogOut aria-hidden /> Sign out
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
