import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowRight, MailCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { messageOf } from "../../api/client";
import { moveEmail } from "../../api/queries/emails";
import { createProject } from "../../api/queries/projects";
import type { Email, Fact, Project } from "../../api/types";
import { KindBadge } from "../../domain/fact-kind";
import { NewProjectDialog } from "../../domain/new-project-dialog";
import { personName } from "../../domain/person-chip";
import { formatWhen } from "../../lib/dates";
import { useNow } from "../../lib/hooks";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";
import { firstFacts, isSample } from "./first-mail";

const SHOWN = 3;

/** The first mail, what was read of it, and the way to its first fact. */
export function Arrived({ org, mail, admin }: { org: string; mail: Email; admin: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const now = useNow();
  const facts = firstFacts(mail);
  useEffect(() => {
    // Whoever types the address of a colleague goes on typing.
    if (!(document.activeElement instanceof HTMLInputElement)) heading.current?.focus();
  }, []);
  const waits = mail.state === "quarantined" || mail.state === "held" || mail.state === "parked";
  return (
    <section aria-labelledby="arrived" className="mt-4 rounded-control border border-primary bg-card p-4">
      <div className="flex items-start gap-2.5">
        <MailCheck className="mt-0.5 size-[18px] shrink-0 text-primary" aria-hidden strokeWidth={1.75} />
        <div className="min-w-0 flex-1">
          <h3 id="arrived" ref={heading} tabIndex={-1} className="font-semibold text-base">
            {isSample(mail)
              ? "The sample is here"
              : waits
                ? "Your first mail is here, and waits"
                : "Your first mail is here"}
          </h3>
          <p className="truncate text-sm">{mail.subject || "No subject"}</p>
          <p className="text-muted-foreground text-xs">
            {mail.from.map(personName).join(", ") || "No sender"}, {formatWhen(mail.received_at, now)}
          </p>
        </div>
      </div>
      {waits ? (
        <p className="mt-2.5 text-sm">{mail.why || "It was kept, and not read."}</p>
      ) : facts.length > 0 ? (
        <>
          <p className="mt-3 text-muted-foreground text-xs">
            {plural(facts.length, "fact")} in it, each with the sentence that proves it
          </p>
          <ul className="mt-1">
            {facts.slice(0, SHOWN).map((f) => (
              <li key={f.id} className="flex min-h-[30px] items-center gap-2.5 text-sm">
                <KindBadge kind={f.kind} named />
                <span className="min-w-0 truncate font-medium">{f.text}</span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="mt-2.5 text-sm">
          Nothing in it is a fact: no decision, action, change, amount or risk.
        </p>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
        <Onward org={org} mail={mail} first={facts[0]} admin={admin} />
      </div>
    </section>
  );
}

/** The one step on from here: to the fact, to its project which is made first, or to where the mail waits. */
function Onward({ org, mail, first, admin }: { org: string; mail: Email; first?: Fact; admin: boolean }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation(createProject(org, client));
  const move = useMutation(moveEmail(org, client));
  const [asking, setAsking] = useState(false);
  const proposal = mail.match.proposal;
  const project = first?.project_id ?? mail.project_id ?? mail.passages[0]?.project_id;

  const open = (to: string) =>
    navigate({
      to: "/orgs/$org/projects/$project",
      params: { org, project: to },
      search: { mail: mail.id, fact: first?.id },
    });
  const file = async (to: Project) => {
    setAsking(false);
    try {
      await move.mutateAsync({ id: mail.id, project_id: to.id, to: "project", thread: true });
      await open(to.id);
    } catch (e) {
      toast(messageOf(e));
    }
  };
  const aside =
    isSample(mail) && admin ? (
      <Button
        look="link"
        className="text-sm max-md:min-h-11"
        working={move.isPending}
        onClick={() =>
          move.mutate(
            { id: mail.id, project_id: null, to: "none" },
            {
              onSuccess: () => toast("The sample is set aside, with its facts."),
              onError: (e) => toast(messageOf(e)),
            },
          )
        }
      >
        Set the sample aside
      </Button>
    ) : null;

  if (mail.state === "filed" && project) {
    return (
      <>
        <Button look="primary" className="max-md:h-11" onClick={() => open(project)}>
          {first ? "Open its first fact" : "Open the mail"}
          <ArrowRight aria-hidden />
        </Button>
        {aside}
      </>
    );
  }
  const review = (look: "primary" | "link") => (
    <Button asChild look={look} className={look === "link" ? "text-sm max-md:min-h-11" : "max-md:h-11"}>
      <Link
        to="/orgs/$org/review"
        params={{ org }}
        search={{
          tab: mail.state === "review" ? undefined : mail.state === "quarantined" ? "quarantine" : "kept",
          item: mail.id,
        }}
      >
        Open Review
      </Link>
    </Button>
  );
  if (mail.state !== "review" || !admin) return review("primary");
  return (
    <>
      <Button
        look="primary"
        className="max-w-full shrink max-md:h-11"
        working={create.isPending || move.isPending}
        onClick={async () => {
          if (!proposal) return setAsking(true);
          try {
            await file(await create.mutateAsync({ ...proposal, status: "active" }));
          } catch {
            setAsking(true); // the form says what is wrong with it
          }
        }}
      >
        <span className="truncate">
          {proposal ? `Start ${proposal.name} and open its first fact` : "Start its project"}
        </span>
        <ArrowRight aria-hidden />
      </Button>
      {review("link")}
      {aside}
      <NewProjectDialog
        open={asking}
        onOpenChange={setAsking}
        name={proposal?.name ?? ""}
        given={proposal ?? undefined}
        create={create.mutateAsync}
        onCreated={file}
      />
    </>
  );
}
