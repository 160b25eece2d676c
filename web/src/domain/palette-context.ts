import { createContext, useContext } from "react";

/** Opens the palette; the shell provides it. */
export const PaletteContext = createContext<() => void>(() => {});

/** What opens the palette, for a page's own search button. */
export function useOpenPalette(): () => void {
  return useContext(PaletteContext);
}
