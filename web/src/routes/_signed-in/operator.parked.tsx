import { createFileRoute } from "@tanstack/react-router";
import { ParkedPage } from "../../features/operator/parked-page";

export const Route = createFileRoute("/_signed-in/operator/parked")({
  component: ParkedPage,
});
