import { type RefObject, useEffect, useState } from "react";

/** The days on screen, the older first. */
export interface OnScreen {
  from: string;
  to: string;
}

/** What scrolls a page. */
export function scroller(): HTMLElement | null {
  return document.getElementById("main");
}

/**
 * Which of the elements with data-day are on screen, below `covered` px that
 * something sticky covers. `version` changes when the list does.
 */
export function useOnScreen(
  list: RefObject<HTMLElement | null>,
  covered: number,
  version: unknown,
): OnScreen | null {
  const [shown, setShown] = useState<OnScreen | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version says that there are other elements
  useEffect(() => {
    const main = scroller();
    if (!main) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      const { top, bottom } = main.getBoundingClientRect();
      const days = [...(list.current?.querySelectorAll<HTMLElement>("[data-day]") ?? [])];
      const seen = days.filter((day) => {
        const box = day.getBoundingClientRect();
        return box.bottom > top + covered + 8 && box.top < bottom - 8;
      });
      const to = (seen[0] ?? days.at(-1))?.dataset.day;
      const from = (seen.at(-1) ?? days.at(-1))?.dataset.day;
      const next = from && to ? { from, to } : null;
      setShown((old) => (old?.from === next?.from && old?.to === next?.to ? old : next));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    soon();
    main.addEventListener("scroll", soon, { passive: true });
    const watch = new ResizeObserver(soon);
    watch.observe(main);
    if (list.current) watch.observe(list.current);
    return () => {
      cancelAnimationFrame(frame);
      main.removeEventListener("scroll", soon);
      watch.disconnect();
    };
  }, [list, covered, version]);
  return shown;
}
