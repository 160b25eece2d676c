import { expect, it } from "vitest";
import { fillDays } from "./fill-days";

it("puts nought on the days without mail, over the end of a month too", () => {
  const came = { day: "2026-12-01", emails: 3, cost_micro_usd: 120 };
  expect(fillDays([came], "2026-11-30", "2026-12-02")).toEqual([
    { day: "2026-11-30", emails: 0, cost_micro_usd: 0 },
    came,
    { day: "2026-12-02", emails: 0, cost_micro_usd: 0 },
  ]);
});
