import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { messageOf } from "../../api/client";
import { emailQueries } from "../../api/queries/emails";
import { factQueries } from "../../api/queries/facts";
import { orgQuery } from "../../api/queries/orgs";
import { projectQueries } from "../../api/queries/projects";
import { meQuery } from "../../api/queries/session";
import type { Fact } from "../../api/types";
import { KindBadge } from "../../domain/fact-kind";
import { isDoubtful } from "../../domain/fact-value";
import { mayChange } from "../../domain/role";
import { cn } from "../../lib/cn";
import { useDelayed } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { ErrorState } from "../../ui/error-state";
import { PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";
import { TabBar, TabLabel, tabClasses } from "../../ui/tabs";
import { doubtOf, FactTray } from "./fact-tray";
import { KeptList } from "./kept-list";
import { MailTray } from "./mail-tray";
import type { Place } from "./place";

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
  const notRead = organisation.counts.parked + organisation.counts.held;
  const kept = useQuery({ ...emailQueries.kept(org), enabled: notRead > 0 || place.tab === "kept" });
  const asked = place.tab === "unsure" ? unsure : place.tab === "kept" ? kept : mails;
  const slow = useDelayed(asked.isPending);
  const onItem = (item?: string) => onPlace({ ...place, item });

  // A list that has more parts than one is shorter than what waits.
  const count = (list: { data?: { next: string | null } }, shown: number, all: number) =>
    list.data?.next === null ? shown : all;
  const tabs: { tab?: Place["tab"]; label: string; count: number }[] = [
    { label: "Unmatched mail", count: count(mails, waiting.length, organisation.counts.review) },
    { tab: "unsure", label: "Unsure facts", count: count(unsure, facts.length, organisation.counts.unsure) },
  ];
  if (notRead > 0 || place.tab === "kept") tabs.push({ tab: "kept", label: "Not read", count: notRead });

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="shrink-0 border-b px-7 pt-[18px] max-md:bg-card max-md:px-4 max-md:pt-3">
        <PageTitle>Review</PageTitle>
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
      ) : place.tab === "kept" ? (
        kept.data === undefined || kept.data.length === 0 ? (
          <Clear title="Every mail was read.">Mail that cannot be read, or is held, is kept here.</Clear>
        ) : (
          <KeptList org={org} mails={kept.data} />
        )
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
    </div>
  );
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
                <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
                  {Math.round(f.confidence * 100)}%
                </span>
              </span>
              <span className="mt-0.5 block truncate">{f.text}</span>
              <span className="mt-0.5 flex items-center gap-1.5 text-muted-foreground text-xs">
                <KindBadge kind={f.kind} className="size-3.5 bg-transparent" />
                {doubtOf(f)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
