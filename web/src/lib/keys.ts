import { type ComponentType, useEffect } from "react";
import { useLatest } from "./hooks";
import { observable, useObservable } from "./observable";
import { remember, remembered } from "./storage";

/** One shortcut: what to press, what it does in words, and the doing. */
export interface Binding {
  /** "j", "g p" (one after the other), "mod+k" (Ctrl, or Cmd on a Mac), "Enter", "ArrowDown". */
  keys: string;
  label: string;
  /** Where it is listed among all shortcuts. */
  group: string;
  /** The handler answers false when it does not apply now; then others are asked. */
  run(event: KeyboardEvent): unknown;
  /** Also offered as a command in the palette. */
  command?: boolean;
  /** Drawn beside the command. */
  icon?: ComponentType<{ className?: string; "aria-hidden"?: boolean }>;
  /** Works over an open dialog too. */
  overDialog?: boolean;
}

const SEQUENCE_MS = 1200;

/** How near a layer of shortcuts is: the frame's yield to the page's, those to what is open on the page. */
export const nearness = { frame: 0, page: 1, open: 2 } as const;

interface Layer {
  bindings: { readonly current: readonly Binding[] };
  near: number;
}

/** The nearest first. */
const layers = observable<readonly Layer[]>([]);
const enabled = observable(remembered<boolean>("keys") !== false);

/** Whether single-key shortcuts are on in this browser. */
export function useKeysEnabled(): boolean {
  return useObservable(enabled);
}

/** Switches single-key shortcuts on or off; Ctrl K and Esc always work. */
export function setKeysEnabled(on: boolean): void {
  enabled.set(on);
  remember("keys", on ? undefined : false);
}

/** Every shortcut that works now, the nearest first. */
export function useBindings(): readonly Binding[] {
  return useObservable(layers).flatMap((layer) => layer.bindings.current);
}

/**
 * Makes the bindings work while the component is shown. Where two use the same
 * keys the nearer is asked first; among equals the one shown last.
 */
export function useKeys(bindings: readonly Binding[], near: keyof typeof nearness = "page"): void {
  const latest = useLatest(bindings);
  useEffect(() => {
    const layer = { bindings: latest, near: nearness[near] };
    layers.set([layer, ...layers.get()].sort((a, b) => b.near - a.near));
    return () => layers.set(layers.get().filter((l) => l !== layer));
  }, [latest, near]);
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[contenteditable='true']")) return true;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type))
  );
}

/** A control on which Enter and Space already mean something. */
function pressable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("a[href], button, summary, [role='menuitem'], [role='tab']") !== null
  );
}

function stroke(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return mod + (key === " " ? "Space" : key);
}

/** Listens on the window; one listener for the whole app. Returns what stops it. */
export function startKeys(): () => void {
  let before = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const pressed = stroke(event);
    const modified = pressed.startsWith("mod+");
    if (!modified && (!enabled.get() || typing(event.target))) return;
    if (/^(Enter|Space)$/.test(pressed) && pressable(event.target)) return;

    const inDialog =
      document.querySelector("[role='dialog'],[role='alertdialog'],[role='menu'],[role='listbox']") !== null;
    const sequence = before ? `${before} ${pressed}` : "";
    before = "";
    clearTimeout(timer);

    const live = layers
      .get()
      .flatMap((layer) => layer.bindings.current)
      .filter((b) => !inDialog || b.overDialog);
    for (const wanted of [sequence, pressed]) {
      for (const binding of live) {
        if (wanted && binding.keys === wanted && binding.run(event) !== false) {
          event.preventDefault();
          return;
        }
      }
    }
    if (!modified && live.some((b) => b.keys.startsWith(`${pressed} `))) {
      before = pressed;
      timer = setTimeout(() => {
        before = "";
      }, SEQUENCE_MS);
    }
  };

  window.addEventListener("keydown", onKeyDown);
  return () => {
    clearTimeout(timer);
    window.removeEventListener("keydown", onKeyDown);
  };
}

const names: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** The caps to draw for a binding: "g p" → ["G", "P"], "mod+k" → ["Ctrl K"]. */
export function keyCaps(keys: string): string[] {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  return keys.split(" ").map((part) => {
    const [mod, key] = part.startsWith("mod+") ? [mac ? "⌘" : "Ctrl ", part.slice(4)] : ["", part];
    return mod + (names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
  });
}
