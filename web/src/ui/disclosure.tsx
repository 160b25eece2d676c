import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cn } from "../lib/cn";

/** One line that opens what stands behind it. */
export function Disclosure({
  label,
  icon,
  children,
  className,
}: {
  label: ReactNode;
  icon?: ReactNode;
  children: ReactNode;
  /** Of the line. */
  className?: string;
}) {
  const [open, setOpen] = useState(false);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <div className={cn("min-w-0", open && "w-full")}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={cn(
          "touch-target inline-flex max-w-full items-center gap-1.5 rounded-[4px] py-0.5 text-left text-muted-foreground text-xs hover:text-foreground [&>svg]:size-3.5 [&>svg]:shrink-0",
          className,
        )}
      >
        {icon}
        <span className="min-w-0">{label}</span>
        <Arrow aria-hidden />
      </button>
      {open ? <div className="mt-1 mb-1.5 border-l-2 pl-3 text-sm">{children}</div> : null}
    </div>
  );
}
