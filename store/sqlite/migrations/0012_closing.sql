-- 0012: when an organisation closes that nobody pays for.

-- +goose Up
ALTER TABLE orgs ADD COLUMN closes_at INTEGER;
ALTER TABLE orgs ADD COLUMN warned INTEGER NOT NULL DEFAULT 0; -- letters about that
