-- 0009: what organisations pay, as the payment provider said last.

-- +goose Up
ALTER TABLE orgs ADD COLUMN read_until INTEGER; -- mail is not read after that

CREATE TABLE subscriptions (
	org          INTEGER PRIMARY KEY REFERENCES orgs (num) ON DELETE CASCADE,
	id           TEXT    NOT NULL, -- the provider's
	plan         TEXT    NOT NULL,
	state        TEXT    NOT NULL,
	began        INTEGER NOT NULL, -- 0: it never did
	period_start INTEGER,
	period_end   INTEGER,
	trial_end    INTEGER,
	cancel_at    INTEGER,
	since        INTEGER,
	as_of        INTEGER NOT NULL, -- by the provider's clock
	revision     INTEGER NOT NULL
) STRICT;

-- Events of the provider that were taken.
CREATE TABLE payment_events (
	org INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id  TEXT    NOT NULL,
	at  INTEGER NOT NULL,
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;
