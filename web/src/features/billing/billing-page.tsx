import { Page, PageTitle } from "../../ui/page";

export function BillingPage({ org }: { org: string }) {
  return (
    <Page>
      <PageTitle>Plan & billing</PageTitle>
      <p>{org}</p>
    </Page>
  );
}
