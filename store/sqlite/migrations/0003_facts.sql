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
