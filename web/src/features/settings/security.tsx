import { useSuspenseQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries/session";
import { Passkeys } from "./passkeys";
import { Password } from "./password";
import { Provider } from "./provider";
import { SecondFactor } from "./second-factor";
import { Sessions } from "./sessions";

/** How one comes in, and where one is. */
export function Security() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <>
      <SecondFactor />
      <Passkeys />
      <Provider />
      <Password email={me.user.email} />
      <Sessions />
    </>
  );
}
