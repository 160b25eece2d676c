import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { EmailDetail, Fact } from "../../api/types";
import { useAnswers, useRejectedNow } from "../../domain/answers";
import { isLive } from "../../domain/fact-value";
import { isFromFile } from "../../domain/file-proof";
import { MailText, type Proof } from "../../domain/mail-text";
import { usePassages, useProjectNames } from "../../domain/passages";
import { ViewerLine } from "../../domain/viewer-line";
import { useKeys } from "../../lib/keys";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { stack, type Wish } from "./column";
import { EvidenceLine, type Link, measureLink } from "./evidence-line";
import { FactItem } from "./fact-item";
import { MailAsSent, MailFoot, MailHead } from "./mail-parts";

interface OpenMailProps {
  org: string;
  /** On whose timeline it is shown; facts of others are said to be there. */
  project: string;
  mail: EmailDetail;
  /** The fact the address names; its sentence is scrolled to. */
  fact?: string;
  /** Of several open mails the keys act on this one. */
  current: boolean;
  /** Shows the cleaned page the sender made instead of the text. */
  asSent: boolean;
  today: string;
  you: string;
  mayJudge: boolean;
  /** Asks where the passage that begins there belongs. */
  onMove(start: number): void;
  onOpenMail(id: string): void;
  /** Shows the text of a file, at the quote of a fact. */
  onFile(n: number, fact?: string): void;
}

/** The facts in the order of their sentences, those of files last; rejected ones only while the page remembers the rejection. */
export function shownFacts(facts: readonly Fact[], rejectedNow: ReadonlySet<string>, all: boolean): Fact[] {
  return facts
    .filter((f) => all || f.state !== "rejected" || rejectedNow.has(f.id))
    .sort(
      (a, b) => (a.file ?? 0) - (b.file ?? 0) || a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1),
    );
}

/** Where a fact's top stands above the middle of its sentence's first line, in px. */
const RISE = 22;

/** A mail and its facts side by side, each fact level with its sentence and a line between the two. */
export function OpenMail(props: OpenMailProps) {
  const { org, project, mail, fact, current, asSent, today, you, mayJudge, onMove, onOpenMail, onFile } =
    props;
  const answers = useAnswers(org);
  const rejectedNow = useRejectedNow();
  const [all, setAll] = useState(false);
  const facts = useMemo(() => shownFacts(mail.facts, rejectedNow, all), [mail.facts, rejectedNow, all]);
  const hidden = mail.facts.length - facts.length;
  const [hovered, setHovered] = useState<readonly string[]>([]);
  const [focused, setFocused] = useState<string | null>(fact ?? null);
  const [editing, setEditing] = useState<string | null>(null);
  const [rejecting, setRejecting] = useState<string | null>(null);
  const [proof, setProof] = useState<Proof | null>(null);
  const names = useProjectNames(org, mail);
  const elsewhere = (f: Fact) => {
    const name = f.project_id && f.project_id !== project ? names.get(f.project_id) : undefined;
    return name ? { id: f.project_id, name } : undefined;
  };
  const passages = usePassages(mail, names);
  const active = editing ?? rejecting ?? hovered[0] ?? focused;
  // A sentence may prove several facts: all of them are lifted, and the line is drawn to the first.
  const lifted = (id: string) => id === active || (active === hovered[0] && hovered.includes(id));

  const box = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const items = useRef(new Map<string, HTMLElement>());
  const [layout, setLayout] = useState<{ tops: number[]; height: number }>({ tops: [], height: 0 });
  const [link, setLink] = useState<Link | null>(null);

  // While a proof is being replaced the sentence in the mail follows the words selected.
  const marked = useMemo(
    () =>
      facts
        .filter((f) => f.state !== "rejected" && !isFromFile(f))
        .map((f) => (f.id === editing && proof ? { id: f.id, start: proof.start, end: proof.end } : f)),
    [facts, editing, proof],
  );

  const marksOf = useCallback(
    (id: string) => [...(text.current?.querySelectorAll<HTMLElement>(`mark[data-facts~="${id}"]`) ?? [])],
    [],
  );

  const measure = useCallback(() => {
    const frame = box.current;
    if (!frame) return;
    const top = frame.getBoundingClientRect().top;
    const wishes: Wish[] = facts.map((f) => {
      const line = marksOf(f.id)[0]?.getClientRects()[0];
      return {
        top: line ? (line.top + line.bottom) / 2 - top - RISE : null,
        height: items.current.get(f.id)?.offsetHeight ?? 0,
      };
    });
    const next = stack(wishes);
    setLayout((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next));
  }, [facts, marksOf]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new marks stand elsewhere
  useLayoutEffect(measure, [measure, marked]);

  useEffect(() => {
    const watch = new ResizeObserver(measure);
    if (text.current) watch.observe(text.current);
    for (const item of items.current.values()) watch.observe(item);
    document.fonts?.ready.then(measure);
    return () => watch.disconnect();
  }, [measure]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new layout moves both ends
  useLayoutEffect(() => {
    const item = active ? items.current.get(active) : undefined;
    setLink(item && box.current && active ? measureLink(box.current, item, marksOf(active)) : null);
  }, [active, layout, marked, marksOf]);

  const show = useCallback(
    (id: string) => {
      setFocused(id);
      const file = mail.facts.find((f) => f.id === id)?.file;
      if (file) return onFile(file, id);
      marksOf(id)[0]?.scrollIntoView({ block: "center", behavior: "smooth" });
    },
    [marksOf, mail.facts, onFile],
  );

  useEffect(() => {
    if (!fact) return;
    setFocused(fact);
    const mark = marksOf(fact)[0] ?? items.current.get(fact);
    mark?.scrollIntoView({ block: "center" });
  }, [fact, marksOf]);

  const step = (by: number) => {
    if (!current) return false;
    const at = facts.findIndex((f) => f.id === focused);
    const next = facts[at < 0 ? (by > 0 ? 0 : -1) : at + by];
    if (!next) return false;
    const item = items.current.get(next.id);
    item?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
    setFocused(next.id);
  };
  const judge = (run: (fact: Fact) => void) => () => {
    const chosen = facts.find((f) => f.id === (hovered[0] ?? focused));
    if (!current || !mayJudge || !chosen || !isLive(chosen)) return false;
    run(chosen);
  };
  const foot = hidden > 0 || all || (!mayJudge && facts.length > 0);
  const group = "Mail";
  useKeys([
    { keys: "j", label: "Next fact", group, run: () => step(1) },
    { keys: "k", label: "Fact before", group, run: () => step(-1) },
    { keys: "ArrowDown", label: "Next fact", group, run: () => focused !== null && step(1) },
    { keys: "ArrowUp", label: "Fact before", group, run: () => focused !== null && step(-1) },
    { keys: "c", label: "Confirm fact", group, run: judge((f) => answers.confirm(f)) },
    { keys: "e", label: "Correct fact", group, run: judge((f) => openForm(f.id)) },
    { keys: "x", label: "Reject fact", group, run: judge((f) => setRejecting(f.id)) },
  ]);

  const openForm = (id: string | null) => {
    setProof(null);
    setEditing(id);
    if (id) setFocused(id);
    else
      items.current
        .get(focused ?? "")
        ?.querySelector<HTMLElement>("button")
        ?.focus();
  };

  return (
    <div ref={box} className="relative grid grid-cols-[minmax(0,1fr)_388px]">
      <div className="min-w-0 py-[14px] pr-[34px] pl-[46px]">
        <MailHead org={org} mail={mail} mayChange={mayJudge} />
        {asSent && mail.html_url ? <MailAsSent mail={mail} url={mail.html_url} /> : null}
        <div ref={text} hidden={asSent}>
          <MailText
            body={mail.body}
            facts={marked}
            passages={passages}
            project={project}
            onMove={mayJudge ? onMove : undefined}
            onAnswer={mayJudge ? (passage, yes) => answers.answerDoubt(mail, passage, yes) : undefined}
            active={active}
            onHover={setHovered}
            onPick={(id) => {
              setFocused(id);
              items.current.get(id)?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
            }}
            onSelect={editing && facts.some((f) => f.id === editing && !isFromFile(f)) ? setProof : undefined}
          />
        </div>
        <MailFoot org={org} mail={mail} mayChange={mayJudge} onOpenMail={onOpenMail} onFile={onFile} />
      </div>
      <section
        aria-label="Facts in this mail"
        className="relative rounded-br-card border-l bg-background/50"
        style={{ minHeight: layout.height + (foot ? 56 : 16) }}
      >
        <ul>
          {facts.map((f, i) => (
            <li
              key={f.id}
              ref={(element) => {
                if (element) items.current.set(f.id, element);
                else items.current.delete(f.id);
              }}
              className="absolute inset-x-2.5"
              style={{ top: layout.tops[i] ?? 0, zIndex: f.id === active ? 10 : undefined }}
            >
              <FactItem
                org={org}
                fact={f}
                threaded={mail.thread_size > 1}
                elsewhere={elsewhere(f)}
                files={mail.attachments}
                active={lifted(f.id)}
                editing={f.id === editing}
                rejecting={f.id === rejecting}
                proof={f.id === editing ? proof : null}
                today={today}
                you={you}
                mayJudge={mayJudge}
                answers={answers}
                onHover={(over) => setHovered(over ? [f.id] : [])}
                onFocus={() => setFocused(f.id)}
                onShow={() => show(f.id)}
                onEdit={(open) => openForm(open ? f.id : null)}
                onRejecting={(open) => setRejecting(open ? f.id : null)}
              />
            </li>
          ))}
        </ul>
        {facts.length === 0 && hidden === 0 ? (
          <p className="px-5 py-4 text-muted-foreground text-sm">
            {mail.extractor ? "No facts in this mail." : "Not read for facts."}
          </p>
        ) : null}
        {foot ? (
          <div className="absolute inset-x-5 bottom-2 flex flex-col items-start gap-1">
            {hidden > 0 || all ? (
              <Button look="link" className="text-xs" onClick={() => setAll(!all)}>
                {all ? "Hide rejected" : `Show ${plural(hidden, "rejected fact")}`}
              </Button>
            ) : null}
            {mayJudge ? null : <ViewerLine />}
          </div>
        ) : null}
      </section>
      <EvidenceLine link={link} />
    </div>
  );
}
