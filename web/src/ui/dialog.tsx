import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { cn } from "../lib/cn";
import { IconButton } from "./icon-button";

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** Asks for something over the page; a sheet from below on a phone. */
export function Dialog({ open, onOpenChange, title, description, children, className }: DialogProps) {
  const before = useRef<HTMLElement | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <DialogOverlay />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            before.current = document.activeElement as HTMLElement | null;
            const content = event.currentTarget as HTMLElement;
            const field = content.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
            event.preventDefault();
            (field ?? content).focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault(); // there is no trigger that Radix knows of
            if (document.activeElement === document.body) before.current?.focus();
          }}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "fixed z-40 flex flex-col overflow-y-auto border bg-popover text-popover-foreground shadow-pop focus:outline-none",
            "max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[90dvh] max-md:rounded-t-sheet max-md:pb-[env(safe-area-inset-bottom)]",
            "md:top-[14vh] md:left-1/2 md:max-h-[76vh] md:w-[480px] md:-translate-x-1/2 md:rounded-dialog",
            className,
          )}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-1">
            <div>
              <Radix.Title className="font-semibold text-lead">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-muted-foreground text-sm">
                  {description}
                </Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <IconButton look="ghost" size="small" label="Close" keys="Escape" icon={<X aria-hidden />} />
            </Radix.Close>
          </header>
          <div className="px-5 pt-2 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The darkened page behind anything that floats over all of it. */
export function DialogOverlay() {
  return (
    <Radix.Overlay className="fixed inset-0 z-40 bg-[oklch(0.2_0.012_65/0.42)] dark:bg-[oklch(0.08_0.005_68/0.6)]" />
  );
}
