import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { Keyboard } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLive } from "../../api/live";
import { orgQuery } from "../../api/queries/orgs";
import { isClosed } from "../../domain/paid";
import { PaletteContext } from "../../domain/palette-context";
import { useNow } from "../../lib/hooks";
import { type Binding, useKeys } from "../../lib/keys";
import { remember } from "../../lib/storage";
import { Toaster } from "../../ui/toast";
import { TooltipProvider } from "../../ui/tooltip";
import { BottomBar } from "./bottom-bar";
import { OfflineLine } from "./offline-line";
import { BudgetBanner, ClosedPage, PaidBanner } from "./paid";
import { lowerPlaces, type PlaceEntry, places } from "./places";
import { noteProject } from "./recent";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { Sidebar } from "./sidebar";
import { VisitBanner } from "./visit-banner";

const Palette = lazy(() => import("./palette"));

/** Places that stay open when nobody pays. */
const opens = new Set(["billing", "settings"]);

/** The frame around every page of one organisation: places, search, shortcuts, news. */
export function Shell({ org }: { org: string }) {
  const { data } = useSuspenseQuery(orgQuery(org));
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const navigate = useNavigate();
  const closed = isClosed(data, useNow());
  useLive(org, !closed);
  useEffect(() => {
    if (!data.visit) remember("org", data.address);
  }, [data.address, data.visit]);

  const { project } = useParams({ strict: false });
  useEffect(() => {
    if (project) noteProject(org, project);
  }, [org, project]);

  const place = useLocation({ select: ({ pathname }) => pathname.split("/")[3] });
  const params = { org };
  const group = "Anywhere";
  const go = (to: PlaceEntry["to"]) => () => navigate({ to, params });
  useKeys(
    [
      {
        keys: "mod+k",
        label: "Search or jump to",
        group,
        overDialog: true,
        run: () => setPalette((open) => !open),
      },
      { keys: "/", label: "Search in this view", group, run: () => setPalette(true) },
      {
        keys: "?",
        label: "All shortcuts",
        group,
        command: true,
        icon: Keyboard,
        run: () => setShortcuts(true),
      },
      ...[...places, ...lowerPlaces].flatMap((place): Binding[] =>
        place.keys
          ? [
              {
                keys: place.keys,
                label: `Go to ${place.label}`,
                group,
                command: true,
                icon: place.icon,
                run: go(place.to),
              },
            ]
          : [],
      ),
    ],
    "frame",
  );

  return (
    <PaletteContext value={() => setPalette(true)}>
      <TooltipProvider delayDuration={400}>
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
            className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none"
          >
            <OfflineLine />
            <VisitBanner org={org} organisation={data} />
            {closed && !opens.has(place ?? "") ? (
              <ClosedPage org={org} organisation={data} />
            ) : (
              <>
                {place === "billing" ? null : <PaidBanner org={org} organisation={data} />}
                {place === "billing" || place === "usage" ? null : (
                  <BudgetBanner org={org} organisation={data} />
                )}
                <Outlet />
              </>
            )}
          </main>
          <BottomBar org={org} onSearch={() => setPalette(true)} />
          <Toaster />
          <ShortcutsDialog open={shortcuts} onOpenChange={setShortcuts} />
          <Suspense>{palette ? <Palette org={org} onClose={() => setPalette(false)} /> : null}</Suspense>
        </div>
      </TooltipProvider>
    </PaletteContext>
  );
}
