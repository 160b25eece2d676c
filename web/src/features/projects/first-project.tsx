import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useStream } from "../../api/live";
import type { Organisation } from "../../api/types";
import { MailInAddress } from "../../domain/mail-in-address";
import { plural } from "../../lib/money";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";

/** Before the first project: what to do, and what happens then. */
export function FirstProject({ organisation, onNew }: { organisation: Organisation; onNew?: () => void }) {
  const { up } = useStream();
  const waiting = organisation.counts.review;
  return (
    <div className="mx-auto flex w-full max-w-[560px] flex-1 flex-col justify-center pb-[4vh]">
      <Card className="px-[30px] pt-[28px] pb-6 max-md:px-4 max-md:pt-5 max-md:pb-4">
        <h2 className="font-semibold text-title">
          {waiting > 0
            ? `${plural(waiting, "mail")} ${waiting === 1 ? "waits" : "wait"} for a project.`
            : "No projects yet. One email starts the first."}
        </h2>
        <p className="mt-1.5 text-base text-muted-foreground">
          Forward a job email to your address, or add it as CC. Projectr reads it, and you open its project
          from Review in one step.
        </p>
        <MailInAddress address={organisation.mail_in} className="mt-[18px]" />
        <div className="mt-[18px] flex flex-wrap items-center gap-2.5">
          {waiting > 0 ? (
            <Button look="primary" asChild>
              <Link to="/orgs/$org/review" params={{ org: organisation.address }}>
                Open Review
              </Link>
            </Button>
          ) : (
            <Button look="primary" asChild>
              <a href={`mailto:${organisation.mail_in}`}>Open email app</a>
            </Button>
          )}
          {waiting === 0 ? (
            <Button asChild>
              <Link to="/orgs/$org/set-up" params={{ org: organisation.address }}>
                Set up step by step
              </Link>
            </Button>
          ) : null}
          {onNew ? (
            <Button onClick={onNew}>
              <Plus aria-hidden />
              New project by hand
            </Button>
          ) : null}
        </div>
      </Card>
      {up ? (
        <p className="mt-3.5 flex items-center gap-1 text-muted-foreground text-sm">
          <span aria-hidden className="flex size-4 items-center justify-center rounded-full bg-primary/20">
            <span className="size-2 animate-pulse rounded-full bg-primary" />
          </span>
          Listening. This page updates when mail arrives.
        </p>
      ) : null}
    </div>
  );
}
