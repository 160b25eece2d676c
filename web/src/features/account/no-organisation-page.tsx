import { useMutation, useQueryClient } from "@tanstack/react-query";
import { signOut } from "../../api/queries/session";
import { Button } from "../../ui/button";
import { Page, PageTitle } from "../../ui/page";

/** For an account that belongs nowhere any more. */
export function NoOrganisationPage() {
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      client.clear();
      location.assign("/sign-in");
    },
  });
  return (
    <Page className="mx-auto max-w-[560px] pt-[18vh]">
      <PageTitle>No organisation yet</PageTitle>
      <p className="mt-2 text-muted-foreground">
        Your account works, but it belongs to no organisation. Ask an admin of yours to add you.
      </p>
      <Button className="mt-5" onClick={() => leave.mutate()} working={leave.isPending}>
        Sign out
      </Button>
    </Page>
  );
}
