import { CircleAlert } from "lucide-react";
import { useStream } from "../../api/live";
import { formatWhen } from "../../lib/dates";
import { useDelayed, useNow, useOnline } from "../../lib/hooks";

/** One amber line while the server cannot be heard: what is shown is as old as it says. */
export function OfflineLine() {
  const online = useOnline();
  const { up, heard } = useStream();
  const now = useNow();
  const lost = useDelayed(!online || !up, online ? 5000 : 0);
  return (
    <div role="status">
      {lost ? (
        <p className="flex min-h-9 items-center gap-2.5 bg-warning-soft px-7 py-1.5 text-sm max-md:px-4">
          <CircleAlert className="size-4 shrink-0 text-warning" aria-hidden />
          {online ? "Projectr cannot be reached." : "Offline."}{" "}
          {heard ? `Showing mail up to ${formatWhen(heard, now)}.` : null}
        </p>
      ) : null}
    </div>
  );
}
