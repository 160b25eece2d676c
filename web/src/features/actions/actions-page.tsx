import { Page, PageTitle } from "../../ui/page";

export function ActionsPage({ org }: { org: string }) {
  return (
    <Page>
      <PageTitle>My actions</PageTitle>
      <p>{org}</p>
    </Page>
  );
}
