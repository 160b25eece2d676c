package storetest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

func audit(w *world) {
	entries := func() []projectr.AuditEntry {
		w.Helper()
		return all(w, 50, func(p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
			return w.acme.Audit(w.ctx, projectr.AuditFilter{Page: p})
		})
	}
	before := len(entries())
	p := w.project(w.acme, "Harbor")
	w.change(p.ID, func(p *projectr.Project) { p.Name = "Harbor Two" })
	e := w.record(w.acme, mail{id: "1", facts: []projectr.Fact{{}}})
	w.ok(w.acme.File(w.ctx, e.ID, p.ID, false))
	_, err := w.acme.Judge(w.ctx, e.Facts[0].ID, projectr.Judgement{State: projectr.FactConfirmed})
	w.ok(err)
	w.ok(w.acme.SaveAPIKey(w.ctx, projectr.APIKey{ID: "k1", Role: projectr.Admin, CreatedAt: w.now()}, "h1"))
	w.ok(w.acme.RevokeAPIKey(w.ctx, "k1"))
	u := w.user("viewer")
	w.ok(w.acme.SaveMember(w.ctx, u, projectr.Viewer))
	w.ok(w.acme.DropMember(w.ctx, u))
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	w.ok(second(w.acme.ChangeInfo(w.ctx, to(info))))
	// What is refused or changes nothing is not a change.
	w.ok(w.acme.Record(w.ctx, w.recording(mail{id: "1"})))
	w.ok(w.acme.SeeProject(w.ctx, p.ID))
	_ = w.acme.DropMember(w.ctx, u)

	l := entries()
	got := ids(l[:len(l)-before], func(a projectr.AuditEntry) string { return a.Action })
	same(w, "entries, newest first", got, "org.save member.drop member.save api_key.revoke api_key.create fact.confirmed mail.move mail.record project.save project.create")
	for i, a := range l {
		if i > 0 && a.At.After(l[i-1].At) {
			w.Errorf("%s stands before what came after it", a.Action)
		}
	}
	same(w, "who", l[0].Actor, projectr.Actor{Kind: "user", ID: "us_acme-admin", Name: "acme-admin"})
	same(w, "what", l[len(l)-before-1].Target, string(p.ID))
}

func lastAdmin(w *world) {
	admin, other := projectr.UserID("us_acme-admin"), w.user("other")
	w.is(projectr.Conflict, w.acme.DropMember(w.ctx, admin), "drop the only admin")
	w.is(projectr.Conflict, w.acme.SaveMember(w.ctx, admin, projectr.Viewer), "make the only admin a viewer")
	w.ok(w.acme.SaveMember(w.ctx, other, projectr.Viewer))
	w.is(projectr.Conflict, w.acme.DropMember(w.ctx, admin), "drop the only admin beside a viewer")
	w.ok(w.acme.SaveMember(w.ctx, other, projectr.Admin))
	w.ok(w.acme.SaveMember(w.ctx, admin, projectr.Viewer))
	w.is(projectr.Conflict, w.acme.SaveMember(w.ctx, other, projectr.Viewer), "make the other a viewer too")
	w.ok(w.acme.DropMember(w.ctx, admin))
	w.is(projectr.NotFound, w.acme.DropMember(w.ctx, admin), "drop who is gone")
	w.is(projectr.NotFound, w.acme.SaveMember(w.ctx, "us_never", projectr.Admin), "add an unknown user")

	// Who is taken out while somebody else gives them a role stays out.
	change := func(u projectr.UserID, r projectr.Role, want bool) {
		w.Helper()
		did, err := w.acme.ChangeRole(w.ctx, u, r)
		w.ok(err)
		same(w, "changed", did, want)
	}
	w.is(projectr.NotFound, second(w.acme.ChangeRole(w.ctx, admin, projectr.Admin)), "give a role to who is gone")
	w.is(projectr.NotFound, second(w.acme.ChangeRole(w.ctx, "us_never", projectr.Admin)), "give a role to nobody")
	w.is(projectr.Invalid, second(w.acme.ChangeRole(w.ctx, other, "owner")), "give a role there is not")
	w.is(projectr.Conflict, second(w.acme.ChangeRole(w.ctx, other, projectr.Viewer)), "make the last admin a viewer")
	third := w.user("third")
	w.ok(w.acme.SaveMember(w.ctx, third, projectr.Viewer))
	change(third, projectr.Admin, true)
	change(third, projectr.Admin, false)
	change(third, projectr.Viewer, true)
	w.ok(w.acme.DropMember(w.ctx, third))
	l, err := w.acme.Members(w.ctx)
	w.ok(err)
	same(w, "members", ids(l, func(m projectr.Member) string { return m.User.Name + "=" + string(m.Role) }), "other=admin")
}

func lastAdminAccount(w *world) {
	load := func(id projectr.UserID) projectr.User {
		w.Helper()
		u, err := w.store.User(w.ctx, id)
		w.ok(err)
		return u
	}
	disable := func(id projectr.UserID, yes bool) error {
		w.Helper()
		return w.store.CloseUser(w.ctx, id, yes, root, "test")
	}
	admin, other, viewer := projectr.UserID("us_acme-admin"), w.user("other"), w.user("viewer")
	w.ok(w.acme.SaveMember(w.ctx, viewer, projectr.Viewer))
	w.is(projectr.Conflict, disable(admin, true), "disable the only admin")
	w.is(projectr.Conflict, w.store.DeleteUser(w.ctx, admin, root, "test"), "delete the only admin")
	same(w, "disabled", load(admin).Disabled, false)

	w.ok(w.acme.SaveMember(w.ctx, other, projectr.Admin))
	w.ok(disable(other, true))
	// One who cannot sign in is no admin to rely on.
	w.is(projectr.Conflict, disable(admin, true), "disable the only admin who can sign in")
	w.is(projectr.Conflict, w.store.DeleteUser(w.ctx, admin, root, "test"), "delete the only admin who can sign in")
	w.is(projectr.Conflict, w.acme.DropMember(w.ctx, admin), "drop the only admin who can sign in")
	w.is(projectr.Conflict, w.acme.SaveMember(w.ctx, admin, projectr.Viewer), "make the only admin who can sign in a viewer")
	w.ok(disable(other, true)) // again

	w.ok(disable(other, false))
	// Who is one of two here may be the only one elsewhere.
	w.ok(w.globex.SaveMember(w.ctx, other, projectr.Admin))
	w.ok(w.globex.DropMember(w.ctx, "us_globex-admin"))
	w.is(projectr.Conflict, disable(other, true), "disable the only admin of the neighbour")
	w.is(projectr.Conflict, w.store.DeleteUser(w.ctx, other, root, "test"), "delete the only admin of the neighbour")
	// Of two who go at once, one stays.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	wg.Go(func() { errs[0] = disable(admin, true) })
	wg.Go(func() { errs[1] = w.acme.DropMember(w.ctx, other) })
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		w.Errorf("the two admins went as %v and %v", errs[0], errs[1])
	}
	// An organisation that is deleted needs no admin.
	w.ok(w.store.SetOperator(w.ctx, other, true, root)) // whose account stays
	for _, name := range []string{"acme", "globex"} {
		op, err := w.store.AsOperator(w.ctx, name, "test")
		w.ok(err)
		w.ok(op.Delete(w.ctx))
	}
	w.ok(disable(other, true))
	w.ok(w.store.DeleteUser(w.ctx, other, root, "test"))
}

func names(w *world) {
	leads := func(name string, to projectr.OrgID) {
		w.Helper()
		o, err := w.store.AtAddress(w.ctx, name)
		if to == "" {
			w.is(projectr.NotFound, err, "enter at "+name)
			return
		}
		w.ok(err)
		same(w, name, o.ID(), to)
	}
	rename := func(o store.Org, name string) error {
		w.Helper()
		return second(o.ChangeInfo(w.ctx, func(i *projectr.Org) { i.Address = name }))
	}
	leads("acme", "org_acme")
	leads("ACME", "org_acme")
	leads("nobody", "")
	w.ok(rename(w.acme, "acme-west"))
	leads("acme-west", "org_acme")
	leads("acme", "org_acme") // the old one keeps working
	w.is(projectr.Conflict, rename(w.globex, "acme"), "take a name that was another's")
	w.is(projectr.Conflict, rename(w.globex, "acme-west"), "take a name that is another's")
	w.ok(rename(w.acme, "acme")) // one's own may come back
	taken := projectr.Org{ID: "org_new", Name: "New", Address: "acme-west", Plan: "starter", TimeZone: "UTC"}
	w.is(projectr.Conflict, w.store.CreateOrg(w.ctx, taken, projectr.Actor{Kind: "operator"}), "found an organisation under a name that was another's")
	taken.Address, taken.ID = "new", "org_acme"
	w.is(projectr.Conflict, w.store.CreateOrg(w.ctx, taken, projectr.Actor{Kind: "operator"}), "found an organisation under another's id")
	leads("new", "") // nothing of it was kept
	op, err := w.store.AsOperator(w.ctx, "acme-west", "test")
	w.ok(err)
	w.ok(op.Delete(w.ctx))
	for _, name := range []string{"acme", "acme-west"} {
		leads(name, "")
		taken.ID, taken.Address = "org_new", name
		w.is(projectr.Conflict, w.store.CreateOrg(w.ctx, taken, projectr.Actor{Kind: "operator"}), "take a deleted organisation's name")
	}
}

func waysIn(w *world) {
	// Somebody without a membership learns what somebody learns who asks for an
	// organisation that is not there.
	_, _, err1 := w.store.AsMember(w.ctx, "us_globex-admin", "org_acme")
	_, _, err2 := w.store.AsMember(w.ctx, "us_globex-admin", "org_never")
	w.is(projectr.NotFound, err1, "enter another's organisation")
	same(w, "the answer", fmt.Sprint(err1), fmt.Sprint(err2))
	u := w.user("viewer")
	w.ok(w.acme.SaveMember(w.ctx, u, projectr.Viewer))
	o, role, err := w.store.AsMember(w.ctx, u, "org_acme")
	w.ok(err)
	same(w, "role", role, projectr.Viewer)
	same(w, "on whose behalf", o.By(), projectr.Actor{Kind: "user", ID: string(u), Name: "viewer"})
	w.ok(w.acme.SaveMember(w.ctx, u, projectr.Admin))
	_, role, err = w.store.AsMember(w.ctx, u, "org_acme")
	w.ok(err)
	same(w, "role at the next request", role, projectr.Admin)
	w.ok(w.store.CloseUser(w.ctx, u, true, root, "test"))
	_, _, err = w.store.AsMember(w.ctx, u, "org_acme")
	w.is(projectr.NotFound, err, "enter after the account was disabled")
	for ask, want := range map[string]projectr.OrgID{"acme": "org_acme", "ORG_ACME": "org_acme", "org_acme": "org_acme", "nobody": ""} {
		id, err := w.store.OrgNamed(w.ctx, ask)
		if want == "" {
			w.is(projectr.NotFound, err, ask)
		}
		same(w, ask, id, want)
	}
	seen := ""
	for o, err := range w.store.EachOrg(w.ctx, "test") {
		w.ok(err)
		seen += string(o.ID()) + " "
	}
	same(w, "each organisation", seen, "org_acme org_globex ")
	_, err = w.store.OfCustomer(w.ctx, "cus_never")
	w.is(projectr.NotFound, err, "an unknown customer")
	w.ok(w.store.Ready(w.ctx))
}

func keys(w *world) {
	now := w.now()
	w.ok(w.acme.SaveAPIKey(w.ctx, projectr.APIKey{ID: "k1", Name: "robot", Prefix: "pk_1", Role: projectr.Viewer, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}, "hash1"))
	w.travel(time.Second)
	w.ok(w.acme.SaveAPIKey(w.ctx, projectr.APIKey{ID: "k2", Name: "other", Role: projectr.Admin, CreatedAt: now.Add(time.Second)}, "hash2"))
	opens := func(hash string, want bool) {
		w.Helper()
		org, u, err := w.store.KeyHolder(w.ctx, hash)
		_, _, err2 := w.store.AsMember(w.ctx, map[string]projectr.UserID{"hash1": "key_k1", "hash2": "key_k2", "hash3": "key_k3"}[hash], "org_acme")
		if !want {
			w.is(projectr.NotFound, err, hash)
			w.is(projectr.NotFound, err2, "enter with "+hash)
			return
		}
		w.ok(err)
		w.ok(err2)
		same(w, hash, string(org)+" "+string(u), "org_acme key_k"+hash[4:])
	}
	opens("hash1", true)
	opens("hash2", true)
	opens("hash3", false)
	o, role, err := w.store.AsMember(w.ctx, "key_k1", "org_acme")
	w.ok(err)
	same(w, "role", role, projectr.Viewer)
	same(w, "on whose behalf", o.By(), projectr.Actor{Kind: "key", ID: "key_k1", Name: "robot"})
	_, _, err = w.store.AsMember(w.ctx, "key_k1", "org_globex")
	w.is(projectr.NotFound, err, "enter another organisation")
	l, err := w.acme.APIKeys(w.ctx)
	w.ok(err)
	same(w, "keys, newest first", ids(l, func(k projectr.APIKey) string { return string(k.ID) }), "k2 k1")
	w.ok(w.acme.RevokeAPIKey(w.ctx, "k2"))
	opens("hash2", false)
	l, err = w.acme.APIKeys(w.ctx)
	w.ok(err)
	revoked := l[0].RevokedAt
	if revoked.IsZero() {
		w.Error("a revoked key does not say so")
	}
	w.ok(w.acme.RevokeAPIKey(w.ctx, "k2")) // again: it stays revoked since when it was
	l, err = w.acme.APIKeys(w.ctx)
	w.ok(err)
	same(w, "revoked since", l[0].RevokedAt, revoked)
	w.is(projectr.NotFound, w.acme.RevokeAPIKey(w.ctx, "k9"), "revoke an unknown key")
	w.is(projectr.Conflict, w.globex.SaveAPIKey(w.ctx, projectr.APIKey{ID: "k1", Role: projectr.Admin}, "hash1"), "keep a secret that another has")
	w.travel(time.Hour)
	opens("hash1", false)
}

func sessions(w *world) {
	u := w.user("jo")
	begin := func(hash string) {
		w.Helper()
		now := w.now()
		w.ok(w.store.PutSession(w.ctx, hash, projectr.Session{ID: "se_" + hash, User: u, How: "password", CreatedAt: now, SeenAt: now, AuthAt: now, ExpiresAt: now.Add(time.Hour), Agent: "Browser"}))
	}
	live := func(hash string, want bool) {
		w.Helper()
		x, user, err := w.store.Session(w.ctx, hash)
		if !want {
			w.is(projectr.NotFound, err, hash)
			same(w, "what comes with it", x, projectr.Session{})
			return
		}
		w.ok(err)
		same(w, hash, user.ID, u)
	}
	begin("a")
	live("a", true)
	live("never", false)
	was, _, err := w.store.Session(w.ctx, "a")
	w.ok(err)
	w.travel(time.Minute)
	w.ok(w.store.SeeSession(w.ctx, "a"))
	x, _, err := w.store.Session(w.ctx, "a")
	w.ok(err)
	if !x.SeenAt.After(was.SeenAt) || x.Agent != "Browser" || !x.CreatedAt.Equal(was.CreatedAt) {
		w.Errorf("after use: %+v, before: %+v", x, was)
	}
	w.is(projectr.NotFound, w.store.SeeSession(w.ctx, "never"), "use an unknown session")
	w.ok(w.store.DeleteSession(w.ctx, "a"))
	w.ok(w.store.DeleteSession(w.ctx, "a"))
	live("a", false)

	begin("b")
	begin("c")
	w.ok(w.store.SetPassword(w.ctx, u, "new hash", "c"))
	live("b", false)
	live("c", true) // where the password was changed
	w.travel(time.Hour)
	live("c", false)

	begin("d")
	w.ok(w.store.RenameUser(w.ctx, u, "Jo B"))
	live("d", true)
	w.ok(w.store.CloseUser(w.ctx, u, true, root, "test"))
	live("d", false)
	w.ok(w.store.CloseUser(w.ctx, u, false, root, "test"))
	live("d", false) // it is gone, not only barred
	begin("e")
	w.ok(w.store.DeleteUser(w.ctx, u, root, "test"))
	live("e", false)
}

func tickets(w *world) {
	u := w.user("jo")
	now := w.now()
	put := func(hash string) {
		w.Helper()
		w.ok(w.store.PutTicket(w.ctx, hash, store.Ticket{User: u, Purpose: store.Welcome, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}))
	}
	put("a")
	for range 2 {
		k, err := w.store.Ticket(w.ctx, "a", store.Welcome) // looking does not use it up
		w.ok(err)
		same(w, "ticket", string(k.User)+" "+string(k.Purpose), "us_jo welcome")
	}
	k, err := w.store.TakeTicket(w.ctx, "a", store.Welcome)
	w.ok(err)
	same(w, "ticket", k, store.Ticket{User: u, Purpose: store.Welcome, CreatedAt: now, ExpiresAt: now.Add(time.Hour)})
	put("b")
	w.travel(time.Hour)
	for _, hash := range []string{"a", "b", "never"} {
		_, err := w.store.Ticket(w.ctx, hash, store.Welcome)
		w.is(projectr.NotFound, err, "look at "+hash)
		k, err := w.store.TakeTicket(w.ctx, hash, store.Welcome)
		w.is(projectr.NotFound, err, "take "+hash)
		same(w, "what comes with it", k, store.Ticket{})
	}
}

func oldTickets(w *world) {
	jo, ann := w.user("jo"), w.user("ann")
	put := func(u projectr.UserID, hashes ...string) {
		w.Helper()
		for _, hash := range hashes {
			w.ok(w.store.PutTicket(w.ctx, hash, store.Ticket{User: u, Purpose: store.Welcome, ExpiresAt: w.now().Add(time.Hour)}))
		}
	}
	gone := func(when string, hashes ...string) {
		w.Helper()
		for _, hash := range hashes {
			_, err := w.store.Ticket(w.ctx, hash, store.Welcome)
			w.is(projectr.NotFound, err, "look at "+hash+" "+when)
			_, err = w.store.TakeTicket(w.ctx, hash, store.Welcome)
			w.is(projectr.NotFound, err, "take "+hash+" "+when)
		}
	}
	put(jo, "a", "b")
	put(ann, "anns")
	w.ok(w.store.SetPassword(w.ctx, jo, "new hash", ""))
	gone("after a new password", "a", "b")

	put(jo, "c")
	w.ok(w.store.RenameUser(w.ctx, jo, "Jo B"))
	_, err := w.store.Ticket(w.ctx, "c", store.Welcome) // another name is no reason
	w.ok(err)
	w.ok(w.store.CloseUser(w.ctx, jo, true, root, "test"))
	gone("after the account was closed", "c")
	w.ok(w.store.CloseUser(w.ctx, jo, false, root, "test"))
	gone("after it was opened again", "c") // it is gone, not only barred

	put(jo, "d")
	w.ok(w.store.DeleteUser(w.ctx, jo, root, "test"))
	gone("after the account was deleted", "d")
	_, err = w.store.TakeTicket(w.ctx, "anns", store.Welcome)
	w.ok(err)
}

func accounts(w *world) {
	u := w.user("jo")
	err := w.store.CreateUser(w.ctx, projectr.User{ID: "us_2", Email: "jo@people.example", Name: "Other"}, "")
	w.is(projectr.Conflict, err, "a second account with one address")
	got, hash, err := w.store.UserByEmail(w.ctx, "jo@people.example")
	w.ok(err)
	same(w, "account", string(got.ID)+" "+hash, "us_jo hash")
	w.ok(w.store.SetPassword(w.ctx, u, "new", ""))
	_, hash, err = w.store.UserByEmail(w.ctx, "jo@people.example")
	w.ok(err)
	same(w, "password", hash, "new")
	// Who changes how they are called while the account is closed does not open it.
	got, err = w.store.User(w.ctx, u)
	w.ok(err)
	w.ok(w.store.CloseUser(w.ctx, u, true, root, "test"))
	w.ok(w.store.RenameUser(w.ctx, u, "Jo Two"))
	got.Name, got.Disabled = "Jo Two", true
	again, err := w.store.User(w.ctx, u)
	w.ok(err)
	same(w, "changed account", again, got)
	w.ok(w.acme.SaveMember(w.ctx, u, projectr.Viewer))
	w.ok(w.globex.SaveMember(w.ctx, u, projectr.Admin))
	ms, err := w.store.MembershipsOf(w.ctx, u)
	w.ok(err)
	same(w, "memberships", fmt.Sprint(ms), "[{org_acme us_jo viewer} {org_globex us_jo admin}]")
	w.ok(w.store.DeleteUser(w.ctx, u, root, "test"))
	for what, err := range map[string]error{
		"find by id":    second(w.store.User(w.ctx, u)),
		"rename":        w.store.RenameUser(w.ctx, u, "Jo"),
		"close":         w.store.CloseUser(w.ctx, u, true, root, "test"),
		"set password":  w.store.SetPassword(w.ctx, u, "x", ""),
		"delete again":  w.store.DeleteUser(w.ctx, u, root, "test"),
		"find by email": func() error { _, _, err := w.store.UserByEmail(w.ctx, got.Email); return err }(),
	} {
		w.is(projectr.NotFound, err, what+" after deletion")
	}
	ms, err = w.store.MembershipsOf(w.ctx, u)
	w.ok(err)
	same(w, "memberships after deletion", len(ms), 0)
}

func second[T any](_ T, err error) error { return err }

// to makes of an organisation's record what is says.
func to(is projectr.Org) func(*projectr.Org) { return func(o *projectr.Org) { *o = is } }

func rawDeletion(w *world) {
	raw := func(o store.Org, text string) {
		w.Helper()
		w.ok(o.KeepRaw(w.ctx, projectr.Digest(keyOf("", []byte(text))[1:]), strings.NewReader(text)))
	}
	kept := func() string {
		w.blobs.mu.Lock()
		defer w.blobs.mu.Unlock()
		n := map[string]int{}
		for key := range w.blobs.blobs {
			org, _, _ := strings.Cut(key, "/")
			n[org]++
		}
		return fmt.Sprint(n)
	}
	erase := func(name string) error {
		w.Helper()
		op, err := w.store.AsOperator(w.ctx, name, "test")
		w.ok(err)
		return op.Delete(w.ctx)
	}
	third := w.org("third")
	for _, o := range []store.Org{w.acme, w.globex, third} {
		raw(o, "one")
		raw(o, "two")
	}
	w.ok(erase("acme"))
	same(w, "after one was deleted", kept(), "map[org_globex:2 org_third:2]")
	// A disk that fails, or a crash, leaves what the next sweep takes.
	w.blobs.broken = &projectr.Error{Kind: projectr.Unavailable, Message: "The disk is broken."}
	w.is(projectr.Unavailable, erase("third"), "delete with a broken disk")
	w.is(projectr.NotFound, second(w.store.OrgNamed(w.ctx, "third")), "an organisation whose raw mail is left")
	w.is(projectr.Unavailable, w.store.SweepBlobs(w.ctx), "sweep with a broken disk")
	w.blobs.broken = nil
	raw(w.acme, "on its way while it was deleted")
	same(w, "before the sweep", kept(), "map[org_acme:1 org_globex:2 org_third:2]")
	// Raw mail of an organisation that this database does not know is not touched:
	// the database may be an older one that was put back.
	w.blobs.blobs[keyOf("org_unknown", nil)] = nil
	raw(w.org("fresh"), "its first")
	for range 2 {
		w.ok(w.store.SweepBlobs(w.ctx))
		same(w, "after the sweep", kept(), "map[org_fresh:1 org_globex:2 org_unknown:1]")
	}
}

func deletion(w *world) {
	fill := func(o store.Org) projectr.ProjectID {
		w.Helper()
		p := w.project(o, "Harbor")
		w.record(o, mail{id: "1", project: p.ID, text: "concrete", thread: "th", files: []string{"a.pdf"}, refs: []string{"r@x"}, facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem}}})
		second := w.record(o, mail{id: "2", thread: "th", text: "concrete"})
		r := w.recording(mail{id: "4", project: p.ID, files: []string{"b.pdf"}})
		r.Files, r.Likeness = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "rebar schedule"}}, projectr.Likeness{Content: "c", Topic: "t"}
		w.keep(o, r)
		w.ok(o.Record(w.ctx, w.again(mail{id: "5", text: "concrete"}, second.ID, "copy")))
		_, err := o.SaveSender(w.ctx, "jo@x.example", true)
		w.ok(err)
		w.ok(o.SaveAPIKey(w.ctx, projectr.APIKey{ID: "k", Role: projectr.Admin}, "hash of "+string(o.ID())))
		w.ok(o.SeeProject(w.ctx, p.ID))
		return p.ID
	}
	gone := fill(w.acme)
	fill(w.globex)
	before := w.snapshot(w.globex)
	w.is(projectr.Forbidden, w.acme.Delete(w.ctx), "a member deletes the organisation")
	op, err := w.store.AsOperator(w.ctx, "acme", "test")
	w.ok(err)
	w.ok(op.Delete(w.ctx))
	if after := w.snapshot(w.globex); after != before {
		w.Errorf("its neighbour changed: %s", difference(before, after))
	}
	// Whoever still holds a handle sees nothing and changes nothing.
	for what, err := range map[string]error{
		"info":     second(w.acme.Info(w.ctx)),
		"projects": second(w.acme.Projects(w.ctx, projectr.ProjectFilter{})),
		"project":  second(w.acme.Project(w.ctx, gone)),
		"email":    second(w.acme.Email(w.ctx, "em_1")),
		"search":   second(w.acme.Search(w.ctx, projectr.SearchQuery{Text: "concrete"})),
		"record":   w.acme.Record(w.ctx, w.recording(mail{id: "3"})), // no resurrection
		"create":   second(w.acme.CreateProject(w.ctx, projectr.Project{Name: "New"})),
		"key":      func() error { _, _, err := w.store.KeyHolder(w.ctx, "hash of org_acme"); return err }(),
		"member":   func() error { _, _, err := w.store.AsMember(w.ctx, "us_acme-admin", "org_acme"); return err }(),
		"operator": second(w.store.AsOperator(w.ctx, "org_acme", "test")),
		"again":    op.Delete(w.ctx),
		"senders":  second(w.acme.Senders(w.ctx)),
		"allow":    second(w.acme.SaveSender(w.ctx, "jo@x.example", true)),
		"file":     second(w.acme.FileText(w.ctx, "em_4", 1)),
		"bytes":    second(w.acme.KnownFile(w.ctx, projectr.Digest(fmt.Sprintf("%064x", 1)))),
		"words":    second(w.acme.Like(w.ctx, "c")),
		"topic":    second(w.acme.OnTopic(w.ctx, "t", start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))),
		"arrive":   w.acme.Arrive(w.ctx, "em_1", projectr.Arrival{How: "copy", EmailID: "em_9"}),
	} {
		w.is(projectr.NotFound, err, what)
	}
	ms, err := w.store.MembershipsOf(w.ctx, "us_acme-admin")
	w.ok(err)
	same(w, "memberships", len(ms), 0)
	// Its id is never given out again, and one that is made anew begins empty.
	anew := projectr.Org{ID: "org_acme", Name: "Acme", Address: "acme2", Plan: "starter", TimeZone: "UTC"}
	w.is(projectr.Conflict, w.store.CreateOrg(w.ctx, anew, projectr.Actor{Kind: "operator"}), "use its id again")
	anew.ID = "org_acme2"
	w.ok(w.store.CreateOrg(w.ctx, anew, projectr.Actor{Kind: "operator"}))
	fresh, err := w.store.AsOperator(w.ctx, "org_acme2", "test")
	w.ok(err)
	for _, text := range []string{"concrete", "harbor", "rebar"} {
		l, err := fresh.Search(w.ctx, projectr.SearchQuery{Text: text})
		w.ok(err)
		same(w, "found in the new one", len(l.Items), 0)
	}
	l, err := fresh.Audit(w.ctx, projectr.AuditFilter{})
	w.ok(err)
	same(w, "its audit log", strings.TrimSpace(ids(l.Items, func(a projectr.AuditEntry) string { return a.Action })), "operator.enter org.create")
}

func leaving(w *world) {
	op, err := w.store.AsOperator(w.ctx, "acme", "test")
	w.ok(err)
	day := func(o store.Org) time.Time {
		w.Helper()
		i, err := o.Info(w.ctx)
		w.ok(err)
		return i.DeleteAt
	}
	raw := "raw of acme"
	w.ok(w.acme.KeepRaw(w.ctx, projectr.Digest(keyOf("", []byte(raw))[1:]), strings.NewReader(raw)))
	w.ok(second(w.acme.Leave(w.ctx)))
	first := day(w.acme)
	if in := first.Sub(w.now()); in > store.Grace || in < store.Grace-time.Minute {
		w.Errorf("it is to be deleted in %v", in)
	}
	ls, err := w.store.TakeLetters(w.ctx, 0, 10)
	w.ok(err)
	same(w, "letters", ids(ls, func(l projectr.Letter) string { return fmt.Sprint(l.Kind, l.User, l.Org) }), "organisation_leavesus_acme-adminorg_acme")
	w.travel(store.Grace - time.Hour)
	w.ok(second(w.acme.Leave(w.ctx)))
	same(w, "the day it was told first", day(w.acme), first)
	w.ok(w.store.EraseDue(w.ctx))
	w.ok(second(w.acme.Stay(w.ctx)))
	w.ok(second(w.acme.Stay(w.ctx)))
	w.travel(2 * time.Hour)
	w.ok(w.store.EraseDue(w.ctx))
	same(w, "had back", day(w.acme).IsZero(), true)
	w.is(projectr.Forbidden, second(w.acme.Suspend(w.ctx, true)), "suspend as an admin")
	w.ok(second(op.Suspend(w.ctx, true)))
	w.ok(second(op.Suspend(w.ctx, false)))
	w.ok(second(op.Leave(w.ctx)))
	w.travel(store.Grace)
	w.ok(w.store.EraseDue(w.ctx))
	w.ok(w.store.EraseDue(w.ctx)) // again
	_, err = w.store.AsOperator(w.ctx, "acme", "test")
	w.is(projectr.NotFound, err, "enter what is deleted")
	w.is(projectr.NotFound, second(w.acme.Info(w.ctx)), "read what is deleted")
	if _, err := w.blobs.Open(w.ctx, keyOf("org_acme", []byte(raw))); err == nil {
		w.Error("raw mail is left")
	}
	w.ok(second(w.globex.Info(w.ctx)))
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{})
	w.ok(err)
	same(w, "the house's log", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Action + "/" + a.Actor.Kind + "/" + a.Target }),
		"account.delete/job/us_acme-admin org.delete/job/org_acme org.leave/operator/org_acme org.resume/operator/org_acme org.suspend/operator/org_acme org.stay/user/org_acme org.leave/user/org_acme")
}

// What an operator does to an account says by whom and why, in the house's own log and
// where the account belongs.
func operatorsOnAccounts(w *world) {
	jo := w.user("jo")
	w.ok(w.acme.SaveMember(w.ctx, jo, projectr.Viewer))
	w.ok(w.store.CloseUser(w.ctx, jo, true, root, "away"))
	w.ok(w.store.CloseUser(w.ctx, jo, false, root, "back"))
	w.ok(w.store.ResetFactors(w.ctx, jo, root, "the phone is lost"))
	w.ok(w.store.DeleteUser(w.ctx, jo, root, "gone"))
	w.is(projectr.NotFound, w.store.CloseUser(w.ctx, jo, true, root, "too late"), "close who is gone")
	w.is(projectr.Conflict, w.store.CloseUser(w.ctx, "us_acme-admin", true, root, "the last one"), "close the only admin")
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Person: root.ID})
	w.ok(err)
	for log, is := range map[string][]projectr.AuditEntry{"house": hs.Items, "acme": auditOf(w, w.acme, projectr.AuditFilter{Person: root.ID})} {
		said := ids(is, func(a projectr.AuditEntry) string {
			return a.Action + ":" + a.Note + ":" + a.Target + ":" + string(a.Outcome)
		})
		same(w, log, said, "account.delete:gone:us_jo:done factors.reset:the phone is lost:us_jo:done account.enable:back:us_jo:done account.disable:away:us_jo:done")
	}
	same(w, "the neighbour's", len(auditOf(w, w.globex, projectr.AuditFilter{Person: root.ID})), 0)
}

// With an organisation go the accounts of its people that belong nowhere else: nobody
// could remove them afterwards, and their addresses would be taken for good.
func strandedAccounts(w *world) {
	only, both, runs := w.user("only"), w.user("both"), w.user("runs")
	for _, u := range []projectr.UserID{only, both, runs} {
		w.ok(w.acme.SaveMember(w.ctx, u, projectr.Viewer))
	}
	w.ok(w.globex.SaveMember(w.ctx, both, projectr.Viewer))
	w.ok(w.store.SetOperator(w.ctx, runs, true, root))
	w.session("s", only)
	w.ok(w.store.Note(w.ctx, projectr.AuditEntry{Actor: projectr.Actor{Kind: "user", ID: string(only), Name: "only"}, Action: "session.begin"}, only))
	op, err := w.store.AsOperator(w.ctx, "acme", "the contract ended")
	w.ok(err)
	w.ok(op.Delete(w.ctx))
	for id, gone := range map[projectr.UserID]bool{only: true, "us_acme-admin": true, both: false, runs: false, "us_globex-admin": false} {
		if _, err := w.store.User(w.ctx, id); (projectr.KindOf(err) == projectr.NotFound && err != nil) != gone || err != nil && !gone {
			w.Errorf("%s: %v, gone should be %v", id, err, gone)
		}
	}
	w.is(projectr.NotFound, func() error { _, _, err := w.store.Session(w.ctx, "s"); return err }(), "a session of who is gone")
	w.ok(w.store.CreateUser(w.ctx, projectr.User{ID: "us_new", Email: "only@people.example", Name: "Anew", CreatedAt: w.now()}, "hash"))
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Person: string(only)})
	w.ok(err)
	same(w, "what the house says of who is gone", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Action + a.Actor.Name }), "session.begin")
	hs, err = w.store.HouseAudit(w.ctx, projectr.AuditFilter{Action: "account.delete"})
	w.ok(err)
	same(w, "noted", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Target + ":" + a.Actor.Kind + ":" + a.Note }),
		"us_only:operator:the contract ended us_acme-admin:operator:the contract ended")
}
