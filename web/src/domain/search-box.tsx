import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "../lib/cn";
import { useDebounced, useLatest } from "../lib/hooks";
import { useKeys } from "../lib/keys";
import { inputClasses } from "../ui/input";
import { Kbd } from "../ui/kbd";

/** Narrows the list of this view while one types. "/" goes to it, Esc empties it. */
export function SearchBox({
  label,
  value,
  onChange,
  className,
}: {
  label: string;
  value: string;
  onChange(value: string): void;
  className?: string;
}) {
  const [text, setText] = useState(value);
  const rested = useDebounced(text, 150);
  const box = useRef<HTMLInputElement>(null);
  const change = useLatest(onChange);
  const known = useLatest(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (rested !== known.current) change.current(rested);
  }, [rested, change, known]);
  useKeys([{ keys: "/", label: "Search in this view", group: "This page", run: () => box.current?.focus() }]);
  return (
    <search className={cn("relative w-[268px]", className)}>
      <Search
        className="pointer-events-none absolute top-1/2 left-[11px] size-[15px] -translate-y-1/2 text-muted-foreground"
        aria-hidden
      />
      <input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== "Escape") return;
          if (text) setText("");
          else e.currentTarget.blur();
        }}
        className={cn(
          inputClasses,
          "h-8 pr-9 pl-[33px] text-sm max-md:h-11 max-md:text-lead [&::-webkit-search-cancel-button]:appearance-none",
        )}
      />
      {text ? null : (
        <Kbd className="pointer-events-none absolute top-1/2 right-[11px] -translate-y-1/2 max-md:hidden">
          /
        </Kbd>
      )}
    </search>
  );
}
