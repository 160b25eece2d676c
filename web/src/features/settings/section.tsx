import type { ReactNode } from "react";
import { Card } from "../../ui/card";

/** A card of the settings: a heading, a sentence, and what there is to decide. */
export function Section({
  title,
  note,
  aside,
  children,
}: {
  title: string;
  note?: ReactNode;
  /** Beside the heading, at the right. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card>
      <section className="px-4 pt-3 pb-3">
        <div className="flex min-h-7 items-center justify-between gap-3">
          <h2 className="font-semibold text-base tracking-[-0.012em]">{title}</h2>
          {aside}
        </div>
        {note ? <p className="text-muted-foreground text-sm">{note}</p> : null}
        <div className="mt-2">{children}</div>
      </section>
    </Card>
  );
}

/** A name and its value in one line. */
export function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p className="flex min-h-[34px] items-center justify-between gap-4 text-sm max-md:min-h-11">
      <span className="text-muted-foreground">{name}</span>
      <span className="min-w-0 truncate">{children}</span>
    </p>
  );
}
