import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { KeyCaps } from "./kbd";

/** Goes once around the app. */
export const TooltipProvider = Radix.Provider;

/** A few words about a control, on hover and on focus. Never the only name of anything. */
export function Tooltip({
  text,
  keys,
  side = "bottom",
  children,
}: {
  text: ReactNode;
  keys?: string;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 items-center gap-2 rounded-control bg-foreground px-2 py-1 text-background text-xs shadow-pop"
        >
          {text}
          {keys ? <KeyCaps keys={keys} inverse /> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
