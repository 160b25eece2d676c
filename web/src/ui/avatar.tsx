import { cva, type VariantProps } from "class-variance-authority";
import { cn } from "../lib/cn";

const variants = cva(
  "inline-flex shrink-0 select-none items-center justify-center rounded-full border font-semibold leading-none",
  {
    variants: {
      size: { small: "size-6 text-[10px]", default: "size-[26px] text-[10px]", large: "size-8 text-xs" },
      tone: {
        neutral: "border-border-strong/60 bg-secondary text-secondary-foreground",
        primary: "border-border bg-primary-soft text-primary-soft-foreground",
      },
    },
    defaultVariants: { size: "default", tone: "neutral" },
  },
);

/** The first letters of a name: "Dana Orlik" → "DO". An address gives its first letter. */
export function initials(name: string): string {
  const words = name
    .replace(/@.*/, "")
    .split(/[\s.,_-]+/)
    .filter((w) => /^\p{L}/u.test(w));
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""]
    .map((w) => [...(w ?? "")][0] ?? "")
    .join("");
  return letters.toUpperCase() || "?";
}

/** A person's initials in a circle. The name stands beside it, so this is hidden from readers. */
export function Avatar({
  name,
  size,
  tone,
  className,
}: VariantProps<typeof variants> & { name: string; className?: string }) {
  return (
    <span aria-hidden className={cn(variants({ size, tone }), className)}>
      {initials(name)}
    </span>
  );
}
