import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, CircleAlert, CornerDownLeft, Pencil } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import { projectQueries } from "../../api/queries/projects";
import type { Email, Fact } from "../../api/types";
import { useAnswers } from "../../domain/answers";
import { fileName } from "../../domain/attachments";
import { FactForm } from "../../domain/fact-form";
import { KindBadge, KindLabel } from "../../domain/fact-kind";
import { doubtOf, ReviewBadge, SURE, standingLabels } from "../../domain/fact-value";
import { isFromFile } from "../../domain/file-proof";
import { FileText } from "../../domain/file-sheet";
import { factElementId, MailText, type Proof } from "../../domain/mail-text";
import { personName } from "../../domain/person-chip";
import { RejectItems } from "../../domain/reject-menu";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf, formatDate, formatLong, formatWeekdayDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { formatAmount } from "../../lib/money";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ErrorState } from "../../ui/error-state";
import { Kbd } from "../../ui/kbd";
import { Menu, MenuContent, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { alike } from "./alike";
import { nextAfter } from "./clues";
import { Columns, ListItem, useNarrow } from "./columns";
import { type FactOption, questionOf } from "./fact-options";

interface FactTrayProps {
  org: string;
  facts: readonly Fact[];
  item?: string;
  you: string;
  mayJudge: boolean;
  onItem(id?: string): void;
}

/** Facts that ask for a person: is it right? */
export function FactTray({ org, facts, item, you, mayJudge, onItem }: FactTrayProps) {
  const narrow = useNarrow();
  const client = useQueryClient();
  const answers = useAnswers(org);
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  const fact = facts.find((f) => f.id === item) ?? (narrow ? undefined : facts[0]);
  const next = fact && nextAfter(facts, fact.id);
  const [editing, setEditing] = useState("");
  const [rejecting, setRejecting] = useState(false);
  const [proof, setProof] = useState<Proof | null>(null);
  const open = fact !== undefined && editing === fact.id;
  const { data: mail } = useQuery({
    ...emailQueries.one(org, fact?.email_id ?? ""),
    enabled: fact !== undefined,
  });
  const today = dayOf(useNow());
  const asked = fact && questionOf(fact, mail, today);
  const [chosen, setChosen] = useState<{ fact: string; at: number } | null>(null);
  const at = fact && chosen?.fact === fact.id ? chosen.at : (asked?.first ?? 0);
  const option = asked?.options[at];

  useEffect(() => {
    if (next) client.prefetchQuery(emailQueries.one(org, next.email_id));
  }, [client, org, next]);

  const edit = (id: string) => {
    setProof(null);
    setEditing(id);
  };
  const done = (run: (fact: Fact) => void) => () => {
    if (!mayJudge || !fact) return false;
    onItem(narrow ? undefined : next?.id);
    run(fact);
  };
  const save = done((f) => {
    if (option?.act.do === "correct")
      answers.set(f, option.act.change, `${option.save.replace("Save", "Saved")}.`);
    else if (option?.act.do === "reject") answers.reject(f, option.act.reason);
    else answers.confirm(f);
  });
  const choose = (to: number) => {
    if (!mayJudge || !fact) return false;
    setChosen({ fact: fact.id, at: to });
  };
  const step = (by: number) => {
    const to = facts[facts.findIndex((f) => f.id === fact?.id) + by];
    if (!to || narrow) return false;
    onItem(to.id);
  };
  const group = "Review";
  useKeys([
    { keys: "c", label: "Confirm fact", group, run: save },
    { keys: "Enter", label: option?.save ?? "Confirm fact", group, run: save },
    ...(asked?.options ?? []).map((_, i) => ({
      keys: String(i + 1),
      label: `Choose answer ${i + 1}`,
      group,
      run: () => choose(i),
    })),
    {
      keys: "e",
      label: "Correct fact",
      group,
      run: () => {
        if (!mayJudge || !fact) return false;
        edit(fact.id);
      },
    },
    {
      keys: "x",
      label: "Reject fact",
      group,
      run: () => {
        if (!mayJudge || !fact) return false;
        setRejecting(true);
      },
    },
    { keys: "j", label: "Next item", group, run: () => step(1) },
    { keys: "k", label: "Item before", group, run: () => step(-1) },
    { keys: "ArrowDown", label: "Next item", group, run: () => step(1) },
    { keys: "ArrowUp", label: "Item before", group, run: () => step(-1) },
  ]);

  const projectName = (f: Fact) => projects.find((p) => p.id === f.project_id)?.name ?? "";
  return (
    <Columns
      open={fact !== undefined}
      title={fact?.text ?? ""}
      onClose={() => onItem()}
      hints={
        mayJudge
          ? [
              ["c", "confirm"],
              ["1 2 3", "answer"],
              ["e", "edit"],
              ["x", "reject"],
              ["j k", "next"],
              ["z", "undo"],
            ]
          : [["j k", "next"]]
      }
      list={
        <ul aria-label="Unsure facts">
          {facts.map((f) => (
            <ListItem key={f.id} current={f.id === fact?.id} onOpen={() => onItem(f.id)}>
              <span className="flex items-start gap-2">
                <KindBadge kind={f.kind} named className="mt-px" />
                <span className="min-w-0 flex-1">
                  <span className="line-clamp-2 font-semibold text-sm">{f.text}</span>
                  <span className="mt-0.5 line-clamp-2 text-muted-foreground text-xs">
                    {doubtOf(f).replace(/\.$/, "")}
                  </span>
                  <span className="mt-0.5 block truncate text-muted-foreground text-xs">
                    {projectName(f)}
                  </span>
                </span>
                {f.confidence < SURE ? (
                  <Badge tone="review" className="tabular-nums">
                    {Math.round(f.confidence * 100)}%
                  </Badge>
                ) : null}
              </span>
            </ListItem>
          ))}
        </ul>
      }
      item={
        fact ? (
          <TrayFact
            key={fact.id}
            org={org}
            fact={fact}
            you={you}
            project={projectName(fact)}
            proof={open ? proof : null}
            onSelect={open ? setProof : undefined}
          />
        ) : null
      }
      answer={
        fact ? (
          open ? (
            <div className="px-3 py-1">
              <FactForm
                key={fact.id}
                fact={fact}
                proof={proof}
                selectIn={isFromFile(fact) ? "file" : "mail"}
                save={async (change) => {
                  await answers.correct(fact, change);
                  onItem(narrow ? undefined : next?.id);
                }}
                onDone={() => edit("")}
                onReject={(reason) => done((f) => answers.reject(f, reason))()}
              />
            </div>
          ) : (
            <section
              aria-labelledby="answer"
              className="flex flex-col px-6 pt-[18px] pb-6 max-lg:px-4 max-lg:pt-3"
            >
              <h2 id="answer" className="mb-2 font-semibold text-base">
                {asked?.ask}
              </h2>
              {mayJudge ? (
                <>
                  <ul className="-mx-2.5 mb-2.5 max-lg:mx-0">
                    {asked?.options.map((o, i) => (
                      <li key={o.title}>
                        <OptionRow option={o} at={i} pressed={i === at} onPick={() => choose(i)} />
                      </li>
                    ))}
                  </ul>
                  <Button look="primary" className="w-full max-md:h-11" onClick={save}>
                    <span className="truncate">{option?.save}</span> <CornerDownLeft aria-hidden />
                  </Button>
                  <div className="mt-2 grid grid-cols-2 gap-2">
                    <Button className="max-md:h-11" onClick={() => edit(fact.id)}>
                      <Pencil aria-hidden /> Edit
                    </Button>
                    <Menu open={rejecting} onOpenChange={setRejecting}>
                      <MenuTrigger asChild>
                        <Button look="destructive" className="max-md:h-11">
                          Reject <ChevronDown aria-hidden />
                        </Button>
                      </MenuTrigger>
                      <MenuContent align="end">
                        <RejectItems onReject={(reason) => done((f) => answers.reject(f, reason))()} />
                      </MenuContent>
                    </Menu>
                  </div>
                </>
              ) : (
                <ViewerLine />
              )}
              <JobBefore org={org} fact={fact} today={today} />
            </section>
          )
        ) : null
      }
    />
  );
}

function OptionRow({
  option,
  at,
  pressed,
  onPick,
}: {
  option: FactOption;
  at: number;
  pressed: boolean;
  onPick(): void;
}) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPick}
      className={cn(
        "flex w-full gap-2.5 rounded-card border border-transparent px-2.5 py-2 text-left transition-colors hover:bg-accent max-md:min-h-11",
        pressed && "border-primary bg-primary-soft hover:bg-primary-soft",
      )}
    >
      <Kbd className="mt-px shrink-0">{at + 1}</Kbd>
      <span className="min-w-0 flex-1">
        <span className="block font-semibold text-sm">{option.title}</span>
        <span className="block text-muted-foreground text-xs">{option.note}</span>
      </span>
    </button>
  );
}

/** What mails of this job said of the same thing earlier. */
function JobBefore({ org, fact, today }: { org: string; fact: Fact; today: string }) {
  const { data } = useQuery({
    ...projectQueries.facts(org, fact.project_id, fact.kind),
    enabled: fact.project_id !== "",
  });
  const before = useMemo(() => alike(fact, data ?? []), [fact, data]);
  if (before.length === 0) return null;
  return (
    <section aria-labelledby="before" className="mt-5 border-t pt-4">
      <h3 id="before" className="mb-1.5 font-semibold text-base">
        On this job before
      </h3>
      <ul>
        {before.map((f) => (
          <li key={f.id}>
            <Link
              to="/orgs/$org/projects/$project"
              params={{ org, project: f.project_id }}
              search={{ mail: f.email_id, fact: f.id }}
              className="flex min-h-7 items-baseline gap-3 rounded-[4px] py-1 text-sm hover:underline max-md:min-h-11 max-md:items-center"
            >
              <span className="w-12 shrink-0 text-muted-foreground tabular-nums">
                {formatDate(dayOf(f.at), today)}
              </span>
              <span className="min-w-0">
                {f.text}
                {f.standing ? (
                  <span className="text-muted-foreground">, {standingLabels[f.standing].toLowerCase()}</span>
                ) : null}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A fact's values under their names, and its project. */
function valuesOf(fact: Fact, today: string, you: string, project: string): [name: string, value: string][] {
  const name = (n: string) => (n.toLowerCase() === you.toLowerCase() ? "You" : n);
  const values: [string, string][] = [];
  if (fact.amount) values.push(["Amount", formatAmount(fact.amount)]);
  if (fact.kind === "budget_mention")
    values.push(["Kind", fact.standing ? standingLabels[fact.standing] : "Only a figure"]);
  if (fact.kind === "action_item") values.push(["Owner", fact.owner ? name(fact.owner) : "Nobody named"]);
  if (fact.kind === "decision" && fact.made_by) values.push(["Decided by", name(fact.made_by)]);
  if (fact.deadline)
    values.push([fact.kind === "action_item" ? "Due" : "Date", formatWeekdayDate(fact.deadline, today)]);
  if (project) values.push(["Project", project]);
  return values;
}

function nameOfFile(mail: Email, fact: Fact): string {
  const file = mail.attachments.find((f) => f.n === fact.file);
  return file ? fileName(file) : `attachment ${fact.file}`;
}

interface TrayFactProps {
  org: string;
  fact: Fact;
  you: string;
  project: string;
  proof: Proof | null;
  onSelect?(proof: Proof): void;
}

function TrayFact({ org, fact, you, project, proof, onSelect }: TrayFactProps) {
  const now = useNow();
  const { data, error, isPending, refetch } = useQuery(emailQueries.one(org, fact.email_id));
  const slow = useDelayed(isPending);
  const text = useRef<HTMLDivElement>(null);
  const marked = useMemo(
    () => [proof ? { id: fact.id, start: proof.start, end: proof.end } : fact],
    [fact, proof],
  );
  const sender = data?.from[0];

  // biome-ignore lint/correctness/useExhaustiveDependencies: the sentence stands there once the mail does
  useEffect(() => {
    text.current?.querySelector("mark")?.scrollIntoView({ block: "center" });
  }, [data?.id]);

  return (
    <article>
      <header id={factElementId(fact.id)} className="border-b px-7 pt-[14px] pb-[13px] max-lg:px-5">
        <div className="flex items-center gap-2">
          <KindBadge kind={fact.kind} />
          <KindLabel kind={fact.kind} />
          <ReviewBadge fact={fact} />
          <Link
            to="/orgs/$org/projects/$project"
            params={{ org, project: fact.project_id }}
            search={{ mail: fact.email_id, fact: fact.id }}
            className="ml-auto rounded-[3px] font-medium text-primary text-sm hover:underline"
          >
            Open in timeline
          </Link>
        </div>
        <h2 className="mt-2 font-semibold text-title max-md:text-lead">{fact.text}</h2>
        <dl className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-sm">
          {valuesOf(fact, dayOf(now), you, project).map(([name, value]) => (
            <div key={name} className="flex gap-1">
              <dt className="text-muted-foreground">{name}</dt>
              <dd className="font-medium">{value}</dd>
            </div>
          ))}
        </dl>
      </header>
      <div className="max-w-[720px] px-7 py-3 max-lg:px-5">
        {error ? (
          <ErrorState what="The mail could not be read." message={messageOf(error)} retry={() => refetch()} />
        ) : data ? (
          <>
            <div className="mb-3 flex items-center gap-2 text-sm">
              <Avatar name={personName(sender)} size="small" />
              <span className="min-w-0 truncate">
                <span className="font-semibold">{personName(sender)}</span>
                <span className="text-muted-foreground">, {data.subject || "No subject"}</span>
              </span>
              <time
                dateTime={data.date}
                className="ml-auto shrink-0 text-muted-foreground text-xs tabular-nums"
              >
                {formatLong(data.date, now)}
              </time>
            </div>
            {isFromFile(fact) ? (
              <>
                <p className="mb-2 text-muted-foreground text-xs">
                  From <span className="font-medium text-foreground">{nameOfFile(data, fact)}</span>
                </p>
                <FileText
                  org={org}
                  email={fact.email_id}
                  n={fact.file ?? 0}
                  fact={fact.id}
                  proof={proof}
                  onSelect={onSelect}
                />
              </>
            ) : (
              <div ref={text}>
                <MailText
                  body={data.body}
                  facts={marked}
                  active={fact.id}
                  onSelect={onSelect}
                  className="text-muted-foreground"
                />
              </div>
            )}
            <p className="mt-3 flex items-start gap-2.5 rounded-control bg-warning-soft px-3 py-2.5 text-sm">
              <CircleAlert className="mt-px size-4 shrink-0 text-warning" aria-hidden />
              {doubtOf(fact).replace(/\.$/, "")}.
            </p>
          </>
        ) : (
          <div className={cn("flex flex-col gap-3", !slow && "invisible")}>
            <Skeleton className="h-4 w-1/4" />
            <Skeleton className="h-4 w-4/5" />
            <Skeleton className="h-4 w-3/5" />
          </div>
        )}
      </div>
    </article>
  );
}
