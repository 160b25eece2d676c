import type { Role } from "../api/types";

/** What the roles are called. */
export const roleLabels: Record<Role, string> = { admin: "Admin", viewer: "Viewer" };

/** Whether the role may file mail, judge facts and open projects. A viewer reads and changes nothing. */
export function mayChange(role: Role): boolean {
  return role === "admin";
}
