import type { QueryClient } from "@tanstack/react-query";
import { createRouter, parseSearchWith, type RouterHistory } from "@tanstack/react-router";
import { ErrorPage, NotFoundPage } from "./features/shell/trouble";
import { routeTree } from "./route-tree.gen";

/** A value of the address: what a number would not keep to the digit stays a text. */
function value(text: string): unknown {
  const read: unknown = JSON.parse(text);
  if (typeof read === "number" && String(read) !== text) throw new SyntaxError("no number of ours");
  return read;
}

/** The router over its routes. Trouble of a page is shown in the page's place, inside the frame. */
export function appRouter(client: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { client },
    parseSearch: parseSearchWith(value),
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    scrollToTopSelectors: ["#main"],
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof appRouter>;
  }
}
