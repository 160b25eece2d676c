import { useQueryClient } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { ApiError, messageOf } from "../../api/client";
import { Button } from "../../ui/button";
import { Page, PageTitle } from "../../ui/page";

/** A page that could not be shown: what happened, and Try again. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const client = useQueryClient();
  if (error instanceof ApiError && error.code === "not_found") return <NotFoundPage />;
  // The way to the sign-in page is already being taken.
  if (error instanceof ApiError && error.code === "unknown") return null;
  if (error instanceof ApiError && error.code === "second_factor_required") {
    return (
      <Page className="mx-auto max-w-[560px] pt-[18vh]">
        <PageTitle>A second factor is asked for</PageTitle>
        <p className="mt-2 text-muted-foreground">{messageOf(error)}</p>
        <Button asChild look="primary" className="mt-5">
          <a href="/second-factor">Set it up</a>
        </Button>
      </Page>
    );
  }
  const retry = () => {
    client.resetQueries({ predicate: (q) => q.state.status === "error" });
    reset();
    router.invalidate();
  };
  return (
    <Page className="mx-auto max-w-[560px] pt-[18vh]">
      <PageTitle>This page could not be shown</PageTitle>
      <p className="mt-2 text-muted-foreground">{messageOf(error)}</p>
      <div className="mt-5 flex gap-2">
        <Button look="primary" onClick={retry}>
          Try again
        </Button>
        <Button asChild>
          <a href="/">Go to projects</a>
        </Button>
      </div>
    </Page>
  );
}

/** Nothing is kept under this address, or it is not the reader's. */
export function NotFoundPage() {
  return (
    <Page className="mx-auto max-w-[560px] pt-[18vh]">
      <PageTitle>Nothing here</PageTitle>
      <p className="mt-2 text-muted-foreground">
        The link is old or wrong, or it belongs to an organisation you are not in.
      </p>
      <div className="mt-5">
        <Button asChild look="primary">
          <Link to="/">Go to projects</Link>
        </Button>
      </div>
    </Page>
  );
}
