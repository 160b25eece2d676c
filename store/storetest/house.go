package storetest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

// auditOf is all of an audit log that a filter finds, newest first.
func auditOf(w *world, o store.Org, f projectr.AuditFilter) []projectr.AuditEntry {
	w.Helper()
	return all(w, 3, func(p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
		f.Page = p
		return o.Audit(w.ctx, f)
	})
}

func action(a projectr.AuditEntry) string { return a.Action }

func auditSays(w *world) {
	o := w.acme.On("PATCH /projects/{id}", "req-1")
	p := w.project(o, "Harbor")
	w.ok(o.Refused(w.ctx, "project.save", string(p.ID)))
	w.ok(o.Note(w.ctx, "project.look", string(p.ID)))
	same(w, "noted", o.Noted(), 3)
	w.ok(o.RevokeAPIKey(w.ctx, w.key(o, "k1")))
	w.ok(o.RevokeAPIKey(w.ctx, "k1")) // changes nothing, and notes nothing
	same(w, "noted after a step that changed nothing", o.Noted(), 5)
	w.is(projectr.NotFound, o.RevokeAPIKey(w.ctx, "never"), "revoke an unknown key")
	same(w, "noted after a step that failed", o.Noted(), 5)
	same(w, "noted by another request", o.On("GET /projects", "req-2").Noted(), 0)
	same(w, "noted by no request", w.acme.Noted(), 0)

	by := projectr.Actor{Kind: "user", ID: "us_acme-admin", Name: "acme-admin"}
	for i, want := range []projectr.AuditEntry{
		{Action: "api_key.revoke", Target: "k1", Outcome: projectr.WasDone},
		{Action: "api_key.create", Target: "k1", Outcome: projectr.WasDone},
		{Action: "project.look", Target: string(p.ID), Outcome: projectr.WasDone},
		{Action: "project.save", Target: string(p.ID), Outcome: projectr.WasRefused},
		{Action: "project.create", Target: string(p.ID), Outcome: projectr.WasDone},
	} {
		got := auditOf(w, w.acme, projectr.AuditFilter{})[i]
		want.At, want.Actor, want.Route, want.Request = got.At, by, "PATCH /projects/{id}", "req-1"
		same(w, fmt.Sprintf("entry %d", i), got, want)
	}

	op, err := w.store.AsOperator(w.ctx, "acme", "they asked for help")
	w.ok(err)
	w.project(op, "Tower")
	for _, a := range auditOf(w, w.acme, projectr.AuditFilter{})[:2] {
		same(w, a.Action, a.Actor, projectr.Actor{Kind: "operator", Name: "Operator"})
		same(w, "why for "+a.Action, a.Note, "they asked for help")
	}
	for _, why := range []string{"", "  ", "two\nlines", strings.Repeat("x", 501)} {
		_, err := w.store.AsOperator(w.ctx, "acme", why)
		w.is(projectr.Invalid, err, fmt.Sprintf("enter because %.10q", why))
	}
}

// key keeps an API key of that id.
func (w *world) key(o store.Org, id projectr.KeyID) projectr.KeyID {
	w.Helper()
	w.ok(o.SaveAPIKey(w.ctx, projectr.APIKey{ID: id, Role: projectr.Admin, CreatedAt: w.now()}, "hash of "+string(id)))
	return id
}

func auditFilters(w *world) {
	jo := w.enter("org_acme", w.user("jo"))
	from := w.now()
	w.project(w.acme, "One")
	w.project(jo, "Two")
	w.ok(jo.Refused(w.ctx, "project.create", ""))
	middle := w.now()
	w.ok(jo.Note(w.ctx, "project.look", ""))
	w.ok(w.acme.Refused(w.ctx, "project.look", ""))
	for _, x := range []struct {
		f    projectr.AuditFilter
		want string
	}{
		{projectr.AuditFilter{From: from}, "project.look project.look project.create project.create project.create"},
		{projectr.AuditFilter{From: middle}, "project.look project.look"},
		{projectr.AuditFilter{From: from, To: middle}, "project.create project.create project.create"},
		{projectr.AuditFilter{From: from, To: from}, ""},
		{projectr.AuditFilter{Person: "us_jo"}, "project.look project.create project.create"},
		{projectr.AuditFilter{Person: "us_jo", Action: "project.create"}, "project.create project.create"},
		{projectr.AuditFilter{Person: "us_jo", Action: "project.create", Outcome: projectr.WasRefused}, "project.create"},
		{projectr.AuditFilter{Action: "project.look"}, "project.look project.look"},
		{projectr.AuditFilter{Action: "project"}, ""},
		{projectr.AuditFilter{Outcome: projectr.WasRefused}, "project.look project.create"},
		{projectr.AuditFilter{Outcome: projectr.WasDone, From: from, Action: "project.create"}, "project.create project.create"},
		{projectr.AuditFilter{Person: "us_globex-admin"}, ""},
	} {
		same(w, fmt.Sprintf("%+v", x.f), ids(auditOf(w, w.acme, x.f), action), x.want)
	}
	for _, f := range []projectr.AuditFilter{{Outcome: "perhaps"}, {From: middle, To: from}} {
		_, err := w.acme.Audit(w.ctx, f)
		w.is(projectr.Invalid, err, fmt.Sprintf("list by %+v", f))
		_, err = w.store.HouseAudit(w.ctx, f)
		w.is(projectr.Invalid, err, fmt.Sprintf("list the house's by %+v", f))
	}
}

func auditForgets(w *world) {
	u := w.user("jo")
	jo := w.enter("org_acme", u)
	w.project(jo, "Harbor")
	w.ok(w.store.Note(w.ctx, projectr.AuditEntry{Actor: jo.By(), Action: "session.begin", Target: string(u)}, u))
	w.ok(w.acme.DropMember(w.ctx, u))
	before, err := w.acme.VerifyAudit(w.ctx)
	w.ok(err)
	house, err := w.store.VerifyHouse(w.ctx)
	w.ok(err)
	w.ok(w.store.DeleteUser(w.ctx, u, root, "test"))
	l := auditOf(w, w.acme, projectr.AuditFilter{Person: string(u)})
	same(w, "what jo did", ids(l, action), "session.begin project.create")
	for _, a := range l {
		same(w, "who did "+a.Action, a.Actor, projectr.Actor{Kind: "user", ID: "us_jo"})
	}
	after, err := w.acme.VerifyAudit(w.ctx)
	w.ok(err)
	same(w, "the chain", after, before)
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Person: string(u)})
	w.ok(err)
	same(w, "the house's log", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Action + "/" + a.Actor.Name }), "session.begin/")
	now, err := w.store.VerifyHouse(w.ctx)
	w.ok(err)
	same(w, "the house's chain", now.Broken, 0)
	if now.Entries < house.Entries {
		w.Errorf("the house's log has %d entries, and had %d", now.Entries, house.Entries)
	}
	same(w, "who else did what", auditOf(w, w.acme, projectr.AuditFilter{Action: "member.drop"})[0].Actor.Name, "acme-admin")
}

func houseAudit(w *world) {
	u := w.user("jo")
	w.enter("org_acme", u)
	w.enter("org_globex", u)
	jo := projectr.Actor{Kind: "user", ID: string(u), Name: "jo"}
	was, err := w.store.VerifyHouse(w.ctx)
	w.ok(err)
	at := w.now()
	w.ok(w.store.Note(w.ctx, projectr.AuditEntry{Actor: jo, Action: "session.begin", Target: string(u), Route: "POST /session", Request: "r1"}, u))
	w.ok(w.store.Note(w.ctx, projectr.AuditEntry{At: at, Action: "session.refuse", Outcome: projectr.WasRefused, Note: "412 within a minute"}, ""))
	l, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{})
	w.ok(err)
	same(w, "newest", l.Items[0], projectr.AuditEntry{At: at, Action: "session.refuse", Outcome: projectr.WasRefused, Note: "412 within a minute"})
	first := l.Items[1]
	same(w, "the one before", first, projectr.AuditEntry{At: first.At, Actor: jo, Action: "session.begin", Target: string(u), Route: "POST /session", Outcome: projectr.WasDone, Request: "r1"})
	for _, o := range []store.Org{w.acme, w.globex} {
		same(w, "in "+string(o.ID()), auditOf(w, o, projectr.AuditFilter{})[0], first)
	}
	for f, want := range map[projectr.AuditFilter]string{
		{Person: string(u)}:               "session.begin",
		{Action: "session.refuse"}:        "session.refuse",
		{Outcome: projectr.WasRefused}:    "session.refuse",
		{Person: "us_never"}:              "",
		{Action: "session.begin", To: at}: "",
	} {
		l, err := w.store.HouseAudit(w.ctx, f)
		w.ok(err)
		same(w, fmt.Sprintf("%+v", f), ids(l.Items, action), want)
	}
	paged := all(w, 1, func(p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
		return w.store.HouseAudit(w.ctx, projectr.AuditFilter{Page: p})
	})
	is, err := w.store.VerifyHouse(w.ctx)
	w.ok(err)
	same(w, "entries", is.Entries, was.Entries+2)
	same(w, "entries by pages", int64(len(paged)), is.Entries)
	same(w, "broken", is.Broken, 0)
	if is.Head == was.Head || len(is.Head) != 64 {
		w.Errorf("the head was %q and is %q", was.Head, is.Head)
	}
}

func rights(w *world) {
	u := w.user("jo")
	w.ok(w.acme.SaveMember(w.ctx, u, projectr.Admin))
	begin := func(hash string) {
		w.Helper()
		w.ok(w.store.PutSession(w.ctx, hash, projectr.Session{ID: "se_" + hash, User: u, CreatedAt: w.now(), SeenAt: w.now(), ExpiresAt: w.now().Add(time.Hour)}))
	}
	begin("s1")
	begin("s2")
	w.key(w.acme, "k1")
	for _, step := range []struct {
		what  string
		moves bool
		do    func() error
	}{
		{"a session that is used", false, func() error { return w.store.SeeSession(w.ctx, "s1") }},
		{"a session that ends", true, func() error { return w.store.DeleteSession(w.ctx, "s1") }},
		{"a session that is gone already", false, func() error { return w.store.DeleteSession(w.ctx, "s1") }},
		{"a session that begins", false, func() error { begin("s3"); return nil }},
		{"the same role again", false, func() error { return w.acme.SaveMember(w.ctx, u, projectr.Admin) }},
		{"another role", true, func() error { return w.acme.SaveMember(w.ctx, u, projectr.Viewer) }},
		{"a new member", false, func() error { return w.globex.SaveMember(w.ctx, u, projectr.Viewer) }},
		{"a member who goes", true, func() error { return w.globex.DropMember(w.ctx, u) }},
		{"another name", false, func() error { return w.store.RenameUser(w.ctx, u, "Jo B") }},
		{"a closed account", true, func() error { return w.store.CloseUser(w.ctx, u, true, root, "test") }},
		{"a new password", true, func() error { return w.store.SetPassword(w.ctx, u, "another hash", "") }},
		{"a new key", false, func() error { w.key(w.acme, "k2"); return nil }},
		{"a revoked key", true, func() error { return w.acme.RevokeAPIKey(w.ctx, "k1") }},
		{"a new project", false, func() error { w.project(w.acme, "Harbor"); return nil }},
		{"other settings", true, func() error {
			_, err := w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.FileFrom = 77 })
			return err
		}},
		{"a deleted account", true, func() error { return w.store.DeleteUser(w.ctx, u, root, "test") }},
		{"a deleted organisation", true, func() error {
			op, err := w.store.AsOperator(w.ctx, "globex", "test")
			w.ok(err)
			return op.Delete(w.ctx)
		}},
	} {
		before, err := w.store.Rights(w.ctx)
		w.ok(err)
		w.ok(step.do())
		after, err := w.store.Rights(w.ctx)
		w.ok(err)
		if after < before || after > before != step.moves {
			w.Errorf("%s: the counter went from %d to %d", step.what, before, after)
		}
	}
}

func unrouted(w *world) {
	text := "Subject: lost\r\n\r\nWords"
	digest := projectr.Digest(keyOf("", []byte(text))[1:])
	u := projectr.Unrouted{SHA256: digest, Recipient: "gone+tower@mail.example", Sender: "jo@x.example", Size: int64(len(text)), ReceivedAt: w.now()}
	w.ok(w.store.KeepUnrouted(w.ctx, u, strings.NewReader(text)))
	w.ok(w.store.KeepUnrouted(w.ctx, u, strings.NewReader(text))) // again
	other := u
	other.Recipient, other.ReceivedAt = "away@mail.example", w.now()
	w.ok(w.store.KeepUnrouted(w.ctx, other, strings.NewReader(text)))
	if err := w.store.KeepUnrouted(w.ctx, projectr.Unrouted{SHA256: projectr.Digest(strings.Repeat("0", 64)), Recipient: "x@mail.example"}, strings.NewReader(text)); err == nil {
		w.Error("other bytes than those that were received are kept")
	}
	l := all(w, 1, func(p projectr.Page) (projectr.List[projectr.Unrouted], error) { return w.store.Unrouted(w.ctx, p) })
	if len(l) != 2 || l[0] != other || l[1] != u {
		w.Fatalf("unrouted: %+v, want the newer and the older", l)
	}
	by := projectr.Actor{Kind: "operator", Name: "Operator"}
	r, err := w.store.OpenUnrouted(w.ctx, digest, by)
	w.ok(err)
	got, err := io.ReadAll(io.LimitReader(r, 1<<20))
	w.ok(err)
	w.ok(r.Close())
	same(w, "bytes", string(got), text)
	_, err = w.store.OpenUnrouted(w.ctx, projectr.Digest(strings.Repeat("1", 64)), by)
	w.is(projectr.NotFound, err, "open what is not there")
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{})
	w.ok(err)
	same(w, "noted", ids(hs.Items, action), "mail.open_unrouted mail.unrouted mail.unrouted")
	// It is nobody's raw mail, and the sweep after deletions leaves it.
	w.ok(w.store.SweepBlobs(w.ctx))
	_, err = w.store.OpenUnrouted(w.ctx, digest, by)
	w.ok(err)

	one, err := w.store.UnroutedMail(w.ctx, digest, u.Recipient)
	w.ok(err)
	same(w, "one of them", one, u)
	w.is(projectr.NotFound, second(w.store.UnroutedMail(w.ctx, digest, "never@mail.example")), "look up what is not there")
	w.is(projectr.NotFound, w.store.DropUnrouted(w.ctx, digest, "never@mail.example", by, ""), "drop what is not there")
	w.ok(w.store.DropUnrouted(w.ctx, digest, u.Recipient, by, "sent to acme@mail.example"))
	if _, err := w.store.CheckUnrouted(w.ctx, digest); err != nil {
		w.Errorf("the bytes go with the last recipient, not before: %v", err)
	}
	w.ok(w.store.DropUnrouted(w.ctx, digest, other.Recipient, by, ""))
	if _, err := w.store.CheckUnrouted(w.ctx, digest); err == nil {
		w.Error("the bytes are left")
	}
	hs, err = w.store.HouseAudit(w.ctx, projectr.AuditFilter{Action: "mail.drop_unrouted"})
	w.ok(err)
	same(w, "noted", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Target + a.Note }), string(digest)+" "+string(digest)+"sent to acme@mail.example")
}
