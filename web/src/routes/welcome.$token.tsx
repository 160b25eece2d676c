import { createFileRoute } from "@tanstack/react-router";
import { WelcomePage } from "../features/account/welcome-page";

export const Route = createFileRoute("/welcome/$token")({
  component: WelcomeRoute,
});

function WelcomeRoute() {
  return <WelcomePage token={Route.useParams().token} />;
}
