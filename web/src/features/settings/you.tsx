import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { messageOf } from "../../api/client";
import { meQuery, signOut } from "../../api/queries/session";
import { setKeysEnabled, useKeysEnabled } from "../../lib/keys";
import { setTheme, type Theme, useTheme } from "../../lib/theme";
import { Button } from "../../ui/button";
import { segmentClasses, segmentedClasses } from "../../ui/segmented";
import { Switch } from "../../ui/switch";
import { toast } from "../../ui/toast";
import { EmailAddress } from "./email";
import { Row, Section } from "./section";

const themes: readonly [Theme, string, typeof Sun][] = [
  ["system", "Device", Monitor],
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
];

/** What this browser shows and listens to. */
export function Browser() {
  const theme = useTheme();
  const keys = useKeysEnabled();
  return (
    <Section title="This browser" note="Kept here only; your other devices choose their own.">
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span id="theme-label" className="text-sm">
          Theme
        </span>
        <fieldset aria-labelledby="theme-label" className={segmentedClasses}>
          {themes.map(([value, label, Icon]) => (
            <button
              key={value}
              type="button"
              aria-pressed={theme === value}
              onClick={() => setTheme(value)}
              className={segmentClasses}
            >
              <Icon aria-hidden />
              {label}
            </button>
          ))}
        </fieldset>
      </div>
      <Switch checked={keys} onCheckedChange={setKeysEnabled} label="Single-key shortcuts" />
      <p className="text-muted-foreground text-xs">
        J, K, G then P and the like. Press ? to see them all; Ctrl K works either way.
      </p>
    </Section>
  );
}

/** Who is signed in here, and the way out. */
export function You({ role, viewer }: { role: string; viewer: boolean }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.clear();
    },
    onError: (error) => toast(messageOf(error)),
  });
  return (
    <>
      <Section
        title="You"
        note={viewer ? "You are a viewer. Ask an admin to file mail or to correct facts." : undefined}
      >
        <Row name="Name">{me.user.name || "Not given"}</Row>
        <Row name="Role">{role}</Row>
        <Button className="mt-2 max-md:h-11" onClick={() => leave.mutate()} working={leave.isPending}>
          <LogOut aria-hidden />
          Sign out
        </Button>
      </Section>
      <EmailAddress email={me.user.email} verified={me.verified === true} />
    </>
  );
}
