-- 0014: the plan that a subscription is to be of after the present one.

-- +goose Up
ALTER TABLE subscriptions ADD COLUMN next_plan TEXT NOT NULL DEFAULT ''; -- empty: none
ALTER TABLE subscriptions ADD COLUMN next_at INTEGER;
