import { createFileRoute } from "@tanstack/react-router";
import { emailQueries } from "../../../api/queries/emails";
import { parsePlace } from "../../../features/review/place";
import { ReviewPage } from "../../../features/review/review-page";

export const Route = createFileRoute("/_signed-in/orgs/$org/review")({
  validateSearch: parsePlace,
  loader: ({ context, params }) => {
    context.client.prefetchQuery(emailQueries.review(params.org));
  },
  component: ReviewRoute,
});

function ReviewRoute() {
  const { org } = Route.useParams();
  const navigate = Route.useNavigate();
  return (
    <ReviewPage
      org={org}
      place={Route.useSearch()}
      onPlace={(place) => navigate({ search: place, replace: true, resetScroll: false })}
    />
  );
}
