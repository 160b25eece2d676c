-- 0003: facts said once, and what an organisation decided.
--
-- repeats names the earlier fact that says the same: the later one stays with its
-- mail and does not count. supersedes and superseded_by tie what replaced what. None
-- is a key: both facts lie in the same organisation by the scope of every statement.
-- held says why a fact of a flagged mail waits for a person.

-- +goose Up
ALTER TABLE orgs ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'; -- JSON

ALTER TABLE facts ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE facts ADD COLUMN repeats TEXT;
ALTER TABLE facts ADD COLUMN supersedes TEXT;
ALTER TABLE facts ADD COLUMN superseded_by TEXT;
ALTER TABLE facts ADD COLUMN standing TEXT NOT NULL DEFAULT '';
ALTER TABLE facts ADD COLUMN doubt TEXT NOT NULL DEFAULT '';
ALTER TABLE facts ADD COLUMN done_at INTEGER;
ALTER TABLE facts ADD COLUMN done_by TEXT NOT NULL DEFAULT '';

DROP INDEX facts_known;
DROP INDEX facts_due;
DROP INDEX facts_unsure;
ALTER TABLE facts DROP COLUMN live;
ALTER TABLE facts DROP COLUMN drives;
-- live: it still counts. drives: it may be counted as work to do; a fact whose quote
-- was not found, or that is held, may not, unless a person stood up for it; nor what
-- is done.
ALTER TABLE facts ADD COLUMN live INTEGER NOT NULL GENERATED ALWAYS AS (repeats IS NULL AND state NOT IN ('rejected', 'superseded')) VIRTUAL;
ALTER TABLE facts ADD COLUMN drives INTEGER NOT NULL GENERATED ALWAYS AS (repeats IS NULL AND done_at IS NULL AND
	(state IN ('confirmed', 'corrected') OR state = 'open' AND proof <> 'unverified' AND held = '')) VIRTUAL;
-- unsure: a person is asked about it.
ALTER TABLE facts ADD COLUMN unsure INTEGER NOT NULL GENERATED ALWAYS AS (repeats IS NULL AND state = 'open' AND (confidence < 0.8 OR held <> '')) VIRTUAL;
CREATE INDEX facts_known ON facts (org, project_id, known_at) WHERE live AND project_id IS NOT NULL;
CREATE INDEX facts_due ON facts (org, project_id, deadline) WHERE kind = 'action_item' AND drives AND project_id IS NOT NULL;
CREATE INDEX facts_unsure ON facts (org, at) WHERE unsure AND project_id IS NOT NULL;
CREATE INDEX facts_repeats ON facts (org, repeats) WHERE repeats IS NOT NULL;

-- n > 1 and read: what a later reading of the mail made of the fact; n > 1 else: what a
-- person said of it.
ALTER TABLE fact_versions ADD COLUMN read INTEGER NOT NULL DEFAULT 0;

-- Readings of a mail. A row stays; what it says is written once, and its state, its
-- diff and when it is due change. said, diff and calls are JSON under zstd, empty for
-- none; calls hold exactly what was sent to a model.
CREATE TABLE readings (
	org        INTEGER NOT NULL,
	email_id   TEXT    NOT NULL,
	n          INTEGER NOT NULL, -- from 1
	at         INTEGER NOT NULL,
	actor_kind TEXT    NOT NULL,
	actor_id   TEXT    NOT NULL,
	actor_name TEXT    NOT NULL,
	extractor  TEXT    NOT NULL,
	version    TEXT    NOT NULL,
	why        TEXT    NOT NULL,
	state      TEXT    NOT NULL,
	again      INTEGER NOT NULL,
	note       TEXT    NOT NULL,
	reply      INTEGER NOT NULL,
	cost       INTEGER, -- micro-USD; NULL: not known
	due        INTEGER, -- when a model is asked; NULL: none is
	tries      INTEGER NOT NULL,
	said       BLOB    NOT NULL, -- flags, and the facts of a later reading
	diff       BLOB    NOT NULL,
	calls      BLOB    NOT NULL,
	PRIMARY KEY (org, email_id, n),
	FOREIGN KEY (org, email_id) REFERENCES emails (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX readings_due ON readings (org, due) WHERE due IS NOT NULL;
CREATE INDEX readings_asked ON readings (org, at, email_id) WHERE state IN ('waiting', 'proposed');
INSERT INTO readings (org, email_id, n, at, actor_kind, actor_id, actor_name, extractor, version, why, state, again, note, reply, cost, due, tries, said, diff, calls)
	SELECT org, id, 1, received_at, 'mail', '', author, extractor, '', 'received', 'current', 0, '', reply, 0, NULL, 0, x'', x'', x''
	FROM emails WHERE extractor <> '' AND copy_of IS NULL AND state IN ('filed', 'review');

-- On whose timelines a mail stands: its own project, and those of its passages.
-- split: it has passages by which it is filed, as more has them.
CREATE TABLE email_projects (
	org        INTEGER NOT NULL,
	project_id TEXT    NOT NULL,
	date       INTEGER NOT NULL, -- of the mail
	doc        INTEGER NOT NULL, -- the mail
	PRIMARY KEY (org, project_id, date, doc),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO email_projects (org, project_id, date, doc) SELECT org, project_id, date, doc FROM emails WHERE project_id IS NOT NULL;
DROP INDEX emails_project;
ALTER TABLE emails ADD COLUMN split INTEGER NOT NULL DEFAULT 0;
CREATE INDEX emails_split ON emails (org, thread_id) WHERE split;

-- What corrections taught about where mail goes. email_id is no key: what a mail
-- taught may stay when the mail is read anew.
CREATE TABLE filing_rules (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id         TEXT    NOT NULL,
	sender     TEXT    NOT NULL, -- address or @domain in lower case; empty: anybody
	words      TEXT    NOT NULL, -- empty: any
	project_id TEXT    NOT NULL,
	instead    TEXT,
	email_id   TEXT, -- the mail by which it was taught
	by         TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	used       INTEGER NOT NULL DEFAULT 0, -- mails filed by it
	PRIMARY KEY (org, id),
	UNIQUE (org, sender, words),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id)
) STRICT, WITHOUT ROWID;
