import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, Plus } from "lucide-react";
import { useState } from "react";
import { messageOf } from "../../api/client";
import { keysQuery, revokeKey } from "../../api/queries/keys";
import type { ApiKey, CreatedKey } from "../../api/types";
import { ViewerLine } from "../../domain/viewer-line";
import { cn } from "../../lib/cn";
import { dayOf, formatDate } from "../../lib/dates";
import { useDelayed, useNow } from "../../lib/hooks";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { Dialog } from "../../ui/dialog";
import { ErrorState } from "../../ui/error-state";
import { IconButton } from "../../ui/icon-button";
import { SecretOnce } from "../../ui/secret-once";
import { Skeleton } from "../../ui/skeleton";
import { toast } from "../../ui/toast";
import { NewKeyDialog } from "./new-key-dialog";
import { lastUsed } from "./people";
import { mayWords, scopes } from "./scopes";
import { Section } from "./section";

/** By what programs come in: each key with what it may and when it was used. */
export function Keys({ org, admin }: { org: string; admin: boolean }) {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<CreatedKey | null>(null);
  return (
    <Section
      title="API keys"
      note={
        <>
          With a key a program asks the{" "}
          <a href="/docs" className="rounded-[3px] text-primary underline">
            API
          </a>{" "}
          about this organisation, and of no other.
        </>
      }
      aside={
        admin ? (
          <Button look="link" className="font-medium max-md:h-11" onClick={() => setMaking(true)}>
            <Plus className="size-[15px]" aria-hidden />
            New key
          </Button>
        ) : null
      }
    >
      {admin ? <List org={org} /> : <ViewerLine what="make API keys" />}
      {making ? (
        <NewKeyDialog
          org={org}
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
          }}
        />
      ) : null}
      {made ? (
        <Dialog
          open
          onOpenChange={(on) => on || setMade(null)}
          title={`Key for ${made.name}`}
          description="Copy it now: it is shown only this once. Whoever has it may do what the key may."
        >
          <SecretOnce label="Key" secret={made.key} />
          <div className="mt-4 flex justify-end">
            <Button look="primary" className="max-md:h-11" onClick={() => setMade(null)}>
              Done
            </Button>
          </div>
        </Dialog>
      ) : null}
    </Section>
  );
}

function List({ org }: { org: string }) {
  const keys = useQuery(keysQuery(org));
  const slow = useDelayed(keys.isPending);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const now = useNow();
  if (keys.isError) {
    return (
      <ErrorState
        what="The keys could not be read."
        message={messageOf(keys.error)}
        retry={() => keys.refetch()}
      />
    );
  }
  if (keys.isPending) {
    return slow ? (
      <div role="status" className="flex flex-col gap-3">
        <span className="sr-only">Loading keys</span>
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    ) : null;
  }
  if (keys.data.items.length === 0) return <p className="text-sm text-subtle-foreground">No keys yet.</p>;
  return (
    <>
      <ul aria-label="API keys">
        {keys.data.items.map((key) => (
          <Key key={key.id} item={key} now={now} onRevoke={() => setRevoking(key)} />
        ))}
      </ul>
      {keys.data.next ? (
        <p className="mt-1 text-muted-foreground text-xs">The newest 200 keys are shown.</p>
      ) : null}
      {revoking ? <RevokeDialog org={org} item={revoking} onClose={() => setRevoking(null)} /> : null}
    </>
  );
}

function Key({ item, now, onRevoke }: { item: ApiKey; now: Date; onRevoke(): void }) {
  const expired = item.expires_at !== undefined && new Date(item.expires_at) <= now;
  const live = !item.revoked_at && !expired;
  const today = dayOf(now);
  const labels = (item.scopes ?? []).map((id) => scopes.find((s) => s.id === id)?.label ?? id);
  return (
    <li className="grid min-h-[38px] grid-cols-[minmax(0,1fr)_110px_minmax(0,160px)_minmax(0,240px)_28px] items-center gap-x-3 border-b py-1 text-sm last:border-0 max-md:grid-cols-[minmax(0,1fr)_28px] max-md:py-2">
      <span className="flex min-w-0 items-center gap-2 max-md:order-1">
        <span className={cn("truncate font-medium", !live && "text-muted-foreground")}>{item.name}</span>
        {item.revoked_at ? <Badge>Revoked</Badge> : expired ? <Badge tone="warning">Expired</Badge> : null}
      </span>
      <code className="truncate font-mono text-muted-foreground text-xs max-md:order-3 max-md:col-span-2">
        {item.prefix}…
      </code>
      <span
        className="truncate text-muted-foreground max-md:order-4 max-md:col-span-2"
        title={labels.join(", ") || undefined}
      >
        {mayWords(item)}
      </span>
      <span className="text-right text-muted-foreground text-xs tabular-nums max-md:order-5 max-md:col-span-2 max-md:text-left">
        {lastUsed(item.used_at, now)}
        {live && item.expires_at ? `, opens until ${formatDate(dayOf(item.expires_at), today)}` : ""}
      </span>
      <span className="max-md:order-2">
        {live ? (
          <IconButton
            size="small"
            look="ghost"
            label={`Revoke key: ${item.name}`}
            hint="Revoke key"
            icon={<Ban aria-hidden />}
            onClick={onRevoke}
          />
        ) : null}
      </span>
    </li>
  );
}

function RevokeDialog({ org, item, onClose }: { org: string; item: ApiKey; onClose(): void }) {
  const client = useQueryClient();
  const revoke = useMutation(revokeKey(org, client));
  return (
    <ConfirmDialog
      title={`Revoke the key for ${item.name}?`}
      description="Programs that use it are refused from now on. A revoked key never opens anything again."
      keep="Keep key"
      action="Revoke key"
      working={revoke.isPending}
      error={revoke.error ? messageOf(revoke.error) : undefined}
      onConfirm={() =>
        revoke.mutate(item.id, {
          onSuccess: () => {
            toast(`The key for ${item.name} is revoked.`);
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}
