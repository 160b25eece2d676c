import type { Email } from "../../api/types";
import { useAnswers } from "../../domain/answers";
import { AttachmentChips } from "../../domain/attachments";
import { MailOrigin } from "../../domain/mail-origin";
import { MailText } from "../../domain/mail-text";
import { ViewerLine } from "../../domain/viewer-line";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/button";
import { Columns } from "./columns";
import { TrayFrame } from "./tray-mail";

/** A mail that a link leads to and that waits for nothing: it was said to be no project's. */
export function FoundMail({
  org,
  mail,
  mayFile,
  onFile,
  onClose,
}: {
  org: string;
  mail: Email;
  mayFile: boolean;
  onFile(n: number): void;
  onClose(): void;
}) {
  const now = useNow();
  const answers = useAnswers(org);
  return (
    <Columns
      open
      title={mail.subject || "No subject"}
      hints={[]}
      onClose={onClose}
      list={
        <div className="p-[18px]">
          <Button className="max-md:h-11" onClick={onClose}>
            Show what waits
          </Button>
        </div>
      }
      item={
        <TrayFrame org={org} mail={mail} now={now}>
          {(data) => (
            <>
              <MailOrigin org={org} mail={data} className="mb-3" />
              <MailText body={data.body} facts={[]} />
              <AttachmentChips
                org={org}
                email={mail.id}
                files={data.attachments}
                onShow={onFile}
                className="mt-3"
              />
            </>
          )}
        </TrayFrame>
      }
      answer={
        <section
          aria-labelledby="answer"
          className="flex flex-col gap-2 px-6 pt-[18px] pb-6 max-lg:px-4 max-lg:pt-3"
        >
          <h2 id="answer" className="font-semibold text-base">
            Not project mail
          </h2>
          <p className="text-muted-foreground text-sm">This mail is on no job.</p>
          {mayFile ? (
            <Button className="max-md:h-11" onClick={() => answers.move(mail, { to: "review" })}>
              Put back into review
            </Button>
          ) : (
            <ViewerLine what="file mail" />
          )}
        </section>
      }
    />
  );
}
