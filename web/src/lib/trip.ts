// The way of this tab to another site and back. What it is for is kept in the tab; who
// may end it, a cookie says that no script can read.

/** Leaves for an address that nothing has to be remembered for. */
export function leave(url: string): void {
  location.assign(url);
}

/** What a trip is for, and where to go on when it is over. */
export interface Trip {
  /** An account at the sign-in provider is connected; else it signs in. */
  connect: boolean;
  /** A path of this app. */
  to: string;
}

const name = "projectr.trip";

/** Leaves for the address, and remembers what for. */
export function setOut(url: string, trip: Trip): void {
  sessionStorage.setItem(name, JSON.stringify(trip));
  location.assign(url);
}

/** What the trip was for that is over now; null when this tab made none. */
export function tripBack(): Trip | null {
  const kept = sessionStorage.getItem(name);
  try {
    const trip: unknown = JSON.parse(kept ?? "null");
    if (typeof trip !== "object" || trip === null) return null;
    const { connect, to } = trip as Partial<Trip>;
    return { connect: connect === true, to: typeof to === "string" ? to : "/" };
  } catch {
    return null;
  }
}
