-- 0011: what was paid, as the payment provider said last, for the operator's books.

-- +goose Up
CREATE TABLE paid_invoices (
	org      INTEGER NOT NULL REFERENCES orgs (num) ON DELETE CASCADE,
	id       TEXT    NOT NULL, -- the provider's
	at       INTEGER NOT NULL, -- when it was paid
	currency TEXT    NOT NULL, -- ISO 4217
	amount   INTEGER NOT NULL, -- less what was given back, in the currency's smallest unit
	PRIMARY KEY (org, id)
) STRICT, WITHOUT ROWID;
