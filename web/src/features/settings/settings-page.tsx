import { Page, PageTitle } from "../../ui/page";

export function SettingsPage({ org }: { org: string }) {
  return (
    <Page>
      <PageTitle>Settings</PageTitle>
      <p>{org}</p>
    </Page>
  );
}
