-- 0007: how much raw mail an organisation keeps, for the limit of its plan.

-- +goose Up
ALTER TABLE orgs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE orgs SET bytes = (SELECT coalesce(sum(size), 0) FROM emails WHERE emails.org = orgs.num AND came_by IS NULL);
