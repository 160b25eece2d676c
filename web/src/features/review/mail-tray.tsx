import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CornerDownLeft, FolderPlus, MailQuestionMark, Signpost } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { emailQueries } from "../../api/queries/emails";
import { createProject } from "../../api/queries/projects";
import type { Candidate, Email, EmailDetail, Proposal } from "../../api/types";
import { type Target, useAnswers } from "../../domain/answers";
import { AttachmentChips } from "../../domain/attachments";
import { KindBadge } from "../../domain/fact-kind";
import { FactMeta, factMeta, isLive, ReviewBadge } from "../../domain/fact-value";
import { FileProof, isFromFile } from "../../domain/file-proof";
import { FileSheet } from "../../domain/file-sheet";
import { MailFlags } from "../../domain/mail-flags";
import { MailOrigin } from "../../domain/mail-origin";
import { factElementId, MailText } from "../../domain/mail-text";
import { NewProjectDialog } from "../../domain/new-project-dialog";
import { personName } from "../../domain/person-chip";
import { ProjectPicker } from "../../domain/project-picker";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { offsetsOf } from "../../lib/code-points";
import { dayOf, formatWhen } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { Button } from "../../ui/button";
import { Kbd } from "../../ui/kbd";
import { Notice } from "../../ui/notice";
import { type Clue, clueLine, cluesIn, nextAfter } from "./clues";
import { Columns, ListItem, useNarrow } from "./columns";
import { TrayFrame } from "./tray-mail";

interface MailTrayProps {
  org: string;
  mails: readonly Email[];
  item?: string;
  you: string;
  mayFile: boolean;
  /** Stands below the list. */
  more?: React.ReactNode;
  onItem(id?: string): void;
}

/** Mail that no project was sure of: one question at a time. */
export function MailTray({ org, mails, item, you, mayFile, more, onItem }: MailTrayProps) {
  const now = useNow();
  const narrow = useNarrow();
  const client = useQueryClient();
  const answers = useAnswers(org);
  const named = mails.find((m) => m.id === item);
  const mail = named ?? (narrow ? undefined : mails[0]);
  const next = mail && nextAfter(mails, mail.id);
  const [chosen, setChosen] = useState<{ mail: string; at: number }>({ mail: "", at: 0 });
  const [thread, setThread] = useState(true);
  const divisible = mail?.passages_set_aside.some((p) => !p.unsure);
  // What the project that is picked is for: the whole mail, or what its passages leave over.
  const [part, setPart] = useState("");
  const [picking, setPicking] = useState(false);
  const [creating, setCreating] = useState<string | null>(null);
  const create = useMutation(createProject(org, client));

  const candidates = mail?.match.candidates ?? [];
  const at = chosen.mail === mail?.id ? Math.min(chosen.at, candidates.length - 1) : 0;
  const candidate = candidates[at];
  const proposal = mail?.match.proposal ?? null;

  useEffect(() => {
    if (next) client.prefetchQuery(emailQueries.one(org, next.id));
  }, [client, org, next]);

  const file = (target: Target) => {
    if (!mail) return;
    setPicking(false);
    setCreating(null);
    onItem(narrow ? undefined : next?.id);
    answers.move(mail, target, target.to === "project" && thread);
  };
  /** Makes the project a mail seems to be about, and files the mail on it. */
  const found = async (p: Proposal) => {
    try {
      const project = await create.mutateAsync({ ...p, status: "active" });
      file({ to: "project", project: project.id, name: project.name });
    } catch {
      setCreating(p.name); // the form says what is wrong with it
    }
  };
  const fileTo = (c: Candidate | undefined) => {
    if (!mayFile || !c) return false;
    file({ to: "project", project: c.project_id, name: c.name });
  };
  const step = (by: number) => {
    const to = mails[mails.findIndex((m) => m.id === mail?.id) + by];
    if (!to || narrow) return false;
    onItem(to.id);
  };
  const asks = (run: () => void) => () => {
    if (!mayFile || !mail) return false;
    run();
  };
  const group = "Review";
  useKeys([
    { keys: "Enter", label: "File mail", group, run: () => fileTo(candidate) },
    ...candidates.map((_, i) => ({
      keys: String(i + 1),
      label: `Choose suggestion ${i + 1}`,
      group,
      run: asks(() => setChosen({ mail: mail?.id ?? "", at: i })),
    })),
    { keys: "p", label: "Other project", group, run: asks(() => setPicking(true)) },
    { keys: "n", label: "New project", group, run: asks(() => setCreating(proposal?.name ?? "")) },
    { keys: "x", label: "Not project mail", group, run: asks(() => file({ to: "none" })) },
    { keys: "j", label: "Next item", group, run: () => step(1) },
    { keys: "k", label: "Item before", group, run: () => step(-1) },
    { keys: "ArrowDown", label: "Next item", group, run: () => step(1) },
    { keys: "ArrowUp", label: "Item before", group, run: () => step(-1) },
  ]);

  return (
    <>
      <Columns
        open={mail !== undefined}
        title={mail?.subject || "No subject"}
        onClose={() => onItem()}
        hints={
          mayFile
            ? [
                ["Enter", "file"],
                ["1 2 3", "choose"],
                ["p", "other"],
                ["n", "new"],
                ["x", "not project"],
                ["z", "undo"],
              ]
            : [["j k", "next"]]
        }
        list={
          <>
            <ul aria-label="Unmatched mail">
              {mails.map((m) => (
                <ListItem key={m.id} current={m.id === mail?.id} onOpen={() => onItem(m.id)}>
                  <MailRow mail={m} now={now} />
                </ListItem>
              ))}
            </ul>
            {more}
          </>
        }
        item={mail ? <TrayMail key={mail.id} org={org} mail={mail} now={now} you={you} /> : null}
        answer={
          mail ? (
            <section
              aria-labelledby="answer"
              className="flex flex-col px-6 pt-[18px] pb-6 max-lg:px-4 max-lg:pt-3"
            >
              <h2 id="answer" className="mb-2 font-semibold text-base">
                Where does this go?
              </h2>
              {candidates.length > 0 ? (
                <ul className="-mx-2.5 mb-2.5 max-lg:mx-0">
                  {candidates.map((c, i) => (
                    <li key={c.project_id}>
                      <CandidateRow
                        candidate={c}
                        at={i}
                        pressed={i === at}
                        onPick={() => setChosen({ mail: mail.id, at: i })}
                      />
                    </li>
                  ))}
                </ul>
              ) : (
                <p className="mb-3 text-muted-foreground text-sm">
                  {mail.match.reasons[0]?.text ?? "Nothing in the mail names a project."}
                </p>
              )}
              {mayFile && proposal ? (
                <ProposalCard
                  proposal={proposal}
                  primary={!candidate}
                  working={create.isPending}
                  onCreate={() => found(proposal)}
                  onEdit={() => setCreating(proposal.name)}
                />
              ) : null}
              {mayFile ? (
                <>
                  {candidate ? (
                    <Button look="primary" className="w-full max-md:h-11" onClick={() => fileTo(candidate)}>
                      <span className="truncate">File to {candidate.name}</span>
                      <CornerDownLeft aria-hidden />
                    </Button>
                  ) : null}
                  <div className="mt-2 grid grid-cols-2 gap-2">
                    <Button
                      look={candidate || proposal ? "outline" : "primary"}
                      className="max-md:h-11"
                      onClick={() => setPicking(true)}
                    >
                      Other project
                    </Button>
                    <Button className="max-md:h-11" onClick={() => file({ to: "none" })}>
                      Not project mail
                    </Button>
                  </div>
                  <label className="mt-3 flex min-h-6 items-center gap-2 text-muted-foreground text-sm max-md:min-h-11">
                    <input
                      type="checkbox"
                      checked={thread}
                      onChange={(e) => setThread(e.target.checked)}
                      className="size-4 accent-primary"
                    />
                    File later mails in this thread here too
                  </label>
                  <Button
                    look="link"
                    className="mt-2 self-start text-sm max-md:min-h-11"
                    onClick={() => setCreating(proposal?.name ?? "")}
                  >
                    New project
                  </Button>
                </>
              ) : (
                <ViewerLine what="file mail" className="mt-2" />
              )}
            </section>
          ) : null
        }
      />
      <ProjectPicker
        org={org}
        open={picking}
        onOpenChange={setPicking}
        title="File mail to"
        parts={
          divisible
            ? [
                { key: "", text: "The whole mail" },
                { key: "rest", text: "Only the rest; the parts about known projects go to those" },
              ]
            : []
        }
        part={part}
        onPart={setPart}
        others={["none"]}
        onPick={(target) => {
          const split = part === "rest" && target.to === "project" && divisible;
          file(split ? { ...target, to: "passages" } : target);
          setPart("");
        }}
        onNew={(name) => {
          setPicking(false);
          setCreating(name);
        }}
      />
      <NewProjectDialog
        open={creating !== null}
        onOpenChange={(on) => on || setCreating(null)}
        name={creating ?? ""}
        given={creating && creating === proposal?.name ? proposal : undefined}
        create={create.mutateAsync}
        onCreated={(project) => file({ to: "project", project: project.id, name: project.name })}
      />
    </>
  );
}

function MailRow({ mail, now }: { mail: Email; now: Date }) {
  const clue = clueLine(mail);
  const Icon = clue.named ? Signpost : MailQuestionMark;
  return (
    <>
      <span className="flex items-baseline justify-between gap-3">
        <span className="truncate font-semibold text-sm">{personName(mail.from[0])}</span>
        <time dateTime={mail.date} className="shrink-0 text-muted-foreground text-xs tabular-nums">
          {formatWhen(mail.date, now)}
        </time>
      </span>
      <span className="mt-0.5 block truncate text-sm">{mail.subject || "No subject"}</span>
      <span className="mt-0.5 flex items-center gap-1.5 text-muted-foreground text-xs">
        <Icon className="size-3.5 shrink-0" aria-hidden strokeWidth={1.75} />
        <span className="truncate">{clue.text}</span>
      </span>
    </>
  );
}

/** A project that does not exist yet, as the mail describes it. */
function ProposalCard({
  proposal,
  primary,
  working,
  onCreate,
  onEdit,
}: {
  proposal: Proposal;
  primary: boolean;
  working: boolean;
  onCreate(): void;
  onEdit(): void;
}) {
  const values = [
    ["Job number", proposal.job_number],
    ["Address", proposal.address],
    ["Client", proposal.client],
  ].filter(([, value]) => value);
  return (
    <section
      aria-label={`New project: ${proposal.name}`}
      className="mb-2.5 rounded-card border border-border-strong border-dashed px-3 pt-2.5 pb-3"
    >
      <p className="flex items-center gap-1.5 text-muted-foreground text-xs">
        <FolderPlus className="size-3.5" aria-hidden strokeWidth={1.75} /> Looks like a new project
      </p>
      <p className="mt-0.5 font-semibold text-sm">{proposal.name}</p>
      <dl className="text-xs">
        {values.map(([name, value]) => (
          <div key={name} className="flex gap-1.5">
            <dt className="shrink-0 text-muted-foreground">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-2.5 flex gap-2">
        <Button
          look={primary ? "primary" : "outline"}
          size="small"
          className="min-w-0 flex-1 max-md:h-11"
          working={working}
          onClick={onCreate}
        >
          <span className="truncate">Create project and file</span>
        </Button>
        <Button
          size="small"
          className="max-md:h-11"
          aria-label={`Edit new project: ${proposal.name}`}
          onClick={onEdit}
        >
          Edit
        </Button>
      </div>
    </section>
  );
}

function CandidateRow({
  candidate,
  at,
  pressed,
  onPick,
}: {
  candidate: Candidate;
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
        "flex w-full gap-2.5 rounded-card border border-transparent px-2.5 py-2 text-left transition-colors hover:bg-accent",
        pressed && "border-primary bg-primary-soft hover:bg-primary-soft",
      )}
    >
      <Kbd className="mt-px shrink-0">{at + 1}</Kbd>
      <span className="min-w-0 flex-1">
        <span className="block font-semibold text-sm">{candidate.name}</span>
        {candidate.reasons.map((r) => (
          <span key={r.text} className="block text-muted-foreground text-xs">
            {r.text}
          </span>
        ))}
      </span>
      <span
        className={cn("shrink-0 text-sm tabular-nums", pressed ? "font-semibold" : "text-muted-foreground")}
      >
        {Math.round(candidate.confidence * 100)}%
      </span>
    </button>
  );
}

function TrayMail({ org, mail, now, you }: { org: string; mail: Email; now: Date; you: string }) {
  const [active, setActive] = useState<string | null>(null);
  const [file, setFile] = useState<{ n: number; fact?: string } | null>(null);
  const clues = useMemo(() => cluesIn(mail.match, "text"), [mail.match]);
  const today = dayOf(now);
  return (
    <>
      <TrayFrame org={org} mail={mail} now={now} subject={<Subject mail={mail} />}>
        {(data) => {
          const facts = data.facts.filter(isLive);
          return (
            <>
              <MailFlags org={org} mail={data} className="mb-3" />
              {data.warnings.map((w) => (
                <Notice key={w} tone="warning" className="mb-3">
                  {w}
                </Notice>
              ))}
              <MailOrigin org={org} mail={data} className="mb-3" />
              <TrayText data={data} clues={clues} active={active} onHover={setActive} />
              <AttachmentChips
                org={org}
                email={mail.id}
                files={data.attachments}
                onShow={(n) => setFile({ n })}
                className="mt-3"
              />
              {facts.length > 0 ? (
                <section className="mt-[18px] border-t pt-3">
                  <h3 className="mb-1.5 font-medium text-muted-foreground text-xs">
                    Once filed, this mail adds
                  </h3>
                  <ul>
                    {facts.map((f) => (
                      <li
                        key={f.id}
                        id={factElementId(f.id)}
                        onPointerEnter={() => setActive(f.id)}
                        onPointerLeave={() => setActive(null)}
                        className="flex min-h-[26px] items-center gap-1.5 rounded-[4px] text-sm"
                      >
                        <KindBadge kind={f.kind} named />
                        <span className="min-w-0 flex-1">
                          {f.text}
                          <FileProof
                            fact={f}
                            files={data.attachments}
                            onShow={() => setFile({ n: f.file ?? 0, fact: f.id })}
                          />
                        </span>
                        <ReviewBadge fact={f} short />
                        <span className="shrink-0 text-muted-foreground text-xs">
                          <FactMeta parts={factMeta(f, today, you).slice(0, 2)} />
                        </span>
                      </li>
                    ))}
                  </ul>
                </section>
              ) : null}
            </>
          );
        }}
      </TrayFrame>
      {file ? <FileSheet org={org} email={mail.id} {...file} onClose={() => setFile(null)} /> : null}
    </>
  );
}

/** The mail's words; marks are made once and not at every touch of the pointer. */
function TrayText({
  data,
  clues,
  active,
  onHover,
}: {
  data: EmailDetail;
  clues: readonly Clue[];
  active: string | null;
  onHover(fact: string | null): void;
}) {
  const facts = useMemo(() => data.facts.filter((f) => isLive(f) && !isFromFile(f)), [data]);
  return (
    <MailText
      body={data.body}
      facts={facts}
      clues={clues}
      active={active}
      onHover={([fact]) => onHover(fact ?? null)}
    />
  );
}

/** The subject, with the words a project was guessed by. */
function Subject({ mail }: { mail: Email }) {
  const { subject } = mail;
  if (!subject) return "No subject";
  const at = offsetsOf(subject);
  const parts: React.ReactNode[] = [];
  let done = 0;
  for (const clue of cluesIn(mail.match, "subject")) {
    const start = Math.max(at.toUnit(clue.start), done);
    const end = at.toUnit(clue.end);
    if (end <= start) continue;
    parts.push(
      subject.slice(done, start),
      <span key={start} className="match-clue">
        {subject.slice(start, end)}
      </span>,
    );
    done = end;
  }
  return [...parts, subject.slice(done)];
}
