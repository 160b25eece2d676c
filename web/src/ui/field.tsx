import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  /** Beside the label, at the right. */
  aside?: ReactNode;
  /** What is wrong with what was typed. */
  error?: string;
  hint?: ReactNode;
  /** The label is read out and not shown, where a heading says the same. */
  hidden?: boolean;
  /** Gets what ties the control to its label and messages. */
  children(control: { id: string; "aria-invalid"?: true; "aria-describedby"?: string }): ReactNode;
}

/** A labelled control with its hint and its error. */
export function Field({ label, aside, error, hint, hidden, children }: FieldProps) {
  const id = useId();
  const note = `${id}-note`;
  return (
    <div>
      <div className={hidden ? "sr-only" : "mb-[7px] flex items-baseline justify-between gap-3"}>
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {aside}
      </div>
      {children({
        id,
        ...(error ? { "aria-invalid": true as const } : {}),
        ...(error || hint ? { "aria-describedby": note } : {}),
      })}
      {error ? (
        <p id={note} className="mt-1.5 flex items-start gap-1.5 text-destructive text-xs" role="alert">
          <CircleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
          {error}
        </p>
      ) : hint ? (
        <p id={note} className="mt-1.5 text-muted-foreground text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
