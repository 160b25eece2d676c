-- 0020: what was set aside for calls that were late, or broken off, counts too, as nobody knows what they cost.

-- +goose Up
UPDATE call_months SET lost = lost + coalesce((SELECT sum(c.most) FROM calls c
	WHERE c.org = call_months.org AND c.outcome NOT IN ('started', 'unknown', 'answered') AND c.cost IS NULL
		AND c.day >= call_months.month AND date(c.day * 86400, 'unixepoch', 'start of month') = date(call_months.month * 86400, 'unixepoch')), 0)
WHERE unpriced > 0;
