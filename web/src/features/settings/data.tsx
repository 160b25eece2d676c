import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf, path } from "../../api/client";
import { proved } from "../../api/queries/account";
import { orgQuery } from "../../api/queries/orgs";
import { isClosed } from "../../domain/paid";
import { ViewerLine } from "../../domain/viewer-line";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";
import { Section } from "./section";
import { useStepUp } from "./step-up";

/** What can be taken along, and how long things are kept. */
export function YourData({ org, admin }: { org: string; admin: boolean }) {
  const { data } = useSuspenseQuery(orgQuery(org));
  const closed = isClosed(data, useNow());
  const stepUp = useStepUp();
  const start = useMutation({
    // The browser itself keeps the file, however large, and shows no answer that refuses it.
    mutationFn: () => stepUp(proved),
    onSuccess: () => {
      const link = document.createElement("a");
      link.href = `/api/v1/${path("orgs", org, "export.zip")}`;
      link.download = "";
      link.click();
    },
    onError: (error) => toast(messageOf(error)),
    gcTime: 0,
  });
  return (
    <Section title="Your data">
      <Line
        title="Export everything"
        note={
          closed
            ? "Closed, as nobody pays. It opens again when an admin subscribes in Plan & billing"
            : "Mails as they came, their facts, projects, rules and the audit log, as a ZIP"
        }
      >
        {admin && !closed ? (
          <Button className="max-md:h-11" working={start.isPending} onClick={() => start.mutate()}>
            <Download aria-hidden />
            Start export
          </Button>
        ) : null}
      </Line>
      <Line title="Keep mail for" note="Nothing is deleted by itself, closed projects neither">
        <span className="shrink-0 text-sm">For good</span>
      </Line>
      {admin ? null : <ViewerLine what="export everything" className="mt-2" />}
    </Section>
  );
}

function Line({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  return (
    <div className="flex min-h-[42px] items-center justify-between gap-4 py-1">
      <div className="min-w-0">
        <p className="font-medium text-sm">{title}</p>
        <p className="text-muted-foreground text-xs">{note}</p>
      </div>
      {children}
    </div>
  );
}
