import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { FolderInput, Undo2 } from "lucide-react";
import { useMemo } from "react";
import { messageOf } from "../api/client";
import { type Move, moveEmail, movePassage } from "../api/queries/emails";
import { type Finish, finishFact, type Judgement, judgeFact, type RejectReason } from "../api/queries/facts";
import { orgKey } from "../api/queries/orgs";
import type { Email, Fact, Moved } from "../api/types";
import { observable, useObservable } from "../lib/observable";
import { toast } from "../ui/toast";
import { homeOf, type NamedPassage } from "./passages";

// What a person answers: a fact is right, or wrong, or says something else; a
// mail belongs elsewhere. Every answer shows at once everywhere the thing is on
// the page, goes back if the server refuses it, and can be taken back by Undo.

/** What the reasons are called, in the order they are offered. */
export const rejectReasons: readonly { value: RejectReason; label: string }[] = [
  { value: "wrong", label: "It is wrong" },
  { value: "not_a_fact", label: "Not a fact" },
  { value: "duplicate", label: "Duplicate" },
  { value: "wrong_project", label: "Wrong project" },
];

/** "duplicate" after "Rejected by you:". */
export function reasonWords(reason: string | undefined): string {
  const found = rejectReasons.find((r) => r.value === reason);
  return found ? found.label.replace("It is ", "").toLowerCase() : "";
}

/** Facts rejected since the page was loaded: they stay in sight, struck through. */
const rejectedNow = observable<ReadonlySet<string>>(new Set());

/** The facts that were rejected since the page was loaded. */
export function useRejectedNow(): ReadonlySet<string> {
  return useObservable(rejectedNow);
}

/** What a correction changes; proof is given as a whole. */
export type Correction = Omit<Judgement, "id" | "state" | "reason">;

/** Where a mail can be moved to, with the name for the message. */
export interface Target {
  to: "project" | "none" | "review" | "passages";
  project?: string;
  name?: string;
}

/** The answers a person can give on mail and facts of an organisation. */
export interface Answers {
  confirm(fact: Fact): Promise<boolean>;
  reject(fact: Fact, reason: RejectReason): Promise<boolean>;
  /** Throws what the server said, for the form. */
  correct(fact: Fact, change: Correction): Promise<void>;
  /** Corrects at once and says what was done; what the server refuses goes back. */
  set(fact: Fact, change: Correction, said: string): Promise<boolean>;
  /** Accepts that a later mail says otherwise of a fact that a person stood up for. */
  giveWay(fact: Fact): Promise<boolean>;
  /** The action is done or the risk closed, or not after all. */
  finish(fact: Fact, done: boolean): Promise<boolean>;
  /** Back to the state it had before this answer. */
  reopen(fact: Fact): Promise<boolean>;
  move(mail: Email, target: Target, thread?: boolean): Promise<boolean>;
  /** Says whether a passage in doubt belongs to the project it may belong to, or stays. */
  answerDoubt(mail: Email, passage: NamedPassage, yes: boolean): Promise<boolean>;
  /** Moves the passage that begins there, with its facts. */
  movePassage(mail: Email, start: number, project: { id: string; name?: string }): Promise<boolean>;
}

/** The answers, tied to the pages' data. */
export function useAnswers(org: string): Answers {
  const client = useQueryClient();
  return useMemo(() => makeAnswers(org, client), [org, client]);
}

function makeAnswers(org: string, client: QueryClient): Answers {
  const sendJudgement = judgeFact(org, client).mutationFn as (j: Judgement) => Promise<Fact>;
  const sendFinish = finishFact(org, client).mutationFn as (f: Finish) => Promise<Fact>;
  const sendMove = moveEmail(org, client).mutationFn as (m: Move) => Promise<Moved>;

  const sendPassage = movePassage(org, client).mutationFn as (p: {
    id: string;
    start: number;
    project_id: string;
  }) => Promise<Email>;

  /** Puts new values on a thing wherever it is shown, and asks anew for what counts it. */
  async function answer<T extends { id: string }>(
    before: T,
    shown: Partial<T>,
    send: () => Promise<T>,
  ): Promise<T> {
    await client.cancelQueries({ queryKey: orgKey(org) });
    patch(client, org, before.id, shown);
    try {
      const after = await send();
      patch(client, org, before.id, after);
      return after;
    } catch (error) {
      patch(client, org, before.id, before);
      throw error;
    } finally {
      // What is being read waits for its reader (live.ts) and is asked for when it is opened the
      // next time; everything else is asked for again now.
      client.invalidateQueries({ queryKey: orgKey(org), refetchType: "none" });
      client.refetchQueries({
        queryKey: orgKey(org),
        type: "active",
        predicate: (q) => q.meta?.live !== "hold",
      });
    }
  }

  /** The same, with a message instead of an error. */
  async function tell<T>(
    work: Promise<T>,
    done: string | ((now: T) => string),
    undo?: () => void,
    icon?: React.ReactNode,
  ) {
    try {
      const now = await work;
      toast(typeof done === "string" ? done : done(now), { undo, icon });
      return true;
    } catch (error) {
      toast(messageOf(error));
      return false;
    }
  }

  const judge = (fact: Fact, judgement: Omit<Judgement, "id">, shown: Partial<Fact>) =>
    answer(fact, shown, () => sendJudgement({ id: fact.id, ...judgement }));

  /** Back to how a fact was: its values first, if they changed, then its state. */
  async function restore(was: Fact, now: Fact) {
    try {
      let last = now;
      const { text, kind, owner, deadline, amount, standing = null, start, end, quote } = was;
      const values = { text, kind, owner, deadline, amount, standing, start, end, quote };
      const same = (Object.keys(values) as (keyof typeof values)[]).every(
        (key) => JSON.stringify(was[key] ?? null) === JSON.stringify(now[key] ?? null),
      );
      // Only a correction makes a fact corrected: what a person set right is said anew.
      if (!same || (was.state === "corrected" && now.state !== "corrected"))
        last = await judge(now, { state: "corrected", ...values }, { ...shownOf(values), state: was.state });
      if (was.state !== last.state && was.state !== "superseded")
        await judge(last, { state: was.state }, { state: was.state });
    } catch (error) {
      toast(messageOf(error));
    }
  }

  function moveTo(mail: Email, target: Target, thread: boolean): Promise<Moved> {
    const project_id = target.project ?? null;
    const state = target.to === "review" ? ("review" as const) : ("filed" as const);
    let taught: Moved["taught"] = null;
    const moved = answer<Email>(mail, { project_id, state, ...split(mail, target) }, async () => {
      const { taught: rule, ...now } = await sendMove({ id: mail.id, project_id, to: target.to, thread });
      taught = rule;
      return now;
    });
    return moved.then((now) => ({ ...now, taught }));
  }

  return {
    confirm: (fact) =>
      tell(judge(fact, { state: "confirmed" }, { state: "confirmed" }), "Confirmed.", () =>
        restore(fact, { ...fact, state: "confirmed" }),
      ),

    async reject(fact, reason) {
      rejectedNow.set(new Set(rejectedNow.get()).add(fact.id));
      return tell(
        judge(fact, { state: "rejected", reason }, { state: "rejected", reason }),
        `Rejected: ${reasonWords(reason)}.`,
        () => restore(fact, { ...fact, state: "rejected" }),
      );
    },

    async correct(fact, change) {
      const now = await judge(fact, { state: "corrected", ...change }, {});
      toast("Corrected.", { undo: () => restore(fact, now) });
    },

    async set(fact, change, said) {
      const corrected = judge(
        fact,
        { state: "corrected", ...change },
        { ...shownOf(change), state: "corrected" },
      );
      return tell(corrected, said, () => {
        corrected.then((now) => restore(fact, now)).catch(() => {});
      });
    },

    giveWay: (fact) =>
      tell(judge(fact, { state: "superseded" }, { state: "superseded" }), "Replaced by the later one.", () =>
        restore(fact, { ...fact, state: "superseded" }),
      ),

    finish(fact, done) {
      const say = (yes: boolean) =>
        answer<Fact>(fact, { done_at: yes ? new Date().toISOString() : null }, () =>
          sendFinish({ id: fact.id, done: yes }),
        );
      return tell(say(done), finishWords(fact.kind, done), () => {
        say(!done).catch((error) => toast(messageOf(error)));
      });
    },

    async reopen(fact) {
      try {
        await judge(fact, { state: "open" }, { state: "open" });
        return true;
      } catch (error) {
        toast(messageOf(error));
        return false;
      }
    },

    movePassage(mail, start, project) {
      const was = mail.passages.find((p) => p.start === start)?.project_id ?? mail.project_id;
      const send = (to: string) => sendPassage({ id: mail.id, start, project_id: to });
      return tell(
        answer<Email>(mail, {}, () => send(project.id)),
        `Part moved to ${project.name ?? "the project"}.`,
        () => {
          if (was) answer<Email>(mail, {}, () => send(was)).catch((error) => toast(messageOf(error)));
        },
        <FolderInput aria-hidden />,
      );
    },

    answerDoubt(mail, { start, project, name }, yes) {
      if (yes) return this.movePassage(mail, start, { id: project, name });
      const own = mail.project_id ?? "";
      return tell(
        answer<Email>(mail, {}, () => sendPassage({ id: mail.id, start, project_id: own })),
        "Kept here. “Move part” moves it later.",
      );
    },

    move(mail, target, thread = false) {
      const back: Target = mail.passages.length
        ? { to: "passages", project: mail.project_id ?? undefined }
        : mail.project_id
          ? { to: "project", project: mail.project_id }
          : { to: mail.state === "review" ? "review" : "none" };
      const moved = moveTo(mail, target, thread);
      return tell(
        moved,
        (now) => `${moveMessage(mail, target)}${now.taught ? ` Learned: ${now.taught.text}` : ""}`,
        () => {
          moved.then((now) => moveTo(now, back, false)).catch((error) => toast(messageOf(error)));
        },
        target.to === "review" ? <Undo2 aria-hidden /> : <FolderInput aria-hidden />,
      );
    },
  };
}

/** A correction as the fact shows it: no standing is none, not null. */
function shownOf({ standing, ...rest }: Correction): Partial<Fact> {
  return standing === undefined ? rest : { ...rest, standing: standing ?? undefined };
}

/** The passages of a mail after a move, in force or set aside. */
function split(mail: Email, target: Target): Pick<Email, "passages" | "passages_set_aside"> {
  const all = [...mail.passages, ...mail.passages_set_aside].sort((a, b) => a.start - b.start);
  return target.to === "passages"
    ? { passages: all.filter((p) => !p.unsure), passages_set_aside: all.filter((p) => p.unsure) }
    : { passages: [], passages_set_aside: all };
}

function finishWords(kind: Fact["kind"], done: boolean): string {
  if (kind === "risk") return done ? "Risk closed." : "Risk open again.";
  return done ? "Marked done." : "Open again.";
}

function moveMessage(mail: Email, target: Target): string {
  if (target.to === "none") return "Set aside: not project mail.";
  if (target.to === "review") return "Back in review.";
  if (target.to === "passages") return "Each part filed on its own project.";
  const verb = homeOf(mail) ? "Moved" : "Filed";
  return `${verb} to ${target.name ?? "the project"}.${factsWent(mail)}`;
}

/** " 4 facts went with it.", or nothing. */
function factsWent(mail: Email): string {
  const n = mail.facts.filter((f) => f.state !== "rejected").length;
  return n === 0 ? "" : ` ${n === 1 ? "1 fact" : `${n} facts`} went with it.`;
}

/** Puts new values on the thing with an id wherever it stands in the organisation's data. */
function patch(client: QueryClient, org: string, id: string, values: object): void {
  client.setQueriesData({ queryKey: orgKey(org) }, (data: unknown) => replaced(data, id, values));
}

/** The data with new values on the object of an id; the same data when it is not there. */
export function replaced<T>(data: T, id: string, values: object): T {
  if (Array.isArray(data)) {
    let changed = false;
    const next = data.map((item) => {
      const now = replaced(item, id, values);
      changed ||= now !== item;
      return now;
    });
    return changed ? (next as T) : data;
  }
  if (typeof data !== "object" || data === null) return data;
  const changes = Object.entries(data).flatMap(([key, value]) => {
    const now = replaced(value, id, values);
    return now === value ? [] : [[key, now] as const];
  });
  const kept = changes.length > 0 ? { ...data, ...Object.fromEntries(changes) } : data;
  return (kept as { id?: unknown }).id === id ? { ...kept, ...values } : kept;
}
