import { X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useKeys } from "../lib/keys";
import { observable, useObservable } from "../lib/observable";
import { Kbd } from "./kbd";

interface Message {
  id: number;
  text: string;
  icon?: ReactNode;
  undo?: () => void;
}

const current = observable<Message | null>(null);
let last = 0;

/** How long an action can be taken back. */
export const UNDO_MS = 10_000;

/** Says what was done, with Undo where it can be taken back. A newer message replaces an older one. */
export function toast(text: string, options: { undo?: () => void; icon?: ReactNode } = {}): void {
  last += 1;
  current.set({ id: last, text, ...options });
}

/** Takes the message away. */
export function dismissToast(): void {
  current.set(null);
}

function undoNow(): boolean {
  const message = current.get();
  if (!message?.undo) return false;
  dismissToast();
  message.undo();
  return true;
}

/** Where messages appear; goes once into the shell. Z takes the last act back. */
export function Toaster() {
  const message = useObservable(current);
  useKeys([{ keys: "z", label: "Undo", group: "Anywhere", run: undoNow }], "frame");
  useEffect(() => {
    if (!message) return;
    const timer = setTimeout(() => {
      if (current.get()?.id === message.id) dismissToast();
    }, UNDO_MS);
    return () => clearTimeout(timer);
  }, [message]);

  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-5 z-50 flex justify-center max-md:bottom-[88px]"
    >
      {message ? (
        <div className="pointer-events-auto flex min-h-9 w-full max-w-[440px] items-center gap-2.5 rounded-control bg-foreground py-1.5 pr-2 pl-3 text-background text-sm shadow-pop [&>svg]:size-4 [&>svg]:shrink-0">
          {message.icon}
          <span className="min-w-0 flex-1">{message.text}</span>
          {message.undo ? (
            <button
              type="button"
              onClick={undoNow}
              className="touch-target flex items-center gap-2 rounded-[4px] px-1 font-semibold focus-visible:outline-background"
            >
              Undo <Kbd inverse>Z</Kbd>
            </button>
          ) : (
            <button
              type="button"
              aria-label="Close message"
              onClick={dismissToast}
              className="touch-target rounded-[4px] p-1 focus-visible:outline-background"
            >
              <X className="size-4" aria-hidden />
            </button>
          )}
        </div>
      ) : null}
    </div>
  );
}
