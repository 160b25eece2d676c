import { Button } from "./button";
import { Notice } from "./notice";

/** What failed, what is kept, and Try again. */
export function ErrorState({
  what,
  message,
  retry,
  className,
}: {
  what: string;
  message: string;
  retry?: () => void;
  className?: string;
}) {
  return (
    <Notice
      tone="danger"
      className={className}
      action={
        retry ? (
          <Button look="link" className="font-medium text-destructive text-sm" onClick={retry}>
            Try again
          </Button>
        ) : null
      }
    >
      {what} {message}
    </Notice>
  );
}
