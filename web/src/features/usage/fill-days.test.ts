import { expect, it } from "vitest";
import { fillDays } from "./fill-days";

it("puts nought on the days without mail, over the end of a month too", () => {
  const came = { day: "2026-12-01", emails: 3, calls: 1, cost_micro_usd: 120, models: [] };
  expect(fillDays([came], "2026-11-30", "2026-12-02")).toEqual([
    { day: "2026-11-30", emails: 0, calls: 0, cost_micro_usd: 0, models: [] },
    came,
    { day: "2026-12-02", emails: 0, calls: 0, cost_micro_usd: 0, models: [] },
  ]);
});
