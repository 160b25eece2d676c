import { observable, useObservable } from "./observable";

/** What the person chose; "system" follows the device. */
export type Theme = "system" | "light" | "dark";

const KEY = "projectr.theme"; // read as plain text by the script in index.html too

function chosen(): Theme {
  try {
    const t = localStorage.getItem(KEY);
    return t === "light" || t === "dark" ? t : "system";
  } catch {
    return "system";
  }
}

const theme = observable<Theme>("system");

function apply() {
  const dark =
    theme.get() === "dark" ||
    (theme.get() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
}

/** Takes over from the script in index.html and follows the device from now on. */
export function startTheme(): void {
  theme.set(chosen());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}

/** Chooses a theme for this browser. */
export function setTheme(next: Theme): void {
  theme.set(next);
  try {
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Not remembered; it still applies now.
  }
  apply();
}

/** The chosen theme. */
export function useTheme(): Theme {
  return useObservable(theme);
}
