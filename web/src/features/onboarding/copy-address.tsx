import { Copy } from "lucide-react";
import { Button } from "../../ui/button";
import { copyText } from "../../ui/copy";
import { Disclosure } from "../../ui/disclosure";

/** The address, large, with its button, and how a mailbox forwards there by itself. */
export function CopyAddress({ address }: { address: string }) {
  return (
    <>
      <div className="mt-3.5 flex h-10 items-center gap-2 rounded-control border border-input bg-card pr-1 pl-2.5 max-md:h-12">
        <code className="min-w-0 flex-1 select-all truncate font-mono text-base">{address}</code>
        <Button
          look="primary"
          className="h-[30px] px-2.5 max-md:h-10"
          onClick={() =>
            copyText(address, "Address copied.", "The address could not be copied. Select it instead.")
          }
        >
          <Copy aria-hidden />
          Copy
        </Button>
      </div>
      <div className="mt-2">
        <Disclosure label="Have a mailbox forward by itself">
          <dl className="space-y-1.5">
            <dt className="font-medium">Gmail</dt>
            <dd>
              Settings, See all settings, Forwarding and POP/IMAP, Add a forwarding address. Gmail mails a
              code, which appears at the top of this page.
            </dd>
            <dt className="font-medium">Outlook</dt>
            <dd>
              Settings, Mail, Rules, Add new rule: for the senders or words of your jobs, Redirect to this
              address. An admin of your Microsoft 365 may have to allow forwarding outside.
            </dd>
            <dt className="font-medium">By hand</dt>
            <dd>Put the address in CC, and everybody's answers come along.</dd>
          </dl>
        </Disclosure>
      </div>
    </>
  );
}
