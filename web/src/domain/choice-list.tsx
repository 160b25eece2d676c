import { useId, useRef, useState } from "react";
import { cn } from "../lib/cn";
import { Input } from "../ui/input";

/** One thing that can be chosen. */
export interface Choice {
  key: string;
  icon?: React.ReactNode;
  text: string;
  aside?: string;
  run(): void;
}

/** A list that typing narrows; arrows and Enter choose. For the inside of a dialog. */
export function ChoiceList({
  label,
  placeholder,
  choices: choicesFor,
  none,
  children,
}: {
  label: string;
  placeholder: string;
  choices(words: string): readonly Choice[];
  /** Said when nothing has the words. */
  none?: string;
  /** Stands between the words and the list. */
  children?: React.ReactNode;
}) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const choices = choicesFor(words.trim());
  const chosen = Math.min(at, choices.length - 1);

  const step = (by: number) => {
    const next = (chosen + by + choices.length) % Math.max(choices.length, 1);
    setAt(next);
    box.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };

  return (
    <div className="-mx-2">
      <div className="px-2">
        <Input
          large
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={choices[chosen] ? `${list}-${chosen}` : undefined}
          aria-label={label}
          placeholder={placeholder}
          autoComplete="off"
          value={words}
          onChange={(e) => {
            setWords(e.target.value);
            setAt(0);
          }}
          onKeyDown={(e) => {
            if (e.key === "ArrowDown") step(1);
            else if (e.key === "ArrowUp") step(-1);
            else if (e.key === "Enter") choices[chosen]?.run();
            else return;
            e.preventDefault();
          }}
        />
      </div>
      {children}
      <div
        ref={box}
        id={list}
        role="listbox"
        aria-label={`Choices: ${label}`}
        className="mt-2 max-h-[44vh] overflow-y-auto"
      >
        {choices.map((choice, i) => (
          <button
            type="button"
            role="option"
            aria-selected={i === chosen}
            tabIndex={-1}
            id={`${list}-${i}`}
            key={choice.key}
            onClick={choice.run}
            onPointerMove={() => setAt(i)}
            className={cn(
              "flex min-h-9 w-full items-center gap-2.5 rounded-[6px] px-2 py-1.5 text-left text-base max-md:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground",
              i === chosen && "bg-accent",
            )}
          >
            {choice.icon}
            <span className="min-w-0 flex-1 truncate">{choice.text}</span>
            {choice.aside ? <span className="text-muted-foreground text-sm">{choice.aside}</span> : null}
          </button>
        ))}
      </div>
      {none && choices.length === 0 ? (
        <p className="px-2 pb-1 text-muted-foreground text-sm">{none}</p>
      ) : null}
    </div>
  );
}
