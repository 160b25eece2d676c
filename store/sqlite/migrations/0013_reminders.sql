-- 0013: letters about what is paid, each written once.

-- +goose Up
ALTER TABLE subscriptions ADD COLUMN invoice TEXT NOT NULL DEFAULT ''; -- the newest one that is not paid

CREATE TABLE reminders (
	org   INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	n     INTEGER NOT NULL, -- in this order
	kind  TEXT    NOT NULL,
	about TEXT    NOT NULL,
	at    INTEGER NOT NULL,
	PRIMARY KEY (org, n),
	UNIQUE (org, kind, about)
) STRICT, WITHOUT ROWID;
