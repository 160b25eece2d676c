import { useQuery } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { useNewMail } from "../../api/live";
import { emailQueries } from "../../api/queries/emails";
import { projectQueries } from "../../api/queries/projects";
import type { Email, Event, ProjectDetail } from "../../api/types";
import { type Target, useAnswers } from "../../domain/answers";
import { kindLooks } from "../../domain/fact-kind";
import { isLive } from "../../domain/fact-value";
import { FileSheet } from "../../domain/file-sheet";
import { MailLink } from "../../domain/mail-link";
import { factsOn, homeOf, standsOn, wordsOf } from "../../domain/passages";
import { ProjectPicker } from "../../domain/project-picker";
import { cn } from "../../lib/cn";
import { dayOf, formatDate, formatDay, formatWeekdayDate } from "../../lib/dates";
import { useDelayed, useLatest, useMedia, useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";
import { byDay, type Day } from "./days";
import { FilterBar, JumpDialog } from "./filter-bar";
import { MailCard, type PartMoved } from "./mail-card";
import { MailSheet } from "./mail-sheet";
import { MovedStub } from "./moved-stub";
import type { Place } from "./place";
import { Strip } from "./strip";
import { scroller, useOnScreen } from "./use-on-screen";
import { useMoves, useTimelineMails } from "./use-timeline";

interface TimelineProps {
  org: string;
  project: ProjectDetail;
  place: Place;
  onPlace(place: Place): void;
  you: { id: string; name: string };
  mayChange: boolean;
}

/** How much of the page the strip and the filters cover while they stick, in px. */
const COVERED = 136;

/** The project's mail by days, with the facts each mail gave. */
export function Timeline({ org, project, place, onPlace, you, mayChange }: TimelineProps) {
  const now = useNow();
  const today = dayOf(now);
  const narrow = useMedia("(max-width: 63.99rem)");
  const answers = useAnswers(org);
  const list = useTimelineMails(org, project.id, place);
  const moves = useMoves(org, project.id, !list.isPending, today);
  const news = useNewMail(org, list.readAt, project.id);
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(place.mail ? [place.mail] : []));
  const [jumping, setJumping] = useState(false);
  const [moving, setMovingMail] = useState<Email | null>(null);
  // Which passage of it moves, by where it begins; empty for the whole mail.
  const [part, setPart] = useState("");
  const setMoving = (mail: Email | null) => {
    setPart("");
    setMovingMail(mail);
  };
  const several = (moving?.passages.length ?? 0) > 0;
  const { data: movingText } = useQuery({ ...emailQueries.one(org, moving?.id ?? ""), enabled: several });
  const passage = part ? moving?.passages.find((p) => String(p.start) === part) : undefined;
  const slow = useDelayed(list.isPending);

  const days = useMemo(
    () =>
      byDay(
        withGone(list.mails, moves.gone, {
          all: !list.more,
          narrowed: Boolean(place.kind || place.review),
          from: place.from,
        }),
      ),
    [list.mails, list.more, moves.gone, place.kind, place.review, place.from],
  );
  const box = useRef<HTMLOListElement>(null);
  const chips = useRef<HTMLFieldSetElement>(null);
  const shown = useOnScreen(box, narrow ? 52 : COVERED, days);

  const nameOf = (id: string | null | undefined) => projects.find((p) => p.id === id)?.name;
  const set = useCallback((change: Partial<Place>) => onPlace({ ...place, ...change }), [onPlace, place]);

  const open = (mail: string, fact?: string) => {
    own.current = key(mail, fact);
    setOpened(narrow ? new Set([mail]) : new Set(opened).add(mail));
    set({ mail, fact, file: undefined });
  };
  const openMail = (mail: string) => set({ mail, fact: undefined, file: undefined });
  const showFile = (mail: string) => (file: number, fact?: string) => {
    own.current = key(mail, fact);
    set({ mail, fact, file });
  };
  const close = (mail: string) => {
    const rest = new Set(opened);
    rest.delete(mail);
    setOpened(rest);
    if (place.mail === mail) set({ mail: undefined, fact: undefined, file: undefined });
    requestAnimationFrame(() => cardButton(box.current, mail)?.focus({ preventScroll: true }));
  };

  // A mail that the address names, not a press on this page, is brought into sight.
  const own = useRef("");
  const wanted = place.mail && own.current !== key(place.mail, place.fact) ? place.mail : undefined;
  const { data: named } = useQuery({
    ...emailQueries.one(org, place.mail ?? ""),
    enabled: Boolean(place.mail),
  });
  const wantedMail = list.mails.find((m) => m.id === wanted);
  const inList = wantedMail !== undefined;
  // The quote of the fact the address names may stand in a file.
  const fromFile = wantedMail?.facts.find((f) => f.id === place.fact)?.file;
  const elsewhere = named && !named.copy_of && !standsOn(named, project.id) && !inList ? named : undefined;
  const copyOf = named?.copy_of;
  useEffect(() => {
    if (!wanted || list.isPending) return;
    if (copyOf) {
      // It brought nothing of its own: what is meant is the mail it is a copy of.
      set({ mail: copyOf, fact: undefined });
    } else if (inList) {
      own.current = key(wanted, place.fact);
      setOpened((old) => (old.has(wanted) ? old : new Set(old).add(wanted)));
      const card = box.current?.querySelector<HTMLElement>(`[data-mail="${wanted}"]`);
      if (card && !inSight(card)) card.scrollIntoView({ block: "start" });
      card?.focus({ preventScroll: true });
      if (fromFile && !place.file) set({ file: fromFile });
    } else if (named && standsOn(named, project.id)) {
      const from = dayOf(named.date);
      if (place.kind || place.review || place.from !== from)
        set({ kind: undefined, review: undefined, from });
    }
  }, [wanted, inList, named, copyOf, fromFile, list.isPending, project.id, place, set]);

  // Nothing is being read on an empty timeline, so its first mail need not wait.
  const first = !list.isPending && list.mails.length === 0 && news.count > 0;
  const showNews = useLatest(news.show);
  useEffect(() => {
    if (first) showNews.current();
  }, [first, showNews]);

  const jump = (day: string, as: "newest" | "oldest" = "newest") => {
    const sections = [...(box.current?.querySelectorAll<HTMLElement>("[data-day]") ?? [])];
    const newest = sections[0]?.dataset.day ?? "";
    const oldest = sections.at(-1)?.dataset.day ?? "";
    const above = place.from !== undefined && day > newest;
    if (above || (day < oldest && list.more)) {
      set({ from: day >= today ? undefined : day, mail: undefined, fact: undefined, file: undefined });
      scroller()?.scrollTo({ top: 0 });
      return;
    }
    const at = (s: HTMLElement) => s.dataset.day ?? "";
    const target =
      as === "newest"
        ? (sections.find((s) => at(s) <= day) ?? sections.at(-1))
        : (sections.findLast((s) => at(s) >= day) ?? sections[0]);
    if (as === "newest" && target === sections[0]) scroller()?.scrollTo({ top: 0 });
    else target?.scrollIntoView({ block: as === "newest" ? "start" : "end" });
  };

  const stepCard = (by: number) => {
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>("[data-card-button]") ?? [])];
    const focused = document.activeElement
      ?.closest("article")
      ?.querySelector<HTMLElement>("[data-card-button]");
    const at = focused ? buttons.indexOf(focused) : buttons.findIndex(inSight) - (by > 0 ? 1 : 0);
    const next = buttons[at + by];
    if (!next) return false;
    next.focus({ preventScroll: true });
    next.closest("article")?.scrollIntoView({ block: "nearest" });
  };
  const mailAtHand = () => {
    const id =
      document.activeElement?.closest<HTMLElement>("[data-mail]")?.dataset.mail ??
      place.mail ??
      [...opened].at(-1);
    return list.mails.find((m) => m.id === id);
  };
  const group = "Timeline";
  useKeys([
    { keys: "j", label: "Next mail", group, run: () => stepCard(1) },
    { keys: "k", label: "Mail before", group, run: () => stepCard(-1) },
    { keys: "d", label: "Jump to date", group, command: true, run: () => setJumping(true) },
    {
      keys: "f",
      label: "Filter by type",
      group,
      run: () => chips.current?.querySelector<HTMLElement>("[aria-pressed='true'], button")?.focus(),
    },
    {
      keys: "m",
      label: "Move mail",
      group,
      run: () => {
        const mail = mailAtHand();
        if (!mayChange || !mail) return false;
        setMoving(mail);
      },
    },
    {
      keys: "Escape",
      label: "Close mail",
      group,
      run: () => {
        const id = document.activeElement?.closest<HTMLElement>("[data-mail]")?.dataset.mail ?? "";
        const mail = opened.has(id) ? id : (place.mail ?? [...opened].at(-1));
        if (!mail || !opened.has(mail)) return false;
        close(mail);
      },
    },
  ]);

  const move = (mail: Email) => (start?: number) => {
    if (!mayChange) return;
    setMoving(mail);
    if (start !== undefined) setPart(String(start));
  };
  const sheet = narrow && place.mail ? list.mails.find((m) => m.id === place.mail) : undefined;
  const movedBy = (event: Event | undefined) =>
    !event ? "you" : event.actor.id === you.id ? "you" : event.actor.name;
  const partsMoved = (mail: Email): PartMoved[] =>
    (moves.parts.get(mail.id) ?? []).map((event) => ({
      key: event.id,
      came: event.kind === "passage_moved_in",
      other: nameOf(event.other_project_id) ?? "another project",
      by: movedBy(event) ?? "somebody",
      words: event.note ?? "",
    }));
  /** Back to this project from where a person moved it, where that is one step. */
  const undo = (mail: Email, to: string | undefined) => {
    if (mail.passages.length === 0) return () => answers.move(mail, backTo(mail, project));
    const [moved, ...more] = mail.passages.filter(
      (p) => p.project_id === to && p.reasons[0]?.kind === "person",
    );
    if (!moved || more.length > 0) return undefined;
    return () => answers.movePassage(mail, moved.start, { id: project.id, name: project.name });
  };

  return (
    <div className="flex shrink-0 flex-col px-7 pb-10 max-md:px-4">
      <h2 className="sr-only">Timeline</h2>
      <div className="z-20 -mx-7 bg-background px-7 pt-[11px] pb-2.5 max-md:-mx-4 max-md:px-4 max-md:pt-0 max-md:pb-1 lg:sticky lg:top-0">
        <Strip weeks={project.weeks_strip} shown={shown} kind={place.kind} onJump={jump} />
        <div className="mt-2.5 max-md:mt-1.5">
          <FilterBar
            project={project}
            place={place}
            chips={chips}
            onKind={(kind) =>
              set({ kind, review: undefined, mail: undefined, fact: undefined, file: undefined })
            }
            onReview={(on) =>
              set({
                review: on || undefined,
                kind: undefined,
                mail: undefined,
                fact: undefined,
                file: undefined,
              })
            }
            onJump={() => setJumping(true)}
          />
        </div>
      </div>

      <div aria-live="polite" className="sticky top-[146px] z-20 flex h-0 justify-center max-lg:top-[60px]">
        {news.count > 0 ? (
          <button
            type="button"
            onClick={() => {
              news.show();
              if (place.from) set({ from: undefined });
              scroller()?.scrollTo({ top: 0 });
            }}
            className="inline-flex h-8 items-center gap-1.5 rounded-full border border-primary bg-primary px-3.5 font-medium text-primary-foreground text-sm shadow-pop hover:bg-primary-hover max-md:h-11"
          >
            <ArrowUp className="size-3.5" aria-hidden />
            {plural(news.count, "new mail")}
          </button>
        ) : null}
      </div>

      {place.from ? (
        <div className="mb-2.5 flex items-center gap-3 text-muted-foreground text-sm">
          Mail up to {formatDate(place.from, today)}.
          <Button look="link" className="text-sm" onClick={() => set({ from: undefined })}>
            Back to the newest
          </Button>
        </div>
      ) : null}
      {wanted && elsewhere ? (
        <Empty
          title="This mail is not on this project."
          className="mb-2.5"
          action={
            <Button asChild size="small">
              <MailLink org={org} mail={elsewhere}>
                Open it there
              </MailLink>
            </Button>
          }
        >
          {nameOf(homeOf(elsewhere))
            ? `It is on ${nameOf(homeOf(elsewhere))} now.`
            : "It waits in review, or is no project mail."}
        </Empty>
      ) : null}
      {list.error ? (
        <ErrorState
          what="The timeline could not be read."
          message={messageOf(list.error)}
          retry={() => list.refetch()}
          className="mb-2.5"
        />
      ) : null}

      {list.isPending ? (
        <LoadingDays slow={slow} />
      ) : days.length === 0 && !list.error ? (
        <NoMail
          project={project}
          place={place}
          onClear={() => set({ kind: undefined, review: undefined, from: undefined })}
        />
      ) : (
        <ol ref={box} aria-label="Days" className="flex flex-col max-md:-mx-1">
          {days.map((day) => (
            <DaySection key={day.day} project={project.id} day={day} today={today} now={now}>
              {day.mails.map((mail) => {
                const isOpen = !narrow && opened.has(mail.id);
                const away = !standsOn(mail, project.id);
                const to = moves.out.get(mail.id)?.other_project_id;
                const home = to && standsOn(mail, to) ? to : homeOf(mail);
                return (
                  <li key={mail.id} className="relative">
                    <Dot filled={isOpen} />
                    {away ? (
                      <MovedStub
                        org={org}
                        mail={mail}
                        target={home ? { id: home, name: nameOf(home) ?? "another project" } : undefined}
                        by={movedBy(moves.out.get(mail.id))}
                        mayChange={mayChange}
                        onUndo={undo(mail, home)}
                      />
                    ) : (
                      <MailCard
                        org={org}
                        project={project.id}
                        mail={mail}
                        open={isOpen}
                        current={place.mail === mail.id}
                        fact={place.mail === mail.id ? place.fact : undefined}
                        kind={place.kind}
                        today={today}
                        you={you.name}
                        mayChange={mayChange}
                        movedFrom={nameOf(moves.in.get(mail.id)?.other_project_id)}
                        partsMoved={partsMoved(mail)}
                        onOpen={(fact) => open(mail.id, fact)}
                        onClose={() => close(mail.id)}
                        onMove={move(mail)}
                        onOpenMail={openMail}
                        onFile={showFile(mail.id)}
                      />
                    )}
                  </li>
                );
              })}
            </DaySection>
          ))}
        </ol>
      )}
      {list.more && !list.isPending ? <LoadMore busy={list.loadingMore} onMore={list.loadMore} /> : null}

      {sheet ? (
        <MailSheet
          org={org}
          project={project.id}
          mail={sheet}
          fact={place.fact}
          today={today}
          you={you.name}
          mayChange={mayChange}
          onFact={(fact) => {
            own.current = key(sheet.id, fact);
            set({ fact, file: undefined });
          }}
          onClose={() => close(sheet.id)}
          onMove={move(sheet)}
          onOpenMail={openMail}
          onFile={showFile(sheet.id)}
        />
      ) : null}
      {place.mail && place.file ? (
        <FileSheet
          org={org}
          email={place.mail}
          n={place.file}
          fact={place.fact}
          onClose={() => set({ file: undefined })}
        />
      ) : null}
      <JumpDialog
        open={jumping}
        onOpenChange={setJumping}
        from={project.first_mail_at && dayOf(project.first_mail_at)}
        to={today}
        onJump={(day) => {
          setJumping(false);
          jump(day);
        }}
      />
      <ProjectPicker
        org={org}
        open={moving !== null}
        onOpenChange={(on) => on || setMoving(null)}
        title={part ? "Move this part to" : "Move mail to"}
        current={part ? passage?.project_id : moving?.passages.length ? null : project.id}
        parts={moving ? partsOf(moving, movingText?.body.text, nameOf) : []}
        part={part}
        onPart={setPart}
        others={part ? [] : ["none", "review"]}
        onPick={(target) => {
          if (moving && passage && target.project)
            answers.movePassage(moving, passage.start, { id: target.project, name: target.name });
          else if (moving) answers.move(moving, target);
          setMoving(null);
        }}
      />
    </div>
  );
}

/** What of a mail may be moved: the whole, or a passage, told by its project and its first words. */
function partsOf(mail: Email, text: string | undefined, nameOf: (id: string) => string | undefined) {
  const passages = [...mail.passages].sort((a, b) => a.start - b.start);
  return [
    { key: "", text: "The whole mail" },
    ...passages.map((p) => ({
      key: String(p.start),
      text: `Part about ${nameOf(p.project_id) ?? "another project"}`,
      quote: text && wordsOf(text, p),
    })),
  ];
}

/** Back to a project from where a mail was moved as a whole: by its passages, where it has some. */
function backTo(mail: Email, project: { id: string; name: string }): Target {
  const aside = mail.passages_set_aside.filter((p) => !p.unsure);
  if (aside.length === 0) return { to: "project", project: project.id, name: project.name };
  return { to: "passages", project: aside.some((p) => p.project_id === project.id) ? undefined : project.id };
}

const key = (mail: string, fact?: string) => `${mail} ${fact ?? ""}`;

function cardButton(box: HTMLElement | null, mail: string): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-mail="${mail}"] [data-card-button]`) ?? null;
}

/** Whether an element begins on screen, with room to see what it is. */
function inSight(element: HTMLElement): boolean {
  const { top } = element.getBoundingClientRect();
  return top >= COVERED && top <= innerHeight * 0.6;
}

/** The list with the mails that were moved away, as far back as the list goes. */
function withGone(
  mails: readonly Email[],
  gone: readonly Email[],
  { all, narrowed, from }: { all: boolean; narrowed: boolean; from?: string },
): Email[] {
  if (narrowed) return [...mails];
  const oldest = Math.min(...mails.map((m) => Date.parse(m.date)));
  const newest = Math.max(...mails.map((m) => Date.parse(m.date)));
  const inside = gone.filter((m) => {
    const at = Date.parse(m.date);
    if (from !== undefined && dayOf(m.date) > from) return false;
    return all || (at >= oldest && at <= newest);
  });
  return [...inside, ...mails];
}

function DaySection({
  project,
  day,
  today,
  now,
  children,
}: {
  project: string;
  day: Day;
  today: string;
  now: Date;
  children: React.ReactNode;
}) {
  const word = formatDay(day.mails[0]?.date ?? day.day, now);
  const special = word === "Today" || word === "Yesterday" ? word : "";
  const [weekday, ...date] = formatWeekdayDate(day.day, today).split(" ");
  const facts = day.mails.reduce((sum, m) => sum + factsOn(m, project).filter(isLive).length, 0);
  return (
    <li
      data-day={day.day}
      className="group/day relative grid scroll-mt-[136px] grid-cols-[96px_minmax(0,1fr)] pb-2 before:absolute before:top-0 before:bottom-0 before:left-[83px] before:border-border before:border-l max-md:block max-md:scroll-mt-14 max-md:pb-3 max-md:before:hidden"
    >
      <h2 className="sticky top-[136px] self-start pt-[11px] max-lg:top-2 max-md:static max-md:flex max-md:items-baseline max-md:gap-2 max-md:pt-1.5 max-md:pb-2 max-md:text-base">
        <span className="block font-semibold text-base max-md:inline">
          {weekday}
          <span className="md:hidden">, {date.join(" ")}</span>
        </span>
        <span className="block text-muted-foreground text-sm max-md:hidden">{date.join(" ")}</span>
        {special ? (
          <span className="mt-0.5 block text-subtle-foreground text-xs max-md:mt-0 max-md:text-sm">
            {special}
          </span>
        ) : null}
        <span className="ml-auto font-normal text-muted-foreground text-sm md:hidden">
          {plural(day.mails.length, "mail")}
          {facts > 0 ? `, ${plural(facts, "fact")}` : ""}
        </span>
      </h2>
      <ul className="flex min-w-0 flex-col gap-2">{children}</ul>
    </li>
  );
}

function Dot({ filled }: { filled: boolean }) {
  return (
    <span
      aria-hidden
      className={cn(
        "absolute top-[18px] -left-[19px] size-[13px] rounded-full ring-2 ring-background max-md:hidden",
        filled ? "bg-primary" : "border-2 border-border-strong bg-background",
      )}
    />
  );
}

/** Asks for the next part when its place comes near the screen. */
function LoadMore({ busy, onMore }: { busy: boolean; onMore(): void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!ref.current || busy) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), {
      root: scroller(),
      rootMargin: "1200px",
    });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, [busy, onMore]);
  return (
    <div ref={ref} className="flex justify-center py-4 pl-24 max-md:pl-0">
      <Button look="link" className="text-sm" onClick={onMore}>
        {busy ? "Reading earlier mail…" : "Show earlier mail"}
      </Button>
    </div>
  );
}

function LoadingDays({ slow }: { slow: boolean }) {
  return (
    <div aria-busy="true" className={cn("flex flex-col gap-2 pl-24 max-md:pl-0", !slow && "invisible")}>
      <p className="sr-only">Reading the timeline</p>
      {[0, 1, 2, 3].map((i) => (
        <div key={i} className="flex h-[102px] flex-col gap-3 rounded-card border bg-card px-[14px] py-4">
          <Skeleton className="h-4 w-1/3" />
          <Skeleton className="ml-8 h-3.5 w-3/5" />
          <Skeleton className="ml-8 h-3.5 w-1/2" />
        </div>
      ))}
    </div>
  );
}

function NoMail({ project, place, onClear }: { project: ProjectDetail; place: Place; onClear(): void }) {
  if (place.kind || place.review || place.from) {
    const what = place.kind
      ? `No ${kindLooks[place.kind].many} match.`
      : place.review
        ? "No facts to review on this project."
        : "No mail this far back.";
    return (
      <Empty
        title={what}
        action={
          <Button size="small" onClick={onClear}>
            Clear filters
          </Button>
        }
      />
    );
  }
  return (
    <Empty title="No mail on this project yet.">
      Put <span className="font-mono text-foreground">{project.cc_address}</span> in CC: that mail lands here,
      with its decisions and actions.
    </Empty>
  );
}
