import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import { factQueries } from "../../api/queries/facts";
import { orgQuery } from "../../api/queries/orgs";
import { projectQueries } from "../../api/queries/projects";
import { meQuery } from "../../api/queries/session";
import type { Email, Fact } from "../../api/types";
import { ConfirmationBanner } from "../../domain/confirmation-banner";
import { KindBadge } from "../../domain/fact-kind";
import { doubtOf, isDoubtful, SURE } from "../../domain/fact-value";
import { FileSheet } from "../../domain/file-sheet";
import { homeOf } from "../../domain/passages";
import { mayChange } from "../../domain/role";
import { cn } from "../../lib/cn";
import { dayOf } from "../../lib/dates";
import { useDelayed, useLatest, useNow } from "../../lib/hooks";
import { formatCount } from "../../lib/money";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";
import { TabBar, TabLabel, tabClasses } from "../../ui/tabs";
import { FactTray } from "./fact-tray";
import { FoundMail } from "./found-mail";
import { KeptList } from "./kept-list";
import { MailTray } from "./mail-tray";
import { type Place, tabOf } from "./place";
import { QuarantineTray } from "./quarantine-tray";

interface ReviewPageProps {
  org: string;
  place: Place;
  onPlace(place: Place): void;
}

/** Mail that no project was sure of, and facts that ask for a person. */
export function ReviewPage({ org, place, onPlace }: ReviewPageProps) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: organisation } = useSuspenseQuery(orgQuery(org));
  const mails = useQuery(emailQueries.review(org));
  const unsure = useQuery(factQueries.unsure(org));
  const may = mayChange(organisation.role);
  const waiting = (mails.data?.items ?? []).filter((m) => m.state === "review");
  const facts = (unsure.data?.items ?? []).filter(isDoubtful);
  const { quarantined } = organisation.counts;
  const back = useQuery({
    ...emailQueries.inState(org, "quarantined"),
    enabled: quarantined > 0 || place.tab === "quarantine",
  });
  const notRead = organisation.counts.parked + organisation.counts.held;
  const kept = useQuery({ ...emailQueries.kept(org), enabled: notRead > 0 || place.tab === "kept" });
  const machines = useQuery(emailQueries.inState(org, "automatic"));
  const automatic = (machines.data?.items ?? []).filter((m) => !m.project_id && !m.confirmation);
  const asked = { unsure, quarantine: back, kept: kept.isSuccess ? machines : kept, mail: mails }[
    place.tab ?? "mail"
  ];
  const slow = useDelayed(asked.isPending);
  const onItem = (item?: string) => onPlace({ tab: place.tab, item });
  const found = useFound(org, place, mails.data && waiting, onPlace);

  // A list that has more parts than one is shorter than what waits.
  const count = (list: { data?: { next: string | null } }, shown: number, all: number) =>
    list.data?.next === null ? shown : all;
  const tabs: { tab?: Place["tab"]; label: string; count?: number }[] = [
    { label: "Unmatched mail", count: count(mails, waiting.length, organisation.counts.review) },
    { tab: "unsure", label: "Unsure facts", count: count(unsure, facts.length, organisation.counts.unsure) },
  ];
  tabs.push({ tab: "quarantine", label: "Quarantine", count: quarantined });
  if (notRead > 0 || automatic.length > 0 || place.tab === "kept")
    tabs.push({ tab: "kept", label: "Not read", count: notRead || undefined });

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="shrink-0 border-b px-7 pt-[18px] max-md:bg-card max-md:px-4 max-md:pt-3">
        <div className="flex items-baseline justify-between gap-4">
          <PageTitle>Review</PageTitle>
          {place.tab === "unsure" ? (
            <DoneToday org={org} user={me.user.id} timeZone={organisation.time_zone} />
          ) : null}
        </div>
        <ConfirmationBanner org={org} className="mt-3" />
        <TabBar label="What waits" className="mt-1.5 -mb-px max-md:-mx-2">
          {tabs.map(({ tab, label, count: n }) => (
            <Link
              key={label}
              to="."
              search={{ tab }}
              activeOptions={{ includeSearch: true, explicitUndefined: true }}
              className={tabClasses}
            >
              <TabLabel count={n}>{label}</TabLabel>
            </Link>
          ))}
        </TabBar>
      </header>
      {asked.error ? (
        <div className="p-7 max-md:p-4">
          <ErrorState
            what="The review tray could not be read."
            message={messageOf(asked.error)}
            retry={() => asked.refetch()}
          />
        </div>
      ) : asked.isPending ? (
        <div
          aria-busy="true"
          className={cn("flex w-[372px] max-w-full flex-col gap-7 p-5", !slow && "invisible")}
        >
          {[0, 1, 2, 3].map((i) => (
            <div key={i} className="flex flex-col gap-2">
              <Skeleton className="h-3.5 w-1/2" />
              <Skeleton className="h-3.5 w-4/5" />
              <Skeleton className="h-3 w-1/3" />
            </div>
          ))}
        </div>
      ) : place.tab === "unsure" ? (
        facts.length === 0 ? (
          <Clear title="No unsure facts.">Facts below 80% wait here until somebody says what is right.</Clear>
        ) : (
          <FactTray
            org={org}
            facts={facts}
            item={place.item}
            you={me.user.name}
            mayJudge={may}
            onItem={onItem}
          />
        )
      ) : place.tab === "quarantine" ? (
        back.data === undefined || back.data.items.length === 0 ? (
          <Clear title="Nobody waits in quarantine.">
            Mail of senders that are not known here waits here until an admin allows them.
          </Clear>
        ) : (
          <QuarantineTray
            org={org}
            mails={back.data.items}
            item={place.item}
            mayAdmit={may}
            onItem={onItem}
          />
        )
      ) : place.tab === "kept" ? (
        (kept.data ?? []).length + automatic.length === 0 ? (
          <Clear title="Every mail was read.">
            Mail that cannot be read, is held, or was written by a machine is kept here.
          </Clear>
        ) : (
          <KeptList
            org={org}
            mails={kept.data ?? []}
            automatic={automatic}
            item={place.item}
            mayChange={may}
            onItem={onItem}
          />
        )
      ) : found ? (
        <FoundMail
          org={org}
          mail={found}
          mayFile={may}
          onFile={(file) => onPlace({ ...place, file })}
          onClose={() => onItem()}
        />
      ) : waiting.length === 0 ? (
        <Clear
          title="The tray is clear."
          action={
            facts.length > 0 ? (
              <Button asChild size="small">
                <Link to="." search={{ tab: "unsure" }}>
                  Go to unsure facts
                </Link>
              </Button>
            ) : undefined
          }
        >
          Mail that could be for more than one project, or for none, waits here.
        </Clear>
      ) : (
        <MailTray
          org={org}
          mails={waiting}
          item={place.item}
          you={me.user.name}
          mayFile={may}
          onItem={onItem}
          more={<NextUp org={org} facts={facts.slice(0, 3)} />}
        />
      )}
      {place.item && place.file ? (
        <FileSheet
          org={org}
          email={place.item}
          n={place.file}
          onClose={() => onPlace({ ...place, file: undefined })}
        />
      ) : null}
    </div>
  );
}

/**
 * The mail a link leads to that is not in the tray. One that is on a job, waits in
 * another tab, or is a copy of another is gone to; one that is nowhere is given.
 */
function useFound(
  org: string,
  place: Place,
  waiting: readonly Email[] | undefined,
  onPlace: (place: Place) => void,
): Email | undefined {
  const navigate = useNavigate();
  // What was in the tray and left it was answered; nobody asked to follow it.
  const seen = useRef(new Set<string>());
  const [lost, setLost] = useState("");
  const item = place.tab === undefined ? (place.item ?? "") : "";
  useEffect(() => {
    for (const m of waiting ?? []) seen.current.add(m.id);
    setLost(waiting && item && !seen.current.has(item) ? item : "");
  }, [waiting, item]);
  const { data } = useQuery({ ...emailQueries.one(org, lost), enabled: lost !== "" });
  const mail = lost !== "" && data?.id === item ? data : undefined;
  const go = useLatest((found: Email) => {
    if (found.copy_of) onPlace({ item: found.copy_of, file: place.file });
    else if (homeOf(found)) {
      navigate({
        to: "/orgs/$org/projects/$project",
        params: { org, project: homeOf(found) ?? "" },
        search: { mail: found.id, file: place.file },
        replace: true,
      });
    } else {
      const tab = tabOf(found);
      if (tab?.tab) onPlace({ ...place, ...tab });
    }
  });
  useEffect(() => {
    if (mail) go.current(mail);
  }, [mail, go]);
  return mail && !mail.copy_of && !homeOf(mail) && !tabOf(mail) ? mail : undefined;
}

function Clear({
  title,
  children,
  action,
}: {
  title: string;
  children: React.ReactNode;
  action?: React.ReactNode;
}) {
  return (
    <div className="p-7 max-md:p-4">
      <Empty title={title} action={action} className="max-w-[560px]">
        {children}
      </Empty>
    </div>
  );
}

/** How many facts this person judged today. */
function DoneToday({ org, user, timeZone }: { org: string; user: string; timeZone: string }) {
  const today = dayOf(useNow(), timeZone);
  const { data } = useQuery(factQueries.judged(org, today));
  const done = new Set(data?.filter((e) => e.actor.id === user).map((e) => e.fact_id)).size;
  if (done === 0) return null;
  return <p className="text-muted-foreground text-sm tabular-nums">Done today: {formatCount(done)}.</p>;
}

/** The first unsure facts, below the mail that waits. */
function NextUp({ org, facts }: { org: string; facts: readonly Fact[] }) {
  const { data: projects = [] } = useQuery(projectQueries.all(org));
  if (facts.length === 0) return null;
  return (
    <section className="pt-4">
      <h2 className="px-[18px] pb-1 font-medium text-muted-foreground text-xs">Unsure facts, next up</h2>
      <ul>
        {facts.map((f) => (
          <li key={f.id} className="border-b">
            <Link
              to="."
              search={{ tab: "unsure", item: f.id }}
              className="block px-[18px] py-[9px] text-sm hover:bg-accent focus-visible:-outline-offset-2 max-md:px-4"
            >
              <span className="flex items-baseline justify-between gap-3">
                <span className="truncate font-semibold">
                  {projects.find((p) => p.id === f.project_id)?.name ?? "Project"}
                </span>
                {f.confidence < SURE ? (
                  <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
                    {Math.round(f.confidence * 100)}%
                  </span>
                ) : null}
              </span>
              <span className="mt-0.5 block truncate">{f.text}</span>
              <span className="mt-0.5 flex items-center gap-1.5 text-muted-foreground text-xs">
                <KindBadge kind={f.kind} className="size-3.5 bg-transparent" />
                <span className="truncate">{doubtOf(f).replace(/\.$/, "")}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
