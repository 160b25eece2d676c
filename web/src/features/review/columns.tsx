import { ChevronLeft } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "../../lib/cn";
import { useMedia } from "../../lib/hooks";
import { KeyCaps } from "../../ui/kbd";

interface ColumnsProps {
  list: ReactNode;
  /** The open item, and the answers to it. */
  item: ReactNode;
  answer: ReactNode;
  /** Something is open: on a narrow screen it lies over the list. */
  open: boolean;
  title: string;
  hints: readonly [keys: string, text: string][];
  onClose(): void;
}

/** The screens that have no room for three columns. */
export function useNarrow(): boolean {
  return useMedia("(max-width: 63.99rem)");
}

/** List, item, answer: side by side, or one over the other where there is no room. */
export function Columns({ list, item, answer, open, title, hints, onClose }: ColumnsProps) {
  const narrow = useNarrow();
  if (narrow) {
    return (
      <>
        <div className="min-h-0 flex-1">{list}</div>
        <Dialog.Root open={open} onOpenChange={(on) => on || onClose()}>
          <Dialog.Portal>
            <Dialog.Content
              aria-describedby={undefined}
              onOpenAutoFocus={(event) => {
                // What is read comes first, not the way back.
                event.preventDefault();
                (event.currentTarget as HTMLElement).focus();
              }}
              className="fixed inset-0 z-30 flex flex-col bg-card outline-none"
            >
              <header className="flex h-[52px] shrink-0 items-center gap-1 border-b pr-4 pl-1">
                <Dialog.Close
                  aria-label="Back to the list"
                  className="inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted-foreground"
                >
                  <ChevronLeft className="size-5" aria-hidden />
                </Dialog.Close>
                <Dialog.Title className="truncate font-semibold text-lead">{title}</Dialog.Title>
              </header>
              <div className="min-h-0 flex-1 overflow-y-auto">{item}</div>
              <div className="max-h-[56dvh] shrink-0 overflow-y-auto rounded-t-sheet border-t bg-popover pb-[max(16px,env(safe-area-inset-bottom))] shadow-pop">
                <div aria-hidden className="mx-auto mt-2 h-1 w-9 rounded-full bg-border-strong" />
                {answer}
              </div>
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
      </>
    );
  }
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[300px_minmax(0,1fr)_280px] xl:grid-cols-[372px_minmax(0,1fr)_320px]">
      <div className="min-h-0 overflow-y-auto border-r">{list}</div>
      <div className="flex min-h-0 flex-col border-r bg-card">
        <div className="min-h-0 flex-1 overflow-y-auto">{item}</div>
        <p className="flex shrink-0 flex-wrap items-center gap-x-3.5 gap-y-1 border-t bg-secondary py-[11px] pr-2 pl-7 text-muted-foreground text-xs">
          {hints.map(([keys, text]) => (
            <span key={text} className="inline-flex items-center gap-1.5">
              <KeyCaps keys={keys} /> {text}
            </span>
          ))}
        </p>
      </div>
      <div className="min-h-0 overflow-y-auto">{answer}</div>
    </div>
  );
}

/** One item of the list. */
export function ListItem({
  current,
  onOpen,
  children,
}: {
  current: boolean;
  onOpen(): void;
  children: ReactNode;
}) {
  return (
    <li className="border-b">
      <button
        type="button"
        data-item
        aria-current={current ? "true" : undefined}
        onClick={onOpen}
        className={cn(
          "block w-full px-[18px] py-[10px] text-left transition-colors hover:bg-accent focus-visible:-outline-offset-2 max-md:px-4 max-md:py-3",
          current && "bg-card shadow-[inset_3px_0_0_var(--primary)] hover:bg-card",
        )}
      >
        {children}
      </button>
    </li>
  );
}
