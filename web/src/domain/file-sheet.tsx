import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { messageOf } from "../api/client";
import { emailQueries } from "../api/queries/emails";
import { useDelayed } from "../lib/hooks";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";
import { Skeleton } from "../ui/skeleton";
import { attachmentUrl, fileName, hasText, readLine } from "./attachments";
import { isLive } from "./fact-value";
import { MailText, type Proof } from "./mail-text";

interface FileTextProps {
  org: string;
  email: string;
  n: number;
  /** The fact whose quote is filled and scrolled to. */
  fact?: string;
  /** Words chosen instead of the fact's own. */
  proof?: Proof | null;
  onSelect?(proof: Proof): void;
}

/** The text that was read out of a file, with the quotes of its facts marked. */
export function FileText({ org, email, n, fact, proof, onSelect }: FileTextProps) {
  const mail = useQuery(emailQueries.one(org, email));
  const about = mail.data?.attachments.find((f) => f.n === n);
  const file = useQuery({
    ...emailQueries.file(org, email, n),
    enabled: about !== undefined && hasText(about),
  });
  const slow = useDelayed(file.isPending);
  const text = useRef<HTMLDivElement>(null);
  const body = useMemo(() => ({ text: file.data?.text ?? "", spans: [] }), [file.data]);
  const marks = useMemo(
    () =>
      (mail.data?.facts ?? [])
        .filter((f) => f.file === n && (isLive(f) || f.id === fact))
        .map((f) => (f.id === fact && proof ? { id: f.id, start: proof.start, end: proof.end } : f)),
    [mail.data, n, fact, proof],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the quote stands there once both are
  useEffect(() => {
    if (fact) text.current?.querySelector(`mark[data-facts~="${fact}"]`)?.scrollIntoView({ block: "center" });
  }, [fact, marks.length, body]);

  const failed = mail.error ? mail : file;
  if (failed.error) {
    return (
      <ErrorState
        what="The text of this file could not be read."
        message={messageOf(failed.error)}
        retry={() => failed.refetch()}
      />
    );
  }
  if (mail.data && !(about && hasText(about))) {
    return (
      <p className="text-muted-foreground">The text of this file was not read. Download it to look at it.</p>
    );
  }
  if (!file.data) {
    return slow ? (
      <div role="status" className="flex flex-col gap-3 py-2">
        <span className="sr-only">Reading the file</span>
        <Skeleton className="h-4 w-3/5" />
        <Skeleton className="h-4 w-4/5" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    ) : null;
  }
  return (
    <div ref={text}>
      {file.data.text ? (
        <MailText
          body={body}
          facts={marks}
          active={fact}
          detailed={fact ?? ""}
          onSelect={onSelect}
          className="break-words [&_p]:whitespace-pre-wrap"
        />
      ) : (
        <p className="text-muted-foreground">No text was found in this file.</p>
      )}
    </div>
  );
}

/** The text of a file over the page. */
export function FileSheet({
  org,
  email,
  n,
  fact,
  onClose,
}: Omit<FileTextProps, "proof" | "onSelect"> & { onClose(): void }) {
  const { data } = useQuery(emailQueries.one(org, email));
  const file = data?.attachments.find((f) => f.n === n);
  return (
    <Dialog
      open
      onOpenChange={(on) => on || onClose()}
      title={file ? fileName(file) : `Attachment ${n}`}
      description={file?.read ? readLine(file) : "What was read of this file."}
      className="md:top-[8vh] md:max-h-[84vh] md:w-[760px]"
    >
      <FileText org={org} email={email} n={n} fact={fact} />
      {file ? (
        <Button asChild size="small" className="mt-3 max-md:h-11">
          <a href={attachmentUrl(org, email, n)} download={fileName(file)}>
            <Download aria-hidden /> Download the file
          </a>
        </Button>
      ) : null}
    </Dialog>
  );
}
