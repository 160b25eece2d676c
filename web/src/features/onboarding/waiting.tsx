import { useEffect, useId, useState } from "react";
import { useStream } from "../../api/live";
import { Button } from "../../ui/button";
import { minutes } from "./first-mail";

/** Listens for the first mail, and says how long already. */
export function Waiting({ address, checks }: { address: string; checks: React.ReactNode }) {
  const { up } = useStream();
  const [open, setOpen] = useState(false);
  const seconds = useSeconds();
  const id = useId();
  return (
    <div className="mt-4">
      <div className="flex items-center gap-[9px]">
        <span
          aria-hidden
          className="flex size-[22px] shrink-0 items-center justify-center rounded-full bg-primary/25 motion-safe:animate-pulse"
        >
          <span className="size-2.5 rounded-full bg-primary" />
        </span>
        <div className="min-w-0 flex-1 text-sm">
          <p className="font-medium">{up ? "Waiting for your first email…" : "Not connected just now"}</p>
          <p className="text-muted-foreground">
            {up ? (
              <>
                Mail usually shows up here within 20 seconds. Listening for{" "}
                <span className="tabular-nums">{minutes(seconds)}</span>.
              </>
            ) : (
              "Mail that comes is kept. This page looks again by itself."
            )}
          </p>
        </div>
        <Button
          look="link"
          className="text-sm max-md:min-h-11"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          Nothing arriving?
        </Button>
      </div>
      <div id={id} hidden={!open}>
        <ul className="mt-3 ml-[31px] list-disc space-y-1 pl-4 text-sm">
          <li>
            Address: the mail must go to <code className="break-all font-mono text-xs">{address}</code>, to
            the letter.
          </li>
          <li>{checks}</li>
          <li>
            Spam: look in the sent folder for an answer that the mail was refused, and whether your mail
            system keeps outgoing mail back.
          </li>
        </ul>
      </div>
    </div>
  );
}

/** Seconds since this was shown. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = Date.now();
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - began) / 1000)), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
