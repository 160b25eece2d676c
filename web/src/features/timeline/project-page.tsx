import { useSuspenseQuery } from "@tanstack/react-query";
import { projectQueries } from "../../api/queries/projects";
import { useTitle } from "../../lib/hooks";
import type { Place } from "./place";

interface ProjectPageProps {
  org: string;
  project: string;
  place: Place;
  onPlace(place: Place): void;
}

/** One project: its head, its tabs, and the timeline of its mail. */
export function ProjectPage({ org, project }: ProjectPageProps) {
  const { data } = useSuspenseQuery(projectQueries.one(org, project));
  useTitle(data.name);
  return (
    <div className="px-7 pt-4">
      <h1 tabIndex={-1} className="font-semibold text-title">
        {data.name}
      </h1>
    </div>
  );
}
