import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import type { Attachment, Email, MailAddress, ProjectDetail } from "../../api/types";
import { attachmentUrl, fileIcon, fileName } from "../../domain/attachments";
import { isLive } from "../../domain/fact-value";
import { PersonChip, personName } from "../../domain/person-chip";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatBytes, formatCount } from "../../lib/money";
import { Card } from "../../ui/card";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";
import { deciderOf } from "./fact-filter";

interface MailTableProps {
  org: string;
  project: ProjectDetail;
}

/** Somebody who wrote on the job. */
export interface Writer {
  person: MailAddress;
  mails: number;
  /** Decisions that mails say they made, whoever wrote it. */
  decisions: number;
  last: Email;
}

/** Who wrote, the most mails first; one address is one person, under the name it used last. */
export function writersOf(mails: readonly Email[]): Writer[] {
  const made = new Map<string, number>();
  for (const fact of mails.flatMap((m) => m.facts)) {
    if (fact.kind !== "decision" || !isLive(fact)) continue;
    const name = deciderOf(fact).name.toLowerCase();
    if (name) made.set(name, (made.get(name) ?? 0) + 1);
  }
  const found = new Map<string, Writer>();
  for (const mail of mails) {
    const [person] = mail.from;
    if (!person) continue;
    const key = person.address.toLowerCase();
    const w = found.get(key) ?? { person, mails: 0, decisions: 0, last: mail };
    w.mails++;
    if (Date.parse(mail.date) > Date.parse(w.last.date)) Object.assign(w, { last: mail, person });
    found.set(key, w);
  }
  for (const w of found.values()) w.decisions = made.get(w.person.name.toLowerCase()) ?? 0;
  return [...found.values()].sort(
    (a, b) => b.mails - a.mails || personName(a.person).localeCompare(personName(b.person)),
  );
}

const publicMail = /^(gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|aol|gmx|proton(mail)?|web)\./;

/** The mail domain that stands for somebody's firm; empty where anybody may have an address. */
export function firmOf({ address }: Pick<MailAddress, "address">): string {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return publicMail.test(domain) ? "" : domain;
}

const head = "font-medium";
const row = "h-11 border-b last:border-0 hover:bg-accent";

/** Every file that came with the job's mail. */
export function FilesTable({ org, project }: MailTableProps) {
  const today = dayOf(useNow());
  const { data, frame } = useMails(org, project, "files");
  const files = useMemo(
    () =>
      (data?.mails ?? []).flatMap((mail) =>
        mail.attachments.filter((f) => !f.inline).map((file): [Email, Attachment] => [mail, file]),
      ),
    [data],
  );
  return frame(
    files.length === 0 ? (
      <Empty title="No files on this job.">Files that come with its mail appear here.</Empty>
    ) : (
      <Card className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="h-8 border-b text-left text-muted-foreground text-xs">
              <th className={cn(head, "pl-4")}>File</th>
              <th className={cn(head, "w-24 px-3 text-right")}>Size</th>
              <th className={cn(head, "px-3 max-md:hidden")}>Mail</th>
              <th className={cn(head, "px-3 max-lg:hidden")}>From</th>
              <th className={cn(head, "w-24 pr-4")}>Date</th>
            </tr>
          </thead>
          <tbody>
            {files.map(([mail, file]) => {
              const Icon = fileIcon(file.content_type);
              return (
                <tr key={`${mail.id}.${file.n}`} className={row}>
                  <td className="max-w-0 pl-4">
                    <a
                      href={attachmentUrl(org, mail.id, file.n)}
                      download={fileName(file)}
                      className="flex items-center gap-2 rounded-[3px] font-medium hover:underline"
                    >
                      <Icon
                        className="size-4 shrink-0 text-muted-foreground"
                        aria-hidden
                        strokeWidth={1.75}
                      />
                      <span className="truncate">{fileName(file)}</span>
                    </a>
                  </td>
                  <td className="px-3 text-right text-muted-foreground tabular-nums">
                    {formatBytes(file.size)}
                  </td>
                  <td className="max-w-0 truncate px-3 max-md:hidden">
                    <Link to="." search={{ mail: mail.id }} className="hover:underline">
                      {mail.subject || "No subject"}
                    </Link>
                  </td>
                  <td className="px-3 text-muted-foreground max-lg:hidden">{personName(mail.from[0])}</td>
                  <td className="pr-4 text-muted-foreground tabular-nums">
                    {formatDate(dayOf(mail.date), today)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Card>
    ),
  );
}

/** Who wrote on the job, from its mail. */
export function PeopleTable({ org, project }: MailTableProps) {
  const today = dayOf(useNow());
  const { data, frame } = useMails(org, project, "people");
  const writers = useMemo(() => writersOf(data?.mails ?? []), [data]);
  return frame(
    writers.length === 0 ? (
      <Empty title="Nobody wrote on this job yet.">Everyone who sends mail on it appears here.</Empty>
    ) : (
      <Card className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="h-8 border-b text-left text-muted-foreground text-xs">
              <th className={cn(head, "pl-4")}>Name</th>
              <th className={cn(head, "px-3 max-md:hidden")}>Firm’s mail domain</th>
              <th className={cn(head, "px-3 max-lg:hidden")}>Address</th>
              <th className={cn(head, "w-20 px-3 text-right")}>Mails</th>
              <th className={cn(head, "w-28 px-3 text-right")}>Decided</th>
              <th className={cn(head, "w-28 pr-4 max-md:hidden")}>Last mail</th>
            </tr>
          </thead>
          <tbody>
            {writers.map((w) => (
              <tr key={w.person.address} className={row}>
                <td className="pl-4 font-medium max-md:w-full max-md:max-w-0">
                  <PersonChip person={w.person} className="max-w-full" />
                </td>
                <td className="px-3 max-md:hidden">{firmOf(w.person)}</td>
                <td className="px-3 font-mono text-muted-foreground text-xs max-lg:hidden">
                  {w.person.address}
                </td>
                <td className="px-3 text-right tabular-nums">{formatCount(w.mails)}</td>
                <td className="px-3 text-right tabular-nums">
                  {w.decisions > 0 ? (
                    <Link
                      to="."
                      search={{ tab: "decision", by: w.person.name }}
                      aria-label={`${w.decisions} decided by ${personName(w.person)}`}
                      className="touch-target font-medium text-primary hover:underline"
                    >
                      {formatCount(w.decisions)}
                    </Link>
                  ) : (
                    "0"
                  )}
                </td>
                <td className="pr-4 max-md:hidden">
                  <Link
                    to="."
                    search={{ mail: w.last.id }}
                    className="text-muted-foreground tabular-nums hover:underline"
                  >
                    {formatDate(dayOf(w.last.date), today)}
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    ),
  );
}

/** The job's mails, and what stands in the place of a table until they are there. */
function useMails(org: string, project: ProjectDetail, what: string) {
  const { data, error, isPending, refetch } = useQuery(emailQueries.ofProject(org, project.id));
  const slow = useDelayed(isPending);
  const frame = (table: React.ReactNode) => (
    <div className="px-7 pt-3 pb-10 max-md:px-4">
      <h2 className="sr-only">{what}</h2>
      {error ? (
        <ErrorState
          what={`The ${what} could not be read.`}
          message={messageOf(error)}
          retry={() => refetch()}
        />
      ) : isPending ? (
        <Card aria-busy="true" className={cn("flex flex-col gap-5 p-4", !slow && "invisible")}>
          {[0, 1, 2, 3].map((i) => (
            <Skeleton key={i} className="h-4 w-2/3" />
          ))}
        </Card>
      ) : (
        table
      )}
      {data && !data.whole ? (
        <p className="mt-2.5 text-muted-foreground text-xs">
          From the newest {formatCount(data.mails.length)} of {formatCount(project.mails)} mails.
        </p>
      ) : null}
    </div>
  );
  return { data, frame };
}
