-- 0015: what was set aside for calls whose cost nobody knows, because whoever asked died.

-- +goose Up
ALTER TABLE call_months ADD COLUMN lost INTEGER NOT NULL DEFAULT 0; -- micro-USD
