-- 0021: what waits for AI budget is counted each time an organisation is looked at: by the
-- index alone, however much it is. SQLite takes budget from the row unless it stands there too.

-- +goose Up
DROP INDEX readings_budget;
CREATE INDEX readings_budget ON readings (org, email_id, due, budget) WHERE budget;
