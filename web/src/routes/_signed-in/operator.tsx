import { createFileRoute, Outlet, redirect } from "@tanstack/react-router";
import { meQuery } from "../../api/queries/session";
import { OperatorFrame } from "../../features/operator/frame";
import { StepUpProvider } from "../../features/settings/step-up";

export const Route = createFileRoute("/_signed-in/operator")({
  loader: async ({ context }) => {
    const me = await context.client.ensureQueryData(meQuery);
    if (!me.operator) throw redirect({ to: "/", replace: true });
  },
  component: Frame,
});

function Frame() {
  return (
    <OperatorFrame>
      <StepUpProvider>
        <Outlet />
      </StepUpProvider>
    </OperatorFrame>
  );
}
