import type { Role } from "../../api/types";

/** One thing a key may be allowed, in the words of the list. */
export interface Scope {
  /** The permission's name in the API. */
  id: string;
  label: string;
  /** For admins: a viewer's key never has it. */
  admin?: boolean;
}

/** What a key can be narrowed to, reading first. */
export const scopes: readonly Scope[] = [
  { id: "mail.read", label: "Read mail, facts and actions" },
  { id: "projects.read", label: "Read projects" },
  { id: "members.read", label: "Read members" },
  { id: "usage.read", label: "Read usage and costs" },
  { id: "billing.read", label: "Read the plan" },
  { id: "settings.read", label: "Read settings" },
  { id: "mail.file", label: "File and move mail", admin: true },
  { id: "facts.judge", label: "Confirm and correct facts", admin: true },
  { id: "projects.write", label: "Create and change projects", admin: true },
  { id: "members.write", label: "Manage members and keys", admin: true },
  { id: "settings.write", label: "Change settings", admin: true },
  { id: "audit.read", label: "Read the audit log", admin: true },
];

/** What a key of the role can be narrowed to. */
export function scopesOf(role: Role): readonly Scope[] {
  return role === "admin" ? scopes : scopes.filter((s) => !s.admin);
}

/** What a key may, in a few words: "Read", "Read, write", "3 permissions". */
export function mayWords(key: { role: Role; scopes?: readonly string[] | null }): string {
  const narrowed = key.scopes ?? [];
  if (narrowed.length === 0) return key.role === "admin" ? "Read, write" : "Read";
  const known = narrowed.map((id) => scopes.find((s) => s.id === id)?.label ?? id);
  return known.length === 1 ? (known[0] ?? "") : `${known.length} permissions`;
}

/** How long a key may open, in days; 0: until it is revoked. */
export const lives: readonly [number, string][] = [
  [30, "30 days"],
  [90, "90 days"],
  [365, "1 year"],
  [0, "Until it is revoked"],
];
