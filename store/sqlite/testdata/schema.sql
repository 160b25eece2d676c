CREATE TRIGGER rights_account_changed AFTER UPDATE OF password, disabled, operator, totp ON users
WHEN old.password <> new.password OR old.disabled <> new.disabled OR old.operator <> new.operator OR old.totp IS NOT new.totp
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_account_deleted AFTER DELETE ON users
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_key_changed AFTER UPDATE OF revoked_at, expires_at, role, scopes ON api_keys
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_key_dropped AFTER DELETE ON api_keys
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_member_dropped AFTER DELETE ON members
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_role_changed AFTER UPDATE OF role ON members WHEN old.role <> new.role
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_rules_changed AFTER UPDATE OF settings ON orgs WHEN old.settings <> new.settings
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_session_ended AFTER DELETE ON sessions
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TRIGGER rights_visit_ended AFTER DELETE ON visits
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;

CREATE TABLE alerts (
	org     INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	month   TEXT    NOT NULL, -- YYYY-MM
	kind    TEXT    NOT NULL,
	percent INTEGER NOT NULL,
	most    INTEGER NOT NULL, -- the limit; the greatest number: not known
	at      INTEGER NOT NULL,
	PRIMARY KEY (org, month, kind, percent, most)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id         TEXT    NOT NULL,
	hash       TEXT    NOT NULL UNIQUE,
	name       TEXT    NOT NULL,
	prefix     TEXT    NOT NULL,
	role       TEXT    NOT NULL CHECK (role IN ('admin', 'viewer')),
	created_at INTEGER NOT NULL,
	expires_at INTEGER,
	revoked_at INTEGER, scopes TEXT NOT NULL DEFAULT '', by TEXT NOT NULL DEFAULT '', used_at INTEGER,
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE attachments (
	doc          INTEGER PRIMARY KEY,
	org          INTEGER NOT NULL,
	email_id     TEXT    NOT NULL,
	n            INTEGER NOT NULL,
	filename     TEXT    NOT NULL,
	content_type TEXT    NOT NULL,
	size         INTEGER NOT NULL,
	sha256       TEXT    NOT NULL,
	content_id   TEXT    NOT NULL,
	inline       INTEGER NOT NULL,
	UNIQUE (org, email_id, n),
	FOREIGN KEY (org, email_id) REFERENCES emails (org, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE audit (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	n          INTEGER NOT NULL, -- from 1, without gaps
	at         INTEGER NOT NULL,
	actor_kind TEXT    NOT NULL,
	actor_id   TEXT    NOT NULL,
	actor_name TEXT    NOT NULL,
	action     TEXT    NOT NULL,
	target     TEXT    NOT NULL,
	hash       BLOB    NOT NULL, route TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT 'done', request TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', form INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (org, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE bodies (
	doc   INTEGER PRIMARY KEY REFERENCES emails (doc) ON DELETE CASCADE,
	org   INTEGER NOT NULL,
	text  BLOB    NOT NULL, -- zstd
	spans TEXT    NOT NULL, -- JSON
	html  INTEGER NOT NULL
) STRICT;

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
	charged   INTEGER NOT NULL, assumed INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (org, day, model, project, step, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE call_months (
	org      INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	month    INTEGER NOT NULL, -- its first day
	calls    INTEGER NOT NULL,
	unpriced INTEGER NOT NULL,
	reserved INTEGER NOT NULL CHECK (reserved >= 0),
	cost     INTEGER NOT NULL,
	charged  INTEGER NOT NULL, lost INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (org, month)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE challenges (
	hash       TEXT    PRIMARY KEY,
	kind       TEXT    NOT NULL,
	user_id    TEXT    REFERENCES users (id) ON DELETE CASCADE,
	data       TEXT    NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
	customer TEXT    PRIMARY KEY,
	org      INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
	hash       TEXT    PRIMARY KEY,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE email_projects (
	org        INTEGER NOT NULL,
	project_id TEXT    NOT NULL,
	date       INTEGER NOT NULL, -- of the mail
	doc        INTEGER NOT NULL, -- the mail
	PRIMARY KEY (org, project_id, date, doc),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE emails (
	doc           INTEGER PRIMARY KEY,
	org           INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id            TEXT    NOT NULL,
	message_id    TEXT    NOT NULL,
	subject       TEXT    NOT NULL,
	people        TEXT    NOT NULL, -- JSON: from, to, cc
	date          INTEGER NOT NULL,
	date_offset   INTEGER NOT NULL, -- minutes east of UTC in the mail's own date
	received_at   INTEGER NOT NULL,
	day           INTEGER NOT NULL, -- its row in usage_days
	project_id    TEXT,
	thread_id     TEXT    NOT NULL,
	state         TEXT    NOT NULL,
	sha256        TEXT    NOT NULL,
	size          INTEGER NOT NULL,
	verdict       TEXT    NOT NULL,
	snippet       TEXT    NOT NULL,
	match         TEXT    NOT NULL, -- JSON
	reply         INTEGER NOT NULL,
	automatic     TEXT    NOT NULL,
	warnings      TEXT    NOT NULL, -- JSON
	extractor     TEXT    NOT NULL,
	envelope_from TEXT    NOT NULL,
	tag           TEXT    NOT NULL, -- plus tag it came in by
	files         INTEGER NOT NULL, -- attachments
	sender        TEXT    NOT NULL, -- address in From, in lower case
	author        TEXT    NOT NULL, more TEXT NOT NULL DEFAULT '{}', came_by TEXT, copy_of TEXT, content TEXT NOT NULL DEFAULT '', print TEXT NOT NULL DEFAULT '', topic TEXT NOT NULL DEFAULT '', clue TEXT NOT NULL DEFAULT '', counted INTEGER NOT NULL DEFAULT 1, arrivals INTEGER NOT NULL DEFAULT 0, split INTEGER NOT NULL DEFAULT 0, -- name in From, or address
	UNIQUE (org, id),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id),
	FOREIGN KEY (org, thread_id) REFERENCES threads (org, id)
) STRICT;

CREATE TABLE erased (
	id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
	org         INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	project     TEXT    NOT NULL,
	at          INTEGER NOT NULL,
	id          TEXT    NOT NULL,
	at_offset   INTEGER NOT NULL,
	kind        TEXT    NOT NULL,
	email_id    TEXT,
	fact_id     TEXT,
	actor_kind  TEXT    NOT NULL,
	actor_id    TEXT    NOT NULL,
	actor_name  TEXT    NOT NULL,
	other       TEXT,
	note        TEXT    NOT NULL,
	recorded_at INTEGER NOT NULL,
	project_id  TEXT GENERATED ALWAYS AS (nullif(project, '')) VIRTUAL,
	PRIMARY KEY (org, project, at, id),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id),
	FOREIGN KEY (org, email_id) REFERENCES emails (org, id),
	FOREIGN KEY (org, fact_id) REFERENCES facts (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact_versions (
	org      INTEGER NOT NULL,
	fact_id  TEXT    NOT NULL,
	n        INTEGER NOT NULL, -- from 1
	at       INTEGER NOT NULL,
	event_id TEXT    NOT NULL, -- the judgement's event; empty for the first
	fact     TEXT    NOT NULL, read INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (org, fact_id, n),
	FOREIGN KEY (org, fact_id) REFERENCES facts (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
	doc          INTEGER PRIMARY KEY,
	org          INTEGER NOT NULL,
	id           TEXT    NOT NULL,
	email_id     TEXT    NOT NULL,
	project_id   TEXT,
	kind         TEXT    NOT NULL,
	text         TEXT    NOT NULL,
	quote        TEXT    NOT NULL,
	start        INTEGER NOT NULL,
	"end"        INTEGER NOT NULL,
	proof        TEXT    NOT NULL,
	confidence   REAL    NOT NULL,
	owner        TEXT,
	owner_key    TEXT, -- owner in lower case
	deadline     TEXT, -- YYYY-MM-DD
	priority     TEXT    NOT NULL,
	made_by      TEXT,
	amount_minor INTEGER,
	currency     TEXT,
	affects      TEXT    NOT NULL, -- JSON
	state        TEXT    NOT NULL,
	by           TEXT    NOT NULL,
	at           INTEGER NOT NULL,
	at_offset    INTEGER NOT NULL,
	reason       TEXT    NOT NULL,
	read_at      INTEGER NOT NULL, -- when it was extracted
	known_at     INTEGER NOT NULL, -- when it came to its present project
	-- live: it still counts. drives: it may be counted as work to do; a fact
	-- whose quote was not found may not, unless a person stood up for it.
	due    TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(deadline, '9999-99-99')) VIRTUAL,
	file INTEGER NOT NULL DEFAULT 0, held TEXT NOT NULL DEFAULT '', repeats TEXT, supersedes TEXT, superseded_by TEXT, standing TEXT NOT NULL DEFAULT '', doubt TEXT NOT NULL DEFAULT '', done_at INTEGER, done_by TEXT NOT NULL DEFAULT '', live INTEGER NOT NULL GENERATED ALWAYS AS (repeats IS NULL AND state NOT IN ('rejected', 'superseded')) VIRTUAL, drives INTEGER NOT NULL GENERATED ALWAYS AS (repeats IS NULL AND done_at IS NULL AND
	(state IN ('confirmed', 'corrected') OR state = 'open' AND proof <> 'unverified' AND held = '')) VIRTUAL, unsure INTEGER NOT NULL GENERATED ALWAYS AS (repeats IS NULL AND state = 'open' AND (confidence < 0.8 OR held <> '')) VIRTUAL, per TEXT NOT NULL DEFAULT '',
	UNIQUE (org, id),
	FOREIGN KEY (org, email_id) REFERENCES emails (org, id) ON DELETE CASCADE,
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id)
) STRICT;

CREATE TABLE file_texts (
	org    INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	sha256 TEXT    NOT NULL,
	state  TEXT    NOT NULL,
	note   TEXT    NOT NULL,
	text   BLOB    NOT NULL, -- zstd
	PRIMARY KEY (org, sha256)
) STRICT;

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

CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);

CREATE TABLE house (
	name TEXT    PRIMARY KEY,
	n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE members (
	org     INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	user_id TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	role    TEXT    NOT NULL CHECK (role IN ('admin', 'viewer')), since INTEGER,
	PRIMARY KEY (org, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_ids (
	org        INTEGER NOT NULL,
	message_id TEXT    NOT NULL,
	thread_id  TEXT    NOT NULL,
	PRIMARY KEY (org, message_id),
	FOREIGN KEY (org, thread_id) REFERENCES threads (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE orgs (
	num        INTEGER PRIMARY KEY AUTOINCREMENT,
	id         TEXT    NOT NULL UNIQUE,
	name       TEXT    NOT NULL,
	address    TEXT    NOT NULL,
	plan       TEXT    NOT NULL,
	suspended  INTEGER NOT NULL,
	time_zone  TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	trial_ends INTEGER,
	last_doc   INTEGER NOT NULL DEFAULT 0 -- last sequence number given out
, settings TEXT NOT NULL DEFAULT '{}', leaves_at INTEGER, bytes INTEGER NOT NULL DEFAULT 0, read_until INTEGER, closes_at INTEGER, warned INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE paid_invoices (
	org      INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id       TEXT    NOT NULL, -- the provider's
	at       INTEGER NOT NULL, -- when it was paid
	currency TEXT    NOT NULL, -- ISO 4217
	amount   INTEGER NOT NULL, -- less what was given back, in the currency's smallest unit
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
	id         TEXT    PRIMARY KEY, -- the credential's, base64url
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	name       TEXT    NOT NULL,
	credential TEXT    NOT NULL, -- JSON: public key, counter, flags
	created_at INTEGER NOT NULL,
	used_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE payment_events (
	org INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id  TEXT    NOT NULL,
	at  INTEGER NOT NULL,
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
	org           INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id            TEXT    NOT NULL,
	doc           INTEGER NOT NULL UNIQUE,
	name          TEXT    NOT NULL,
	job_number    TEXT    NOT NULL,
	address       TEXT    NOT NULL,
	client        TEXT    NOT NULL,
	status        TEXT    NOT NULL,
	aliases       TEXT    NOT NULL, -- JSON
	people        TEXT    NOT NULL, -- JSON
	created_at    INTEGER NOT NULL,
	words         TEXT    NOT NULL, -- what a filter's words are looked for in, in lower case
	name_key      TEXT    NOT NULL, -- name in lower case, for order
	-- Sums over the project's filed mail and live facts, changed with them.
	mails         INTEGER NOT NULL DEFAULT 0,
	facts         INTEGER NOT NULL DEFAULT 0,
	actions       INTEGER NOT NULL DEFAULT 0,
	risks         INTEGER NOT NULL DEFAULT 0,
	first_mail_at INTEGER,
	last_mail_at  INTEGER,
	active_at     INTEGER NOT NULL, -- last_mail_at, or created_at without mail
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;

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
	calls      BLOB    NOT NULL, budget INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (org, email_id, n),
	FOREIGN KEY (org, email_id) REFERENCES emails (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
	user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	hash    TEXT NOT NULL,
	PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE reminders (
	org   INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	n     INTEGER NOT NULL, -- in this order
	kind  TEXT    NOT NULL,
	about TEXT    NOT NULL,
	at    INTEGER NOT NULL,
	PRIMARY KEY (org, n),
	UNIQUE (org, kind, about)
) STRICT, WITHOUT ROWID;

CREATE TABLE routes (
	name TEXT    PRIMARY KEY,
	org  INTEGER REFERENCES orgs (num) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
	title, text, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '.'"
);

CREATE TABLE seen (
	org        INTEGER NOT NULL,
	project_id TEXT    NOT NULL,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	at         INTEGER NOT NULL,
	PRIMARY KEY (org, project_id, user_id),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id) ON DELETE CASCADE
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

CREATE TABLE sessions (
	hash       TEXT    PRIMARY KEY,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	agent      TEXT    NOT NULL
, id TEXT NOT NULL DEFAULT '', auth_at INTEGER NOT NULL DEFAULT 0, how TEXT NOT NULL DEFAULT 'password', second INTEGER NOT NULL DEFAULT 0, place TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE signups (
	hash       TEXT    PRIMARY KEY,
	email      TEXT    NOT NULL,
	data       TEXT    NOT NULL, -- JSON: what they will be
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
, invoice TEXT NOT NULL DEFAULT '', next_plan TEXT NOT NULL DEFAULT '', next_at INTEGER, others INTEGER NOT NULL DEFAULT 0, price TEXT NOT NULL DEFAULT '{}', next_price TEXT NOT NULL DEFAULT '{}') STRICT;

CREATE TABLE threads (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id         TEXT    NOT NULL,
	project_id TEXT, -- where later mails are filed
	PRIMARY KEY (org, id),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tickets (
	hash       TEXT    PRIMARY KEY,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	purpose    TEXT    NOT NULL,
	expires_at INTEGER NOT NULL
, data TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE unrouted (
	sha256      TEXT    NOT NULL,
	recipient   TEXT    NOT NULL,
	sender      TEXT    NOT NULL,
	size        INTEGER NOT NULL,
	received_at INTEGER NOT NULL,
	PRIMARY KEY (sha256, recipient)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_days (
	org     INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	day     INTEGER NOT NULL,
	project TEXT    NOT NULL,
	emails  INTEGER NOT NULL,
	PRIMARY KEY (org, day, project)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE users (
	id         TEXT    PRIMARY KEY,
	email      TEXT    NOT NULL UNIQUE,
	name       TEXT    NOT NULL,
	disabled   INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	password   TEXT    NOT NULL -- encoded hash, empty for none yet
, verified_at INTEGER, totp BLOB, totp_step INTEGER NOT NULL DEFAULT 0, seen_at INTEGER, operator INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE visits (
	org        INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	why        TEXT    NOT NULL,
	at         INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	PRIMARY KEY (org, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE weeks (
	org        INTEGER NOT NULL,
	project_id TEXT    NOT NULL,
	kind       TEXT    NOT NULL,
	week       INTEGER NOT NULL,
	n          INTEGER NOT NULL,
	PRIMARY KEY (org, project_id, kind, week),
	FOREIGN KEY (org, project_id) REFERENCES projects (org, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_action ON audit (org, action, n);

CREATE INDEX audit_actor ON audit (org, actor_id, n);

CREATE INDEX calls_at ON calls (org, at, id);

CREATE INDEX calls_day ON calls (org, day);

CREATE INDEX calls_email ON calls (org, email_id, at, id);

CREATE UNIQUE INDEX calls_job ON calls (org, job) WHERE charged > 0;

CREATE INDEX calls_open ON calls (org, at) WHERE outcome = 'started';

CREATE INDEX challenges_expires ON challenges (expires_at);

CREATE INDEX challenges_user ON challenges (user_id) WHERE user_id IS NOT NULL;

CREATE INDEX customers_org ON customers (org);

CREATE INDEX devices_user ON devices (user_id);

CREATE INDEX emails_content ON emails (org, content) WHERE content <> '';

CREATE INDEX emails_date ON emails (org, date);

CREATE INDEX emails_received ON emails (org, received_at);

CREATE INDEX emails_split ON emails (org, thread_id) WHERE split;

CREATE INDEX emails_thread ON emails (org, thread_id, date, copy_of);

CREATE INDEX emails_topic ON emails (org, topic, date) WHERE topic <> '';

CREATE INDEX emails_waiting ON emails (org, state, received_at) WHERE state <> 'filed';

CREATE INDEX events_news ON events (org, recorded_at, id)
	WHERE kind IN ('fact_extracted', 'fact_confirmed', 'fact_corrected', 'fact_rejected') AND project <> '';

CREATE INDEX facts_actions ON facts (org, due, at) WHERE kind = 'action_item' AND project_id IS NOT NULL;

CREATE INDEX facts_at ON facts (org, at) WHERE project_id IS NOT NULL;

CREATE INDEX facts_due ON facts (org, project_id, deadline) WHERE kind = 'action_item' AND drives AND project_id IS NOT NULL;

CREATE INDEX facts_email ON facts (org, email_id, start);

CREATE INDEX facts_known ON facts (org, project_id, known_at) WHERE live AND project_id IS NOT NULL;

CREATE INDEX facts_project ON facts (org, project_id, at) WHERE project_id IS NOT NULL;

CREATE INDEX facts_repeats ON facts (org, repeats) WHERE repeats IS NOT NULL;

CREATE INDEX facts_unsure ON facts (org, at) WHERE unsure AND project_id IS NOT NULL;

CREATE INDEX house_audit_action ON house_audit (action);

CREATE INDEX house_audit_actor ON house_audit (actor_id);

CREATE INDEX identities_user ON identities (user_id);

CREATE INDEX letters_due ON letters (due) WHERE sent_at IS NULL;

CREATE INDEX letters_email ON letters (email, kind, at);

CREATE INDEX letters_org ON letters (org) WHERE org IS NOT NULL;

CREATE INDEX letters_sent ON letters (sent_at) WHERE sent_at IS NOT NULL;

CREATE INDEX letters_user ON letters (user_id) WHERE user_id IS NOT NULL;

CREATE INDEX members_user ON members (user_id);

CREATE INDEX message_ids_thread ON message_ids (org, thread_id);

CREATE INDEX passkeys_user ON passkeys (user_id);

CREATE INDEX projects_active ON projects (org, active_at, id);

CREATE INDEX readings_asked ON readings (org, at, email_id) WHERE state IN ('waiting', 'proposed');

CREATE INDEX readings_budget ON readings (org, email_id, due, budget) WHERE budget;

CREATE INDEX readings_due ON readings (org, due, at, email_id) WHERE due IS NOT NULL;

CREATE INDEX routes_org ON routes (org);

CREATE INDEX seen_user ON seen (user_id);

CREATE UNIQUE INDEX sessions_id ON sessions (id);

CREATE INDEX sessions_user ON sessions (user_id);

CREATE INDEX signups_email ON signups (email);

CREATE INDEX signups_expires ON signups (expires_at);

CREATE INDEX tickets_user ON tickets (user_id);

CREATE INDEX unrouted_received ON unrouted (received_at);

CREATE INDEX use_day ON use_entries (org, day);

CREATE INDEX use_state ON use_entries (org, state, at, id);

CREATE INDEX visits_user ON visits (user_id);

