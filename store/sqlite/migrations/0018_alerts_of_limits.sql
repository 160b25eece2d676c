-- 0018: an alert is of a limit, so that one that grew is told of anew; and what counts of calls
-- whose cost nobody knows.

-- +goose Up
ALTER TABLE alerts RENAME TO alerts_before;

CREATE TABLE alerts (
	org     INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	month   TEXT    NOT NULL, -- YYYY-MM
	kind    TEXT    NOT NULL,
	percent INTEGER NOT NULL,
	most    INTEGER NOT NULL, -- the limit; the greatest number: not known
	at      INTEGER NOT NULL,
	PRIMARY KEY (org, month, kind, percent, most)
) STRICT, WITHOUT ROWID;

INSERT INTO alerts (org, month, kind, percent, most, at)
SELECT org, month, kind, percent, 9223372036854775807, at FROM alerts_before;

DROP TABLE alerts_before;

-- Answers that are charged as what was set aside for them, as their server did not count.
ALTER TABLE call_days ADD COLUMN assumed INTEGER NOT NULL DEFAULT 0;

UPDATE call_days SET assumed = (SELECT count(*) FROM calls c
	WHERE c.org = call_days.org AND c.day = call_days.day AND c.model = call_days.model AND c.project = call_days.project AND c.step = call_days.step
		AND iif(c.actor_kind IN ('user', 'key', 'operator'), c.actor_id, '') = call_days.person AND c.charged > 0 AND c.cost IS NULL)
WHERE unpriced > 0;

-- They may have cost as much, as what was lost may have.
UPDATE call_months SET lost = lost + coalesce((SELECT sum(c.most) FROM calls c
	WHERE c.org = call_months.org AND c.outcome = 'answered' AND c.cost IS NULL
		AND c.day >= call_months.month AND date(c.day * 86400, 'unixepoch', 'start of month') = date(call_months.month * 86400, 'unixepoch')), 0)
WHERE unpriced > 0;
