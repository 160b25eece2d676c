import { Fragment } from "react";
import { groupBy } from "../../lib/group";
import { type Binding, setKeysEnabled, useBindings, useKeysEnabled } from "../../lib/keys";
import { Dialog } from "../../ui/dialog";
import { KeyCaps } from "../../ui/kbd";
import { Switch } from "../../ui/switch";

/** Every shortcut that works on this page. */
export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange(open: boolean): void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" className="md:w-[520px]">
      <ShortcutList />
    </Dialog>
  );
}

function ShortcutList() {
  const enabled = useKeysEnabled();
  const groups = groupBy(distinct(useBindings()), (b) => b.group);
  return (
    <>
      <Switch checked={enabled} onCheckedChange={setKeysEnabled} label="Single-key shortcuts" />
      {[...groups].map(([group, bindings]) => (
        <section key={group} className="mt-4">
          <h3 className="mb-1 font-medium text-muted-foreground text-xs">{group}</h3>
          <dl>
            {[...groupBy(bindings, (b) => b.label)].map(([label, same]) => (
              <div
                key={label}
                className="flex min-h-8 items-center justify-between gap-4 border-b last:border-0"
              >
                <dt className="text-sm">{label}</dt>
                <dd className="flex items-center gap-2 text-muted-foreground text-xs">
                  {same.map((b, i) => (
                    <Fragment key={b.keys}>
                      {i > 0 ? "or" : null}
                      <KeyCaps keys={b.keys} />
                    </Fragment>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}

/** Of bindings with the same keys the nearest is the one that acts. */
function distinct(bindings: readonly Binding[]): Binding[] {
  const seen = new Set<string>();
  return bindings.filter((b) => !seen.has(b.keys) && seen.add(b.keys));
}
