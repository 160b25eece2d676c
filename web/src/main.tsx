import "./styles/app.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError, onSignedOut } from "./api/client";
import { startKeys } from "./lib/keys";
import { startTheme } from "./lib/theme";
import { appRouter } from "./router";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Only what may pass by itself is tried again.
      retry: (times, error) =>
        times < 2 && error instanceof ApiError && ["offline", "unavailable", "internal"].includes(error.code),
    },
  },
});

const router = appRouter(client);

onSignedOut(() => {
  const { href, pathname } = router.state.location;
  client.clear();
  if (pathname !== "/sign-in") router.navigate({ to: "/sign-in", search: { return: href } });
});
startTheme();
startKeys();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
