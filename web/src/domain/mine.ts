import type { Fact } from "../api/types";

/** Whether an action is the person's own: the mail names them as its owner, by name or address. */
export function isMine(fact: Pick<Fact, "owner">, user: { name: string; email: string }): boolean {
  const owner = fact.owner?.trim().toLowerCase();
  return (
    owner !== undefined &&
    owner !== "" &&
    [user.name.trim().toLowerCase(), user.email.toLowerCase()].includes(owner)
  );
}
