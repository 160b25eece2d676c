import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { beginVisit, bookQuery, refreshOperator, suspend } from "../../api/queries/operator";
import type { Books } from "../../api/types";
import { chargeText } from "../../domain/charge";
import { planName } from "../../domain/plan";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { formatCount } from "../../lib/money";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorState } from "../../ui/error-state";
import { Notice } from "../../ui/notice";
import { Page, PageTitle } from "../../ui/page";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { costOf, incomeOf, marginOf, nearOf, stateOf } from "./books";
import { ReasonDialog } from "./reason-dialog";
import type { StepUp } from "./table";

/** One organisation's numbers, and the two things that are done from here. */
export function OrganisationPage({ id, stepUp }: { id: string; stepUp: StepUp }) {
  const books = useQuery(bookQuery(id));
  const slow = useDelayed(books.isPending);
  if (books.isError) {
    return (
      <Page>
        <ErrorState
          what="The organisation could not be read."
          message={messageOf(books.error)}
          retry={() => books.refetch()}
        />
      </Page>
    );
  }
  if (books.data) return <Loaded books={books.data} stepUp={stepUp} />;
  return slow ? (
    <Page>
      <Card role="status" className="h-[150px] p-4">
        <span className="sr-only">Loading the organisation</span>
        <Skeleton className="h-4 w-32" />
      </Card>
    </Page>
  ) : null;
}

function Loaded({ books, stepUp }: { books: Books; stepUp: StepUp }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const today = dayOf(useNow());
  const [asking, setAsking] = useState<"enter" | "suspend" | null>(null);
  const state = stateOf(books);
  return (
    <Page>
      <header className="mb-3.5 flex flex-wrap items-center gap-3">
        <PageTitle>{books.name}</PageTitle>
        <Badge tone={state.tone}>{state.label}</Badge>
        <div className="ml-auto flex gap-2">
          <Button className="max-md:h-11" onClick={() => setAsking("suspend")}>
            {books.suspended ? "Resume" : "Suspend"}
          </Button>
          <Button look="primary" className="max-md:h-11" onClick={() => setAsking("enter")}>
            Enter
          </Button>
        </div>
      </header>
      {books.delete_at ? (
        <Notice tone="warning" className="mb-3">
          It is deleted with all it has on {formatDate(dayOf(books.delete_at), today)}, unless its admins take
          that back.
        </Notice>
      ) : null}
      <Card className="grid grid-cols-4 max-lg:grid-cols-2">
        <Figure label={`Mails in ${books.month.month}`} value={formatCount(books.month.emails)} />
        <Figure label="Their cost" value={costOf(books.month)} />
        <Figure label="Paid" value={incomeOf(books.month)} />
        <Figure label="Margin" value={marginOf(books.month)} />
        <Figure label="Plan" value={planName(books.plan)} />
        {books.pays ? <Figure label="Pays" value={chargeText(books.pays)} /> : null}
        <Figure label="In review" value={formatCount(books.counts.review)} />
        <Figure label="In quarantine" value={formatCount(books.counts.quarantined)} />
        <Figure label="Held" value={formatCount(books.counts.held)} />
        <Figure label="Parked" value={formatCount(books.counts.parked)} />
      </Card>
      {books.near.length > 0 ? (
        <p className="mt-3 flex flex-wrap items-center gap-1 text-muted-foreground text-sm">
          Near a limit of its plan:
          {books.near.map((near) => {
            const { label, tone } = nearOf(near);
            return (
              <Badge key={near.of} tone={tone}>
                {label}
              </Badge>
            );
          })}
        </p>
      ) : null}
      <p className="mt-3 text-muted-foreground text-sm">
        Mail-in address <span className="break-all font-mono text-xs">{books.mail_in}</span>, since{" "}
        {formatDate(dayOf(books.created_at), today)}, days counted in {books.time_zone.replaceAll("_", " ")}.
      </p>
      {asking === "enter" ? (
        <ReasonDialog
          title={`Enter ${books.name}`}
          description="You look and change nothing, for one hour. Its admins get a mail, and see the reason and what you open in their audit log."
          action="Enter"
          onClose={() => setAsking(null)}
          run={async (reason) => {
            await stepUp(() => beginVisit(books.id, { reason, hours: 1 }));
            await navigate({ to: "/orgs/$org/projects", params: { org: books.address } });
          }}
        />
      ) : null}
      {asking === "suspend" ? (
        <ReasonDialog
          title={books.suspended ? `Resume ${books.name}?` : `Suspend ${books.name}?`}
          description={
            books.suspended
              ? "Mail that was held is read. Its admins see the reason in their audit log."
              : "Its mail is received and held, and read when you resume it. Its admins see the reason in their audit log."
          }
          action={books.suspended ? "Resume" : "Suspend"}
          onClose={() => setAsking(null)}
          run={async (reason) => {
            const now = await stepUp(() => suspend(books.id, { suspended: !books.suspended, reason }));
            await refreshOperator(client);
            setAsking(null);
            toast(now.suspended ? `${now.name} is suspended.` : `${now.name} is active again.`);
          }}
        />
      ) : null}
    </Page>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div className="px-4 py-3">
      <p className="text-muted-foreground text-sm">{label}</p>
      <p className="font-semibold text-lead tabular-nums">{value}</p>
    </div>
  );
}
