import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

export const Menu = Radix.Root;
export const MenuTrigger = Radix.Trigger;
export const MenuRadioGroup = Radix.RadioGroup;

const itemClasses = cn(
  "relative flex min-h-8 cursor-default select-none items-center gap-2 rounded-[6px] px-2 py-1.5 text-sm outline-none",
  "data-[disabled]:text-subtle-foreground data-[highlighted]:bg-accent data-[highlighted]:text-accent-foreground",
  "max-md:min-h-11 max-md:text-base [&_svg]:size-4 [&_svg]:shrink-0",
);

/** The list a menu opens. */
export function MenuContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={6}
        align="start"
        collisionPadding={8}
        className={cn(
          "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-card border bg-popover p-1 text-popover-foreground shadow-pop",
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}

/** One thing to do. */
export function MenuItem({ className, ...props }: ComponentProps<typeof Radix.Item>) {
  return <Radix.Item className={cn(itemClasses, className)} {...props} />;
}

/** One of several, with a mark on the chosen one. */
export function MenuRadioItem({ className, children, ...props }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem className={cn(itemClasses, "pr-8", className)} {...props}>
      {children}
      <Radix.ItemIndicator className="absolute right-2">
        <Check aria-hidden className="text-primary" />
      </Radix.ItemIndicator>
    </Radix.RadioItem>
  );
}

/** A line between groups. */
export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-border" />;
}

/** A heading of a group. */
export function MenuLabel({ className, ...props }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn("px-2 py-1.5 text-muted-foreground text-xs", className)} {...props} />;
}
