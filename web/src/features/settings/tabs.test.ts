import { expect, it } from "vitest";
import { parsePlace } from "./tabs";

it("reads the tab of a URL, and takes the first for what it does not know", () => {
  expect(parsePlace({ tab: "senders" })).toStrictEqual({ tab: "senders" });
  for (const search of [{}, { tab: "members" }, { tab: "nothing" }, { tab: 7 }]) {
    expect(parsePlace(search)).toStrictEqual({ tab: undefined });
  }
});
