import { Copy, Mail } from "lucide-react";
import { cn } from "../lib/cn";
import { Button } from "../ui/button";
import { copyText } from "../ui/copy";

/** An address that mail is sent to, with a button that copies it. */
export function MailInAddress({ address, className }: { address: string; className?: string }) {
  return (
    <div
      className={cn(
        "flex h-10 items-center gap-2 rounded-control border border-border-strong bg-muted pr-1 pl-[11px]",
        className,
      )}
    >
      <Mail className="size-[15px] shrink-0 text-muted-foreground" aria-hidden />
      <code className="min-w-0 flex-1 select-all truncate font-mono text-base">{address}</code>
      <Button
        className="h-[30px] gap-[5px] px-2.5 text-xs"
        onClick={() =>
          copyText(address, "Address copied.", "The address could not be copied. Select it instead.")
        }
      >
        <Copy aria-hidden />
        Copy
      </Button>
    </div>
  );
}
