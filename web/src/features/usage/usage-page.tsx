import { Page, PageTitle } from "../../ui/page";

export function UsagePage({ org }: { org: string }) {
  return (
    <Page>
      <PageTitle>Usage & costs</PageTitle>
      <p>{org}</p>
    </Page>
  );
}
