-- 0005: the counter of rights moves by itself.
--
-- Whatever takes a right away or changes one moves house.rights on in the same
-- step, whichever statement and process it is done by: who keeps something open for
-- somebody (a stream) looks again when it has moved.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER rights_session_ended AFTER DELETE ON sessions
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_member_dropped AFTER DELETE ON members
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_role_changed AFTER UPDATE OF role ON members WHEN old.role <> new.role
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_account_changed AFTER UPDATE OF password, disabled, operator, totp ON users
WHEN old.password <> new.password OR old.disabled <> new.disabled OR old.operator <> new.operator OR old.totp IS NOT new.totp
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_account_deleted AFTER DELETE ON users
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_key_changed AFTER UPDATE OF revoked_at, expires_at, role, scopes ON api_keys
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_key_dropped AFTER DELETE ON api_keys
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_visit_ended AFTER DELETE ON visits
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rights_rules_changed AFTER UPDATE OF settings ON orgs WHEN old.settings <> new.settings
BEGIN UPDATE house SET n = n + 1 WHERE name = 'rights'; END;
-- +goose StatementEnd

CREATE INDEX house_audit_actor ON house_audit (actor_id);
CREATE INDEX house_audit_action ON house_audit (action);
