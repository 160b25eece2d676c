-- 0019: what the amount of a fact is the price of.

-- +goose Up
ALTER TABLE facts ADD COLUMN per TEXT NOT NULL DEFAULT ''; -- empty: a sum
