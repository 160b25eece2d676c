-- 0016: who has more than one subscription that goes on.

-- +goose Up
ALTER TABLE subscriptions ADD COLUMN others INTEGER NOT NULL DEFAULT 0;
