-- 0004: how people come in, what they can show of themselves, and what is noted of it.
--
-- Secrets are kept as SHA-256 in hex, except a one-time code's, which is sealed with
-- a key that is not in this file. What runs out is removed as new ones come.

-- +goose Up
ALTER TABLE users ADD COLUMN verified_at INTEGER; -- when the address was proved; NULL: not yet
ALTER TABLE users ADD COLUMN totp BLOB; -- sealed secret of one-time codes; NULL: none
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0; -- the last step whose code was used
ALTER TABLE users ADD COLUMN seen_at INTEGER; -- last use, to the minute
ALTER TABLE users ADD COLUMN operator INTEGER NOT NULL DEFAULT 0; -- may use the operator's pages
-- Who has a password came by a link to the address, or the operator vouched for it.
UPDATE users SET verified_at = created_at WHERE password <> '';
UPDATE users SET seen_at = (SELECT max(seen_at) FROM sessions WHERE user_id = users.id);

-- id: by which a session is listed and ended; it says nothing of the secret. second:
-- it was begun with two proofs. place: the network it began at.
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN auth_at INTEGER NOT NULL DEFAULT 0; -- last proof of who it is
ALTER TABLE sessions ADD COLUMN how TEXT NOT NULL DEFAULT 'password'; -- password, link, passkey, oidc
ALTER TABLE sessions ADD COLUMN second INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN place TEXT NOT NULL DEFAULT '';
UPDATE sessions SET id = 'se_' || lower(hex(randomblob(10))), auth_at = created_at;
CREATE UNIQUE INDEX sessions_id ON sessions (id);

ALTER TABLE tickets ADD COLUMN data TEXT NOT NULL DEFAULT ''; -- the address that is proved by it
ALTER TABLE tickets ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE recovery_codes (
	user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	hash    TEXT NOT NULL,
	PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
	id         TEXT    PRIMARY KEY, -- the credential's, base64url
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	name       TEXT    NOT NULL,
	credential TEXT    NOT NULL, -- JSON: public key, counter, flags
	created_at INTEGER NOT NULL,
	used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_user ON passkeys (user_id);

-- Accounts at an identity provider. claimed_org and claimed_role are the claims that
-- were applied last, so that what an admin changed since is not undone by the same
-- claims.
CREATE TABLE identities (
	issuer       TEXT    NOT NULL,
	subject      TEXT    NOT NULL,
	user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	email        TEXT    NOT NULL,
	claimed_org  TEXT    NOT NULL,
	claimed_role TEXT    NOT NULL,
	created_at   INTEGER NOT NULL,
	seen_at      INTEGER NOT NULL,
	PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_user ON identities (user_id);

-- Browsers that have signed in before.
CREATE TABLE devices (
	hash       TEXT    PRIMARY KEY,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_user ON devices (user_id);

-- Questions put to a browser or a provider whose answer is taken once. user_id NULL:
-- it is not known yet who answers.
CREATE TABLE challenges (
	hash       TEXT    PRIMARY KEY,
	kind       TEXT    NOT NULL,
	user_id    TEXT    REFERENCES users (id) ON DELETE CASCADE,
	data       TEXT    NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX challenges_user ON challenges (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX challenges_expires ON challenges (expires_at);

-- Organisations that are asked for until the address is proved.
CREATE TABLE signups (
	hash       TEXT    PRIMARY KEY,
	email      TEXT    NOT NULL,
	data       TEXT    NOT NULL, -- JSON: what they will be
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX signups_email ON signups (email);
CREATE INDEX signups_expires ON signups (expires_at);

-- Mails of ours, to be sent and sent lately. They hold no secret: one is made when
-- the mail is sent.
CREATE TABLE letters (
	n       INTEGER PRIMARY KEY AUTOINCREMENT,
	kind    TEXT    NOT NULL,
	user_id TEXT    REFERENCES users (id) ON DELETE CASCADE,
	email   TEXT    NOT NULL, -- in lower case; empty: the account's
	org     INTEGER REFERENCES orgs (num) ON DELETE CASCADE,
	ref     TEXT    NOT NULL, -- id of what it is about
	at      INTEGER NOT NULL,
	due     INTEGER NOT NULL,
	tries   INTEGER NOT NULL DEFAULT 0,
	sent_at INTEGER
) STRICT;
CREATE INDEX letters_due ON letters (due) WHERE sent_at IS NULL;
CREATE INDEX letters_sent ON letters (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX letters_user ON letters (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX letters_email ON letters (email, kind, at);
CREATE INDEX letters_org ON letters (org) WHERE org IS NOT NULL;

CREATE TABLE invitations (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id         TEXT    NOT NULL,
	hash       TEXT    UNIQUE, -- of its secret; NULL until its mail is written
	email      TEXT    NOT NULL,
	role       TEXT    NOT NULL CHECK (role IN ('admin', 'viewer')),
	by         TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	PRIMARY KEY (org, id),
	UNIQUE (org, email)
) STRICT, WITHOUT ROWID;

ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT ''; -- permissions with blanks between; empty: all of the role
ALTER TABLE api_keys ADD COLUMN by TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN used_at INTEGER; -- to the minute
ALTER TABLE members ADD COLUMN since INTEGER;
ALTER TABLE orgs ADD COLUMN leaves_at INTEGER; -- when it is deleted, as its admins asked

-- form: of the hash, 1 without route, outcome, request and note, and with the actor's
-- name; 2 the other way round, so that a name can be erased. request: entries of one
-- request share it.
ALTER TABLE audit ADD COLUMN route TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT 'done'; -- done, refused
ALTER TABLE audit ADD COLUMN request TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- an operator's reason
ALTER TABLE audit ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
CREATE INDEX audit_action ON audit (org, action, n);
CREATE INDEX audit_actor ON audit (org, actor_id, n);

-- As audit, of what belongs to no organisation. Its hash is of form 2.
CREATE TABLE house_audit (
	n          INTEGER PRIMARY KEY, -- from 1, without gaps
	at         INTEGER NOT NULL,
	actor_kind TEXT    NOT NULL,
	actor_id   TEXT    NOT NULL,
	actor_name TEXT    NOT NULL,
	action     TEXT    NOT NULL,
	target     TEXT    NOT NULL,
	route      TEXT    NOT NULL,
	outcome    TEXT    NOT NULL,
	request    TEXT    NOT NULL,
	note       TEXT    NOT NULL,
	hash       BLOB    NOT NULL
) STRICT;

-- Operators who are inside an organisation, and why.
CREATE TABLE visits (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	why        TEXT    NOT NULL,
	at         INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	PRIMARY KEY (org, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_user ON visits (user_id);

-- Mail that was taken in for a name that led nowhere any more.
CREATE TABLE unrouted (
	sha256      TEXT    NOT NULL,
	recipient   TEXT    NOT NULL,
	sender      TEXT    NOT NULL,
	size        INTEGER NOT NULL,
	received_at INTEGER NOT NULL,
	PRIMARY KEY (sha256, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX unrouted_received ON unrouted (received_at);

-- Counters of the house. rights moves on whenever somebody's rights shrink or change.
CREATE TABLE house (
	name TEXT    PRIMARY KEY,
	n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO house (name, n) VALUES ('rights', 0);
