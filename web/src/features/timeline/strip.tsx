import { useEffect, useMemo, useRef, useState } from "react";
import type { FactKind, Week } from "../../api/types";
import { KindShape } from "../../domain/fact-kind";
import { cn } from "../../lib/cn";
import { addDays, dayOf, formatDate } from "../../lib/dates";
import { useNow, usePhone } from "../../lib/hooks";
import { plural } from "../../lib/money";
import {
  fillWeeks,
  mailsIn,
  monthLabels,
  moved,
  type Stretch,
  shapesOf,
  stretchOf,
  stripKinds,
} from "./strip-weeks";

interface StripProps {
  weeks: readonly Week[];
  /** The days on screen, the older first. */
  shown: { from: string; to: string } | null;
  /** The kind the timeline is narrowed to. */
  kind?: FactKind;
  /** Asks for a day: as the newest on screen, or as the oldest. */
  onJump(day: string, as: "newest" | "oldest"): void;
}

/** How far a bar stands from the next on a desktop, at most. */
const PITCH = 25;
const BAR_HEIGHT = 28;

/** How many weeks a key moves the window; both ends are further than any strip. */
const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -4,
  PageUp: 4,
  Home: -100_000,
  End: 100_000,
};

type Grip = "window" | "older" | "newer";

/** A project's weeks at a glance: a bar for mail, shapes for facts, and a window over the part on screen. */
export function Strip({ weeks, shown, kind, onJump }: StripProps) {
  const phone = usePhone();
  const today = dayOf(useNow());
  const track = useRef<HTMLDivElement>(null);
  const width = useWidth(track);
  const room = phone ? 16 : Math.max(Math.floor(width / PITCH), 12);
  const all = useMemo(() => fillWeeks(weeks, today, room), [weeks, today, room]);
  const stretch = shown ? stretchOf(all, shown.from, shown.to) : null;
  const [drag, setDrag] = useState<{ grip: Grip; from: number; by: number } | null>(null);

  // A phone shows four months, those around the window.
  const end = phone && stretch ? Math.min(all.length, Math.max(stretch.last + 8, room)) : all.length;
  const start = phone ? Math.max(0, end - room) : 0;
  const bars = all.slice(start, end);
  const pitch = width / Math.max(bars.length, 1);
  const most = Math.max(...all.map((w) => w.mails), 1);
  const view = stretch && preview(stretch, drag, all.length);
  const labels = monthLabels(bars);
  const kinds = kind ? [kind] : stripKinds;

  const weekAt = (x: number) => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return 0;
    return start + Math.min(Math.max(Math.floor((x - box.left) / pitch), 0), bars.length - 1);
  };
  const jump = (to: Stretch, as: "newest" | "oldest" = "newest") => {
    const week = all[as === "newest" ? to.last : to.first];
    if (week) onJump(as === "newest" ? addDays(week.start, 6) : week.start, as);
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!stretch) return;
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    jump(event.key === "Home" ? { first: 0, last: 0 } : moved(stretch, by, all.length));
  };

  const onPointerDown = (event: React.PointerEvent) => {
    if (event.button !== 0 || !stretch) return;
    const grip = (event.target as Element).closest<HTMLElement>("[data-grip]")?.dataset.grip as
      | Grip
      | undefined;
    const week = weekAt(event.clientX);
    if (!grip) {
      jump({ first: week, last: week });
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ grip, from: week, by: 0 });
  };
  const onPointerMove = (event: React.PointerEvent) => {
    if (drag) setDrag({ ...drag, by: weekAt(event.clientX) - drag.from });
  };
  const onPointerUp = () => {
    if (!drag || !stretch) return;
    setDrag(null);
    if (drag.by === 0) return;
    jump(preview(stretch, drag, all.length), drag.grip === "older" ? "oldest" : "newest");
  };

  return (
    <div className="flex h-[77px] flex-col rounded-card border bg-card px-4 pt-[9px] max-md:-mx-4 max-md:h-[59px] max-md:rounded-none max-md:border-x-0 max-md:border-t-0 max-md:pt-1.5">
      <div
        ref={track}
        role="slider"
        tabIndex={0}
        aria-label="Weeks on screen"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={all.length - 1}
        aria-valuenow={stretch?.last ?? all.length - 1}
        aria-valuetext={valueText(shown, stretch, all, today)}
        aria-disabled={stretch ? undefined : true}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(null)}
        className="relative h-[46px] touch-pan-y select-none rounded-[4px] max-md:h-9"
      >
        <div
          aria-hidden
          className="absolute inset-x-0 top-[28px] border-t max-md:border-transparent"
          style={{ marginInline: -2 }}
        />
        {bars.map((week, i) => (
          <div
            key={week.start}
            aria-hidden
            className="absolute top-0 h-[46px] cursor-pointer max-md:h-9"
            style={{ left: i * pitch, width: pitch }}
          >
            <div
              className={cn(
                "absolute inset-x-[1.75px] rounded-[2px] transition-colors",
                phone ? "bottom-[5px]" : "top-auto bottom-[18px]",
                view && start + i >= view.first && start + i <= view.last ? "bg-primary" : "bg-border-strong",
              )}
              style={{ height: week.mails === 0 ? 0 : Math.max(3, (week.mails / most) * BAR_HEIGHT) }}
            />
            {phone ? null : (
              <div className="absolute inset-x-0 top-[32px] flex justify-center gap-[2px]">
                {shapesOf(week, kinds, Math.floor(pitch / 9)).map((k) => (
                  <KindShape key={k} kind={k} className="size-[7px]" />
                ))}
              </div>
            )}
          </div>
        ))}
        {view ? (
          <div
            aria-hidden
            data-grip="window"
            className="absolute -top-[7px] h-[50px] cursor-grab rounded-[5px] border-[1.5px] border-primary bg-primary/10 active:cursor-grabbing max-md:-top-1 max-md:h-10"
            style={{
              left: (view.first - start) * pitch - 2,
              width: (view.last - view.first + 1) * pitch + 4,
            }}
          >
            {phone ? null : (
              <>
                <span data-grip="older" className={cn(handle, "-left-[3.5px]")} />
                <span data-grip="newer" className={cn(handle, "-right-[3.5px]")} />
              </>
            )}
          </div>
        ) : null}
      </div>
      <div aria-hidden className="relative h-4 text-muted-foreground text-xs max-md:mt-0.5">
        {labels.map((label) => (
          <span key={`${label.at}${label.text}`} className="absolute" style={{ left: label.at * pitch }}>
            {label.text}
          </span>
        ))}
      </div>
    </div>
  );
}

const handle =
  "absolute top-1/2 h-[18px] w-[5px] -translate-y-1/2 cursor-ew-resize rounded-[3px] bg-primary after:absolute after:-inset-x-2 after:-inset-y-4";

/** The window as a drag would leave it. */
function preview(stretch: Stretch, drag: { grip: Grip; by: number } | null, count: number): Stretch {
  if (!drag) return stretch;
  if (drag.grip === "window") return moved(stretch, drag.by, count);
  const at = Math.min(
    Math.max((drag.grip === "older" ? stretch.first : stretch.last) + drag.by, 0),
    count - 1,
  );
  return drag.grip === "older"
    ? { first: Math.min(at, stretch.last), last: stretch.last }
    : { first: stretch.first, last: Math.max(at, stretch.first) };
}

function valueText(
  shown: StripProps["shown"],
  stretch: Stretch | null,
  weeks: readonly Week[],
  today: string,
): string {
  if (!shown || !stretch) return "No mail on screen";
  const mails = plural(mailsIn(weeks, stretch), "mail");
  const to = formatDate(shown.to, today);
  return shown.from === shown.to ? `${to}, ${mails}` : `${formatDate(shown.from, today)} to ${to}, ${mails}`;
}

function useWidth(ref: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    watch.observe(element);
    return () => watch.disconnect();
  }, [ref]);
  return width;
}
