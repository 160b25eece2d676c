-- 0010: the outbox of what the payment provider is told of use.

-- +goose Up
CREATE TABLE use_entries (
	org     INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id      TEXT    NOT NULL UNIQUE, -- the provider counts it once
	day     INTEGER NOT NULL,        -- of call_days
	amount  INTEGER NOT NULL CHECK (amount > 0), -- micro-USD
	at      INTEGER NOT NULL,
	state   TEXT    NOT NULL,
	tries   INTEGER NOT NULL,
	due     INTEGER NOT NULL,
	doubt   INTEGER, -- the first try that may have been taken
	problem TEXT    NOT NULL,
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX use_day ON use_entries (org, day);
CREATE INDEX use_state ON use_entries (org, state, at, id);
