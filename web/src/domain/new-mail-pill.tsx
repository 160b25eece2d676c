import { ArrowUp } from "lucide-react";
import { plural } from "../lib/money";

/** "2 new mails": what arrived while the page was read, shown only when asked for. */
export function NewMailPill({ count, onShow }: { count: number; onShow(): void }) {
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none sticky top-3 z-20 flex h-0 justify-center"
    >
      {count > 0 ? (
        <button
          type="button"
          onClick={onShow}
          className="pointer-events-auto mt-2 inline-flex h-8 items-center gap-1.5 rounded-full bg-primary pr-4 pl-3 font-medium text-primary-foreground text-sm shadow-pop hover:bg-primary-hover max-md:h-11"
        >
          <ArrowUp className="size-4" aria-hidden />
          {plural(count, "new mail")}
        </button>
      ) : null}
    </div>
  );
}
