-- 0002: who may send, what came in how often, and what is written in files.
--
-- A mail counts once however it came in. came_by names the mail that brought one
-- inside itself; copy_of says that a received mail brought only one that is kept
-- already. Neither is a key: both lie in the same organisation by the scope of
-- every statement. content finds mails with the same words, topic those with the
-- same subject; print and clue are what decides then, as JSON. more is JSON, too:
-- what authentication said, why a mail waits, invitation, confirmation. counted
-- says whether the mail is one of usage_days.

-- +goose Up
ALTER TABLE emails ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
ALTER TABLE emails ADD COLUMN came_by TEXT;
ALTER TABLE emails ADD COLUMN copy_of TEXT;
ALTER TABLE emails ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE emails ADD COLUMN print TEXT NOT NULL DEFAULT '';
ALTER TABLE emails ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE emails ADD COLUMN clue TEXT NOT NULL DEFAULT '';
ALTER TABLE emails ADD COLUMN counted INTEGER NOT NULL DEFAULT 1;
ALTER TABLE emails ADD COLUMN arrivals INTEGER NOT NULL DEFAULT 0; -- rows of arrivals
CREATE INDEX emails_content ON emails (org, content) WHERE content <> '';
CREATE INDEX emails_topic ON emails (org, topic, date) WHERE topic <> '';

DROP INDEX emails_thread;
CREATE INDEX emails_thread ON emails (org, thread_id, date, copy_of);

-- Ways by which a mail came in beyond the first, which is its own row unless it
-- came inside another mail.
CREATE TABLE arrivals (
	org      INTEGER NOT NULL,
	email_id TEXT    NOT NULL,
	via      TEXT    NOT NULL, -- the received mail
	n        INTEGER NOT NULL, -- its place among those of the mail, from 1
	how      TEXT    NOT NULL,
	name     TEXT    NOT NULL,
	address  TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	note     TEXT    NOT NULL,
	PRIMARY KEY (org, email_id, via),
	FOREIGN KEY (org, email_id) REFERENCES emails (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE senders (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id         TEXT    NOT NULL,
	pattern    TEXT    NOT NULL,
	allow      INTEGER NOT NULL,
	by         TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (org, id),
	UNIQUE (org, pattern)
) STRICT, WITHOUT ROWID;

-- Text of attachments, once for equal bytes.
CREATE TABLE file_texts (
	org    INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	sha256 TEXT    NOT NULL,
	state  TEXT    NOT NULL,
	note   TEXT    NOT NULL,
	text   BLOB    NOT NULL, -- zstd
	PRIMARY KEY (org, sha256)
) STRICT;

ALTER TABLE facts ADD COLUMN file INTEGER NOT NULL DEFAULT 0; -- the attachment its quote stands in
