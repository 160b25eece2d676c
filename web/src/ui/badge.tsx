import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "../lib/cn";

const variants = cva(
  "inline-flex h-5 shrink-0 items-center gap-1 whitespace-nowrap rounded-tag px-1.5 font-medium text-xs",
  {
    variants: {
      tone: {
        neutral: "bg-secondary text-secondary-foreground",
        primary: "bg-primary-soft text-primary-soft-foreground",
        success: "bg-success-soft text-success",
        warning: "bg-warning-soft text-warning",
        danger: "bg-destructive-soft text-destructive",
        review: "border border-warning-line bg-warning-soft text-warning",
      },
    },
    defaultVariants: { tone: "neutral" },
  },
);

/** A small tag of one or two words. */
export function Badge({ tone, className, ...props }: ComponentProps<"span"> & VariantProps<typeof variants>) {
  return <span className={cn(variants({ tone }), className)} {...props} />;
}
