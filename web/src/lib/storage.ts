// What this browser remembers: settings and places, never content. A browser
// that forbids storage forgets, and nothing else breaks.

/** Reads a remembered value, or null. */
export function remembered<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(`projectr.${key}`);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Remembers a value; undefined forgets it. */
export function remember(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(`projectr.${key}`);
    else localStorage.setItem(`projectr.${key}`, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the choice holds until the page is closed.
  }
}
