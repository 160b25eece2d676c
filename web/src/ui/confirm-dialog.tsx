import type { ReactNode } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Notice } from "./notice";

/** Asks before something is taken away. What went wrong is said inside, and can be tried again. */
export function ConfirmDialog({
  title,
  description,
  keep,
  action,
  working,
  error,
  onConfirm,
  onClose,
}: {
  title: string;
  /** What will be, in a sentence or two. */
  description: ReactNode;
  /** The words of the button that changes nothing. */
  keep: string;
  /** The words of the button that does it. */
  action: string;
  working: boolean;
  error?: string;
  onConfirm(): void;
  onClose(): void;
}) {
  return (
    <Dialog open onOpenChange={(on) => on || onClose()} title={title} description={description}>
      {error ? (
        <Notice tone="danger" className="mb-3">
          {error}
        </Notice>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button className="max-md:h-11" onClick={onClose}>
          {keep}
        </Button>
        <Button look="destructive-fill" className="max-md:h-11" working={working} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
