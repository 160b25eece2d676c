import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, ChevronDown, CircleAlert, Pencil } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import { projectQueries } from "../../api/queries/projects";
import type { Email, Fact } from "../../api/types";
import { useAnswers } from "../../domain/answers";
import { fileName } from "../../domain/attachments";
import { FactForm } from "../../domain/fact-form";
import { KindBadge, KindLabel } from "../../domain/fact-kind";
import { FactMeta, factMeta, ReviewBadge, SURE } from "../../domain/fact-value";
import { isFromFile } from "../../domain/file-proof";
import { FileText } from "../../domain/file-sheet";
import { factElementId, MailText, type Proof } from "../../domain/mail-text";
import { personName } from "../../domain/person-chip";
import { RejectItems } from "../../domain/reject-menu";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf, formatLong } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ErrorState } from "../../ui/error-state";
import { Menu, MenuContent, MenuTrigger } from "../../ui/menu";
import { Skeleton } from "../../ui/skeleton";
import { nextAfter } from "./clues";
import { Columns, ListItem, useNarrow } from "./columns";

interface FactTrayProps {
  org: string;
  facts: readonly Fact[];
  item?: string;
  you: string;
  mayJudge: boolean;
  onItem(id?: string): void;
}

/** Why a fact asks for a person, in words. */
export function doubtOf(fact: Fact): string {
  if (fact.proof === "value_missing") return "A value does not stand in the quote";
  if (fact.proof === "unverified") return "The quote was not found in the mail";
  return fact.confidence < SURE ? "Projectr is not sure of this" : "";
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
  const confirm = done((f) => answers.confirm(f));
  const step = (by: number) => {
    const to = facts[facts.findIndex((f) => f.id === fact?.id) + by];
    if (!to || narrow) return false;
    onItem(to.id);
  };
  const group = "Review";
  useKeys([
    { keys: "c", label: "Confirm fact", group, run: confirm },
    { keys: "Enter", label: "Confirm fact", group, run: confirm },
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
              ["e", "correct"],
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
                  <span className="mt-0.5 block truncate text-muted-foreground text-xs">{doubtOf(f)}</span>
                  <span className="mt-0.5 block truncate text-muted-foreground text-xs">
                    {projectName(f)}
                  </span>
                </span>
                <Badge tone="review" className="tabular-nums">
                  {Math.round(f.confidence * 100)}%
                </Badge>
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
                Is this right?
              </h2>
              {mayJudge ? (
                <>
                  <Button look="primary" className="w-full max-md:h-11" onClick={confirm}>
                    <Check aria-hidden /> Confirm
                  </Button>
                  <div className="mt-2 grid grid-cols-2 gap-2">
                    <Button className="max-md:h-11" onClick={() => edit(fact.id)}>
                      <Pencil aria-hidden /> Correct
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
            </section>
          )
        ) : null
      }
    />
  );
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
  const meta = factMeta(fact, dayOf(now), you);
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
        <p className="mt-1 text-muted-foreground text-sm">
          {meta.length > 0 ? (
            <>
              <FactMeta parts={meta} /> ·{" "}
            </>
          ) : null}
          Project <span className="font-medium text-foreground">{project}</span>
        </p>
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
              {doubtOf(fact)}.
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
