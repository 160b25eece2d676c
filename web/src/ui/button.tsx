import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

export const buttonVariants = cva(
  [
    "inline-flex shrink-0 select-none items-center justify-center gap-[7px] whitespace-nowrap rounded-control border font-medium transition-colors",
    "disabled:cursor-default disabled:border-border disabled:bg-muted disabled:text-subtle-foreground",
    "[&_svg]:shrink-0",
  ],
  {
    variants: {
      look: {
        primary:
          "border-primary bg-primary text-primary-foreground hover:border-primary-hover hover:bg-primary-hover",
        outline: "border-border-strong bg-card text-foreground hover:bg-accent",
        destructive: "border-border-strong bg-card text-destructive hover:bg-accent",
        "destructive-fill": "border-destructive bg-destructive text-destructive-foreground hover:opacity-90",
        ghost: "border-transparent text-foreground hover:bg-accent",
        link: "rounded-[3px] border-transparent text-primary hover:underline",
      },
      size: {
        default: "h-8 px-3 text-sm [&_svg]:size-[15px]",
        small: "h-[26px] px-2 text-sm [&_svg]:size-3.5",
        large: "h-10 px-4 text-base [&_svg]:size-[18px]",
        none: "h-auto p-0",
      },
    },
    defaultVariants: { look: "outline", size: "default" },
  },
);

interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonVariants> {
  /** The child is the element, for links that look like buttons. */
  asChild?: boolean;
  /** Work goes on: shows a turning mark and takes no second press. */
  working?: boolean;
}

/** A button. One primary a view; its words are a verb and a noun. */
export function Button({
  look,
  size,
  asChild,
  working,
  className,
  children,
  disabled,
  ...props
}: ButtonProps) {
  const classes = cn(buttonVariants({ look, size: look === "link" ? (size ?? "none") : size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      {...props}
      className={classes}
      aria-busy={working || undefined}
      disabled={disabled}
      onClick={working ? (e) => e.preventDefault() : props.onClick}
    >
      {working ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  );
}
