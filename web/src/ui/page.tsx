import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "../lib/cn";
import { useTitle } from "../lib/hooks";

/** The column a page stands in: gutter 28, on a phone 16. */
export function Page({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cn("px-7 pt-[18px] pb-10 max-md:px-4 max-md:pt-4", className)}>{children}</div>;
}

/**
 * The page's heading. Sets the document's title, and takes the focus when one
 * comes from another page, so that a reader hears where they are.
 */
export function PageTitle({
  children,
  title,
  className,
}: {
  children: ReactNode;
  title?: string;
  className?: string;
}) {
  const name = title ?? (typeof children === "string" ? children : "");
  const ref = useRef<HTMLHeadingElement>(null);
  useTitle(name);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest("nav")) {
      ref.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <h1 ref={ref} tabIndex={-1} className={cn("font-semibold text-title", className)}>
      {children}
    </h1>
  );
}

/** The row of a page's heading and its buttons. */
export function PageHeader({ children }: { children: ReactNode }) {
  return (
    <header className="mb-3.5 flex min-h-8 items-center justify-between gap-4 max-md:hidden">
      {children}
    </header>
  );
}
