-- 0006: the ledger of calls of language models.
--
-- Money is in micro-USD. A call is written down before its request leaves, with
-- what is set aside for it, and settled after; the sums of its day and month change
-- in the same steps. Calls in detail are kept for a while, the sums for ever. No
-- mail is referenced: what was paid for stays in the ledger when the mail is gone.

-- +goose Up
CREATE TABLE calls (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id         TEXT    NOT NULL,
	at         INTEGER NOT NULL,
	day        INTEGER NOT NULL, -- of at, in the zone of the organisation then
	job        TEXT    NOT NULL,
	email_id   TEXT    NOT NULL,
	project    TEXT    NOT NULL, -- empty: none
	step       TEXT    NOT NULL,
	actor_kind TEXT    NOT NULL,
	actor_id   TEXT    NOT NULL,
	model      TEXT    NOT NULL,
	answered   TEXT    NOT NULL,
	prompt     TEXT    NOT NULL,
	prices     TEXT    NOT NULL,
	outcome    TEXT    NOT NULL,
	took       INTEGER NOT NULL, -- milliseconds
	input      INTEGER NOT NULL,
	cached     INTEGER NOT NULL,
	written    INTEGER NOT NULL,
	output     INTEGER NOT NULL,
	reasoning  INTEGER NOT NULL,
	most       INTEGER, -- what was set aside; NULL: the price was not known
	cost       INTEGER, -- NULL: not known
	charged    INTEGER NOT NULL,
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_at ON calls (org, at, id);
CREATE INDEX calls_day ON calls (org, day);
CREATE INDEX calls_email ON calls (org, email_id, at, id);
CREATE INDEX calls_open ON calls (org, at) WHERE outcome = 'started';
-- A job is charged once, whatever the number of attempts.
CREATE UNIQUE INDEX calls_job ON calls (org, job) WHERE charged > 0;

CREATE TABLE call_days (
	org       INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	day       INTEGER NOT NULL,
	model     TEXT    NOT NULL,
	project   TEXT    NOT NULL,
	step      TEXT    NOT NULL,
	person    TEXT    NOT NULL, -- who asked; empty: the settings did
	calls     INTEGER NOT NULL,
	unpriced  INTEGER NOT NULL,
	input     INTEGER NOT NULL,
	cached    INTEGER NOT NULL,
	written   INTEGER NOT NULL,
	output    INTEGER NOT NULL,
	reasoning INTEGER NOT NULL,
	cost      INTEGER NOT NULL,
	charged   INTEGER NOT NULL,
	PRIMARY KEY (org, day, model, project, step, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE call_months (
	org      INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	month    INTEGER NOT NULL, -- its first day
	calls    INTEGER NOT NULL,
	unpriced INTEGER NOT NULL,
	reserved INTEGER NOT NULL CHECK (reserved >= 0),
	cost     INTEGER NOT NULL,
	charged  INTEGER NOT NULL,
	PRIMARY KEY (org, month)
) STRICT, WITHOUT ROWID;

-- A reading can wait for budget. Those that are due together are made oldest first.
ALTER TABLE readings ADD COLUMN budget INTEGER NOT NULL DEFAULT 0;
DROP INDEX readings_due;
CREATE INDEX readings_due ON readings (org, due, at, email_id) WHERE due IS NOT NULL;
CREATE INDEX readings_budget ON readings (org) WHERE budget;
