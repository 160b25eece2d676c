import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { call, path, query } from "../client";
import type { ApiKey, CreatedKey, List, Role } from "../types";
import { orgKey } from "./orgs";

/** Keys of programs, newest first; revoked ones too. */
export const keysQuery = (org: string) =>
  queryOptions({
    queryKey: [...orgKey(org), "api-keys"] as const,
    queryFn: ({ signal }) =>
      call<List<ApiKey>>("GET", `${path("orgs", org, "api-keys")}${query({ limit: 200 })}`, undefined, {
        signal,
      }),
  });

/** What is asked for a new key; without scopes it may all that its role may. */
export interface NewKey {
  name: string;
  role: Role;
  scopes: string[];
  expires_at?: string;
}

/** Makes a key; may ask for a fresh proof of who it is. Its secret stands in the answer and nowhere else. */
export function createKey(org: string, key: NewKey): Promise<CreatedKey> {
  return call<CreatedKey>("POST", path("orgs", org, "api-keys"), key);
}

/** Revokes a key for good. */
export const revokeKey = (org: string, client: QueryClient) =>
  mutationOptions({
    mutationFn: (id: string) => call<void>("DELETE", path("orgs", org, "api-keys", id)),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery(org).queryKey }),
  });
