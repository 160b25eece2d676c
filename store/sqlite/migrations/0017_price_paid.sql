-- 0017: what a subscription takes each time, which may be another price than its plan has now.

-- +goose Up
ALTER TABLE subscriptions ADD COLUMN price TEXT NOT NULL DEFAULT '{}'; -- JSON; {}: not known
ALTER TABLE subscriptions ADD COLUMN next_price TEXT NOT NULL DEFAULT '{}'; -- of next_plan
