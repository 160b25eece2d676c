import type { ComponentProps, ReactNode } from "react";
import { cn } from "../lib/cn";
import { buttonVariants } from "./button";
import { Tooltip } from "./tooltip";

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label" | "children"> {
  /** Its name, with its object: "Reject: Crane permit expires Nov 30". */
  label: string;
  /** A shorter text for the tooltip; the label when missing. */
  hint?: string;
  /** Shortcut shown in the tooltip, as in lib/keys. */
  keys?: string;
  look?: "outline" | "ghost" | "destructive";
  size?: "default" | "small" | "large";
  icon: ReactNode;
}

const sizes = { default: "size-8", small: "size-[26px]", large: "size-10" };

/** A square button with an icon, a name and a tooltip. */
export function IconButton({
  label,
  hint,
  keys,
  icon,
  look = "outline",
  size = "default",
  className,
  ...props
}: IconButtonProps) {
  return (
    <Tooltip text={hint ?? label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={cn(buttonVariants({ look, size }), "touch-target px-0", sizes[size], className)}
        {...props}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
