import { Switch as Radix } from "radix-ui";
import { useId } from "react";

/** Something that is on or off, and takes effect at once. */
export function Switch({
  label,
  checked,
  onCheckedChange,
}: {
  label: string;
  checked: boolean;
  onCheckedChange(on: boolean): void;
}) {
  const id = useId();
  return (
    <div className="flex min-h-8 items-center justify-between gap-4">
      <label htmlFor={id} className="text-sm">
        {label}
      </label>
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={onCheckedChange}
        className="touch-target h-5 w-9 shrink-0 rounded-full border border-input bg-muted p-px transition-colors data-[state=checked]:border-primary data-[state=checked]:bg-primary"
      >
        <Radix.Thumb className="block size-4 rounded-full bg-input transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-primary-foreground" />
      </Radix.Root>
    </div>
  );
}
