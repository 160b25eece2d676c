import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { cn } from "../../lib/cn";
import { BrandMark } from "../../ui/brand";
import { Toaster } from "../../ui/toast";
import { TooltipProvider } from "../../ui/tooltip";

const places = [
  { to: "/operator", label: "Organisations", exact: true },
  { to: "/operator/money", label: "Money", exact: false },
  { to: "/operator/payments", label: "Payments", exact: false },
  { to: "/operator/parked", label: "Parked mail", exact: false },
  { to: "/operator/unrouted", label: "Unrouted mail", exact: false },
] as const;

const place = cn(
  "flex h-9 shrink-0 items-center whitespace-nowrap border-transparent border-b-2 px-[11px] font-medium text-muted-foreground text-sm transition-colors hover:text-foreground",
  "focus-visible:-outline-offset-2 aria-[current=page]:border-primary aria-[current=page]:text-foreground max-md:h-11",
);

/** The frame around the pages of whoever runs the installation. */
export function OperatorFrame({ children }: { children: ReactNode }) {
  return (
    <TooltipProvider delayDuration={400}>
      <div className="flex h-dvh flex-col overflow-y-auto">
        <header className="flex flex-wrap items-center gap-x-6 border-b bg-sidebar px-7 pt-1 max-md:px-4">
          <p className="flex items-center gap-2.5 font-semibold text-sm">
            <BrandMark />
            Projectr operator
          </p>
          <nav aria-label="Operator" className="flex max-md:order-last max-md:w-full max-md:overflow-x-auto">
            {places.map(({ to, label, exact }) => (
              <Link key={to} to={to} activeOptions={{ exact }} className={place}>
                {label}
              </Link>
            ))}
          </nav>
          <Link to="/" className="ml-auto text-muted-foreground text-sm hover:underline max-md:py-3">
            Back to my organisation
          </Link>
        </header>
        <main id="main" tabIndex={-1} className="outline-none">
          {children}
        </main>
      </div>
      <Toaster />
    </TooltipProvider>
  );
}
