import { useTitle } from "../../lib/hooks";
import type { Place } from "./place";

interface ReviewPageProps {
  org: string;
  place: Place;
  onPlace(place: Place): void;
}

/** Mail that no project was sure of, and facts that ask for a person. */
export function ReviewPage(_: ReviewPageProps) {
  useTitle("Review");
  return (
    <div className="px-7 pt-4">
      <h1 tabIndex={-1} className="font-semibold text-title">
        Review
      </h1>
    </div>
  );
}
