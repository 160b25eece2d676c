import { cn } from "../lib/cn";

/** The mark: lines of a mail, one of them found. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={cn("size-6 shrink-0", className)}>
      <rect width="24" height="24" rx="6" className="fill-primary" />
      <g className="fill-none stroke-primary-foreground" strokeWidth="2.25" strokeLinecap="round">
        <path d="M7.1 7.25h9.8M7.1 12h6.2M7.1 16.75h3.3" />
      </g>
      <circle cx="16.25" cy="14.6" r="1.75" className="fill-primary-foreground" />
    </svg>
  );
}
