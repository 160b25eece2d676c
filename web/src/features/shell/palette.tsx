import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ArrowRight, CornerDownLeft, Layers, Mail, Paperclip, Search, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { Fragment, useEffect, useId, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { factQueries } from "../../api/queries/facts";
import { projectQueries } from "../../api/queries/projects";
import type { SearchHit } from "../../api/types";
import { factKinds, KindBadge } from "../../domain/fact-kind";
import { shortName } from "../../domain/project-name";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { useDebounced } from "../../lib/hooks";
import { useBindings } from "../../lib/keys";
import type { Piece } from "../../lib/marks";
import { DialogOverlay } from "../../ui/dialog";
import { Kbd, KeyCaps } from "../../ui/kbd";
import { type Item, type Section, sections } from "./palette-items";
import { recentProjects } from "./recent";

/** Search over facts, mail, files and projects, and every command. */
export default function Palette({ org, onClose }: { org: string; onClose(): void }) {
  const { project: here } = useParams({ strict: false });
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const [text, setText] = useState("");
  const [everywhere, setEverywhere] = useState(false);
  const [at, setAt] = useState(0);
  const [commands] = useState(useBindings().filter((b) => b.command));
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  const scope = everywhere ? undefined : projects.find((p) => p.id === here);
  const asked = useDebounced(text.trim(), 80);
  const hits = useQuery({
    ...factQueries.search(org, asked, scope?.id),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const elsewhere = useQuery({
    ...factQueries.search(org, asked),
    enabled: asked !== "" && scope !== undefined,
    placeholderData: keepPreviousData,
  });

  const list = sections({
    text,
    scope,
    hits: asked ? (hits.data?.items ?? []) : [],
    elsewhere: asked && scope ? (elsewhere.data?.items ?? []) : [],
    projects,
    recent: recentProjects(org),
    commands,
  });
  const items = list.flatMap((s) => s.items);
  const chosen = Math.min(at, items.length - 1);
  const optionId = (i: number) => `${id}-${i}`;

  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen]);

  function open(item: Item | undefined) {
    if (!item) return;
    if (item.kind === "widen") {
      setEverywhere(true);
      setAt(0);
      input.current?.focus();
      return;
    }
    onClose();
    if (item.kind === "command") item.command.run(new KeyboardEvent("keydown"));
    else if (item.kind === "project") {
      navigate({ to: "/orgs/$org/projects/$project", params: { org, project: item.project.id } });
    } else openHit(item.hit);
  }

  function openHit(hit: SearchHit) {
    if (hit.project_id) {
      navigate({
        to: "/orgs/$org/projects/$project",
        params: { org, project: hit.project_id },
        search:
          hit.kind === "project"
            ? {}
            : {
                mail: hit.email_id,
                fact: hit.kind === "fact" ? hit.id : undefined,
                file: fileOf(hit),
              },
      });
    } else {
      navigate({
        to: "/orgs/$org/review",
        params: { org },
        search: { item: hit.email_id, file: fileOf(hit) },
      });
    }
  }

  function onKeyDown(event: React.KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length > 0) setAt((chosen + step + items.length) % items.length);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) open(items[chosen]);
    else if (event.key === "Tab" && here && !event.shiftKey) setEverywhere(!everywhere);
    else if (event.key === "Backspace" && text === "" && scope) setEverywhere(true);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog.Root open onOpenChange={(o) => !o && onClose()}>
      <Dialog.Portal>
        <DialogOverlay />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed z-40 flex flex-col overflow-hidden border bg-popover text-popover-foreground shadow-pop focus:outline-none max-md:inset-0 md:top-[113px] md:left-1/2 md:max-h-[calc(100dvh-226px)] md:min-h-0 md:w-[680px] md:-translate-x-1/2 md:rounded-dialog"
        >
          <Dialog.Title className="sr-only">Search or jump to</Dialog.Title>
          <div className="flex h-[51px] shrink-0 items-center gap-3 border-b pr-4 pl-[17px]">
            <Search className="size-[17px] shrink-0 text-muted-foreground" aria-hidden />
            <input
              ref={input}
              // The palette is opened to type into it.
              // biome-ignore lint/a11y/noAutofocus: see above
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={chosen >= 0 ? optionId(chosen) : undefined}
              aria-autocomplete="list"
              aria-label={scope ? `Search in ${scope.name}` : "Search everything"}
              placeholder={scope ? "Search this project" : "Search facts, mail, files and projects"}
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(e) => {
                setText(e.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              className="h-full min-w-0 flex-1 bg-transparent text-lead caret-primary outline-none placeholder:text-subtle-foreground"
            />
            {scope ? (
              <button
                type="button"
                aria-label={`Search in ${scope.name} only. Press to search all projects`}
                onClick={() => {
                  setEverywhere(true);
                  input.current?.focus();
                }}
                className="touch-target inline-flex h-[22px] items-center gap-1.5 rounded-tag bg-secondary px-1.5 font-medium text-secondary-foreground text-xs"
              >
                {shortName(scope.name)}
                <X className="size-3" aria-hidden />
              </button>
            ) : null}
            <button
              type="button"
              onClick={onClose}
              aria-label="Esc: close"
              className="touch-target rounded-[4px]"
            >
              <Kbd>Esc</Kbd>
            </button>
          </div>
          <div
            id={`${id}-list`}
            role="listbox"
            aria-label="Results"
            className="min-h-0 flex-1 overflow-y-auto pb-1.5"
          >
            {hits.isError && asked ? (
              <p role="alert" className="px-4 py-3 text-destructive text-sm">
                {messageOf(hits.error)}
              </p>
            ) : null}
            {list.map((section, s) => (
              <Results
                key={section.heading}
                section={section}
                first={list.slice(0, s).reduce((n, x) => n + x.items.length, 0)}
                chosen={chosen}
                optionId={optionId}
                onPoint={setAt}
                onOpen={open}
              />
            ))}
          </div>
          {items.length === 0 && text.trim() && !hits.isFetching && asked === text.trim() ? (
            <p role="status" className="px-4 pb-4 text-muted-foreground text-sm">
              Nothing has “{text.trim()}”
              {scope ? ` in ${shortName(scope.name)}. Press Tab to search all projects.` : "."}
            </p>
          ) : null}
          <footer className="flex h-9 shrink-0 items-center gap-4 border-t bg-muted px-4 text-muted-foreground text-xs max-md:hidden">
            <span className="flex items-center gap-1.5">
              <Kbd>↑</Kbd>
              <Kbd>↓</Kbd> move
            </span>
            <span className="flex items-center gap-1.5">
              <Kbd>Enter</Kbd> open at the sentence
            </span>
            {here ? (
              <span className="flex items-center gap-1.5">
                <Kbd>Tab</Kbd> {everywhere ? "search this project" : "search all projects"}
              </span>
            ) : null}
            <span className="ml-auto flex items-center gap-1.5">
              <Kbd>?</Kbd> all shortcuts
            </span>
          </footer>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ResultsProps {
  section: Section;
  /** The place of the section's first line among all. */
  first: number;
  chosen: number;
  optionId(i: number): string;
  onPoint(i: number): void;
  onOpen(item: Item): void;
}

function Results({ section, first, chosen, optionId, onPoint, onOpen }: ResultsProps) {
  const heading = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a listbox
    <div role="group" aria-labelledby={heading}>
      <p
        id={heading}
        className="flex h-[30px] items-center px-4 pt-1.5 font-medium text-subtle-foreground text-xs"
      >
        {section.heading}
      </p>
      {section.items.map((item, i) => (
        // The input keeps the focus and moves through the options: ARIA's combobox.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        // biome-ignore lint/a11y/useFocusableInteractive: see above
        <div
          key={item.key}
          id={optionId(first + i)}
          role="option"
          aria-selected={chosen === first + i}
          onPointerMove={() => onPoint(first + i)}
          onClick={() => onOpen(item)}
          className="relative flex h-[38px] cursor-default items-center gap-3 px-4 before:absolute before:inset-y-0 before:left-0 before:w-[3px] aria-selected:bg-primary-soft aria-selected:before:bg-primary max-md:h-12"
        >
          <Line item={item} />
        </div>
      ))}
    </div>
  );
}

function Line({ item }: { item: Item }) {
  if (item.kind === "command") {
    const Icon = item.command.icon ?? CornerDownLeft;
    return (
      <>
        <span className="flex size-5 items-center justify-center text-muted-foreground">
          <Icon className="size-4" aria-hidden />
        </span>
        <Title pieces={item.title} />
        <KeyCaps keys={item.command.keys} className="ml-auto max-md:hidden" />
      </>
    );
  }
  if (item.kind === "widen") {
    return (
      <>
        <PlainBadge icon={Layers} />
        <Title pieces={item.title}>
          <span className="text-muted-foreground"> in {item.where}</span>
        </Title>
        <ArrowRight className="ml-auto size-4 shrink-0 text-muted-foreground" aria-hidden />
      </>
    );
  }
  if (item.kind === "project") {
    return (
      <>
        <PlainBadge icon={Layers} />
        <Title pieces={item.title} />
        <Meta>{[item.project.job_number, item.project.client].filter(Boolean).join(" · ")}</Meta>
      </>
    );
  }
  const { hit } = item;
  const kind = factKinds.find((k) => k === hit.fact_kind);
  const gone = hit.state === "superseded" || hit.state === "rejected";
  return (
    <>
      {kind ? (
        <KindBadge kind={kind} named />
      ) : (
        <PlainBadge icon={hit.kind === "attachment" ? Paperclip : hit.kind === "project" ? Layers : Mail} />
      )}
      {/* The space keeps the names of kind and fact apart for readers. */}{" "}
      <Title pieces={item.title} gone={gone}>
        {item.snippet.length > 0 ? (
          <span className="ml-2 font-serif text-muted-foreground">
            <Marked pieces={item.snippet} />
          </span>
        ) : null}
      </Title>{" "}
      <Meta>{gone ? (hit.state === "superseded" ? "Replaced" : "Rejected") : metaOf(hit)}</Meta>
    </>
  );
}

/** The file a hit is about: its text is opened with its mail. */
function fileOf(hit: SearchHit): number | undefined {
  return hit.kind === "attachment" ? hit.n : undefined;
}

function metaOf(hit: SearchHit): string {
  const date = hit.at ? formatDate(dayOf(hit.at), dayOf(new Date())) : "";
  return [hit.kind === "attachment" ? "" : hit.who, date].filter(Boolean).join(" · ");
}

function PlainBadge({ icon: Icon }: { icon: typeof Mail }) {
  return (
    <span
      aria-hidden
      className="inline-flex size-5 shrink-0 items-center justify-center rounded-tag bg-secondary text-muted-foreground"
    >
      <Icon className="size-[13px]" />
    </span>
  );
}

function Title({ pieces, gone, children }: { pieces: Piece[]; gone?: boolean; children?: React.ReactNode }) {
  return (
    <span className="min-w-0 flex-1 truncate py-1 text-base">
      <span className={cn(gone && "text-muted-foreground line-through")}>
        <Marked pieces={pieces} />
      </span>
      {children}
    </span>
  );
}

function Marked({ pieces }: { pieces: Piece[] }) {
  return pieces.map((piece, i) =>
    piece.match ? (
      <b
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece's place is what it is
        key={i}
        className="font-semibold underline decoration-2 decoration-primary underline-offset-[3px]"
      >
        {piece.text}
      </b>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece's place is what it is
      <Fragment key={i}>{piece.text}</Fragment>
    ),
  );
}

function Meta({ children }: { children: React.ReactNode }) {
  return <span className="max-w-[45%] shrink-0 truncate text-muted-foreground text-xs">{children}</span>;
}
