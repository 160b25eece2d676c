import { createFileRoute } from "@tanstack/react-router";
import { MoneyPage } from "../../features/operator/money-page";
import { parseMonth } from "../../lib/months";

export const Route = createFileRoute("/_signed-in/operator/money")({
  validateSearch: parseMonth,
  component: MoneyRoute,
});

function MoneyRoute() {
  return <MoneyPage month={Route.useSearch().month} />;
}
