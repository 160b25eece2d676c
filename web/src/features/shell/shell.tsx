import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLive } from "../../api/live";
import { orgQuery } from "../../api/queries/orgs";
import { PaletteContext } from "../../domain/palette-context";
import { useKeys } from "../../lib/keys";
import { remember } from "../../lib/storage";
import { Toaster } from "../../ui/toast";
import { BottomBar } from "./bottom-bar";
import { OfflineLine } from "./offline-line";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { Sidebar } from "./sidebar";

const Palette = lazy(() => import("./palette"));

/** The frame around every page of one organisation: places, search, shortcuts, news. */
export function Shell({ org }: { org: string }) {
  const { data } = useSuspenseQuery(orgQuery(org));
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const navigate = useNavigate();
  useLive(org);
  useEffect(() => remember("org", data.address), [data.address]);

  const params = { org };
  const group = "Anywhere";
  useKeys([
    {
      keys: "mod+k",
      label: "Search or jump to",
      group,
      overDialog: true,
      run: () => setPalette((open) => !open),
    },
    { keys: "/", label: "Search in this view", group, run: () => setPalette(true) },
    { keys: "?", label: "All shortcuts", group, command: true, run: () => setShortcuts(true) },
    {
      keys: "g p",
      label: "Go to Projects",
      group,
      command: true,
      run: () => navigate({ to: "/orgs/$org/projects", params }),
    },
    {
      keys: "g a",
      label: "Go to My actions",
      group,
      command: true,
      run: () => navigate({ to: "/orgs/$org/actions", params }),
    },
    {
      keys: "g r",
      label: "Go to Review",
      group,
      command: true,
      run: () => navigate({ to: "/orgs/$org/review", params }),
    },
    {
      keys: "g u",
      label: "Go to Usage & costs",
      group,
      command: true,
      run: () => navigate({ to: "/orgs/$org/usage", params }),
    },
    {
      keys: "g s",
      label: "Go to Settings",
      group,
      command: true,
      run: () => navigate({ to: "/orgs/$org/settings", params }),
    },
  ]);

  return (
    <PaletteContext value={() => setPalette(true)}>
      <div className="flex h-dvh max-md:flex-col">
        <a
          href="#main"
          className="absolute top-2 left-2 z-50 -translate-y-16 rounded-control bg-primary px-3 py-2 font-medium text-primary-foreground text-sm focus:translate-y-0"
        >
          Skip to content
        </a>
        <Sidebar org={org} onSearch={() => setPalette(true)} />
        <main
          id="main"
          tabIndex={-1}
          className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none"
        >
          <OfflineLine />
          <Outlet />
        </main>
        <BottomBar org={org} onSearch={() => setPalette(true)} />
        <Toaster />
        <ShortcutsDialog open={shortcuts} onOpenChange={setShortcuts} />
        <Suspense>{palette ? <Palette org={org} onClose={() => setPalette(false)} /> : null}</Suspense>
      </div>
    </PaletteContext>
  );
}
