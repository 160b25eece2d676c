import { Page, PageHeader, PageTitle } from "../../ui/page";
import type { Filter } from "./filter";

interface ProjectsPageProps {
  org: string;
  filter: Filter;
  onFilter(filter: Filter): void;
}

/** The morning page: what changed, what is due, then every job. */
export function ProjectsPage(_: ProjectsPageProps) {
  return (
    <Page>
      <PageHeader>
        <PageTitle>Projects</PageTitle>
      </PageHeader>
    </Page>
  );
}
