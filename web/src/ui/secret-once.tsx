import { Copy } from "lucide-react";
import { Button } from "./button";
import { copyText } from "./copy";

/** Something that is shown this once, with a button that copies it. */
export function SecretOnce({ label, secret }: { label: string; secret: string }) {
  return (
    <div className="flex items-start gap-2 rounded-control border border-border-strong bg-muted py-1.5 pr-1.5 pl-[11px]">
      {/* Read to its end by whoever looks at it: it wraps instead of being cut. */}
      <output aria-label={label} className="min-w-0 flex-1 select-all break-all py-1 font-mono text-sm">
        {secret}
      </output>
      <Button
        className="h-[30px] gap-[5px] px-2.5 text-xs max-md:h-11"
        onClick={() =>
          copyText(
            secret,
            `${label} copied.`,
            "The browser did not let us copy. Select the text and copy it yourself.",
          )
        }
      >
        <Copy aria-hidden />
        Copy
      </Button>
    </div>
  );
}
