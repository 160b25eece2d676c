-- 0008: alerts near a limit, each raised once a month.

-- +goose Up
CREATE TABLE alerts (
	org     INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	month   TEXT    NOT NULL, -- YYYY-MM
	kind    TEXT    NOT NULL,
	percent INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (org, month, kind, percent)
) STRICT, WITHOUT ROWID;
