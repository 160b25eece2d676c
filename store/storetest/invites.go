package storetest

import (
	"fmt"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

const week = 7 * 24 * time.Hour

// mailed writes the letter that waits for an invitation and returns its number.
func (w *world) mailed(id projectr.InviteID, hash string) store.Invited {
	w.Helper()
	ls, err := w.store.TakeLetters(w.ctx, 0, 100)
	w.ok(err)
	for _, l := range ls {
		if l.Kind == projectr.LetterInvitation && l.Ref == string(id) {
			x, err := w.store.WriteInvite(w.ctx, l.N, hash)
			w.ok(err)
			w.ok(w.store.SentLetter(w.ctx, l.N))
			return x
		}
	}
	w.Fatalf("no letter waits for %s", id)
	return store.Invited{}
}

func (w *world) invitesOf(o store.Org) string {
	w.Helper()
	l, err := o.Invites(w.ctx)
	w.ok(err)
	return ids(l, func(x projectr.Invite) string { return x.Email })
}

func invited(w *world) {
	x, err := w.acme.Invite(w.ctx, " Bo@People.example ", projectr.Viewer, week, "")
	w.ok(err)
	same(w, "invitation", x, projectr.Invite{ID: x.ID, Email: "bo@people.example", Role: projectr.Viewer, By: "acme-admin", CreatedAt: x.CreatedAt, ExpiresAt: x.CreatedAt.Add(week)})
	l, err := w.acme.Invites(w.ctx)
	w.ok(err)
	if len(l) != 1 || l[0] != x {
		w.Errorf("listed: %+v, want %+v", l, x)
	}
	got := w.mailed(x.ID, "first")
	want := store.Invited{Invite: x, Org: "org_acme", OrgName: "acme"}
	same(w, "in the letter", got, want)
	got, err = w.store.Invited(w.ctx, "first")
	w.ok(err)
	same(w, "to whoever has the secret", got, want)
	// Sent again, the link before opens nothing.
	w.travel(time.Hour)
	y, err := w.acme.RenewInvite(w.ctx, x.ID, week, "")
	w.ok(err)
	if !y.ExpiresAt.After(x.ExpiresAt) || y.ID != x.ID || y.Email != x.Email {
		w.Errorf("renewed: %+v, was %+v", y, x)
	}
	_, err = w.store.Invited(w.ctx, "first")
	w.is(projectr.NotFound, err, "look at the one before")
	w.mailed(x.ID, "second")

	bo := projectr.User{ID: "us_bo", Email: "else@people.example", Name: "Bo"}
	session := projectr.Session{ID: "se_bo", How: "link", CreatedAt: w.now(), SeenAt: w.now(), AuthAt: w.now(), ExpiresAt: w.now().Add(time.Hour)}
	_, err = w.store.AcceptInvite(w.ctx, "first", store.Joining{User: bo})
	w.is(projectr.NotFound, err, "accept by the link before")
	joined, err := w.store.AcceptInvite(w.ctx, "second", store.Joining{User: bo, Password: "hash", Proved: true, Session: session, Secret: "s", Route: "POST /invitations/accept", Request: "r1"},
		projectr.Letter{Kind: projectr.LetterNewBrowser, User: bo.ID})
	w.ok(err)
	same(w, "who joined", joined.Account, bo.ID)
	u, hash, err := w.store.UserByEmail(w.ctx, "bo@people.example") // the address of the invitation
	w.ok(err)
	same(w, "account", fmt.Sprint(u.ID, hash, u.Name, u.VerifiedAt.IsZero()), "us_bohashBofalse")
	_, in, err := w.store.Session(w.ctx, "s")
	w.ok(err)
	same(w, "signed in", in.ID, bo.ID)
	o, role, err := w.store.AsMember(w.ctx, bo.ID, "org_acme")
	w.ok(err)
	same(w, "role", role, projectr.Viewer)
	ms, err := o.Members(w.ctx)
	w.ok(err)
	for _, m := range ms {
		if m.Since.IsZero() {
			w.Errorf("it is not known since when %s is a member", m.User.ID)
		}
	}
	a := auditOf(w, w.acme, projectr.AuditFilter{})[0]
	same(w, "noted", a, projectr.AuditEntry{At: a.At, Actor: projectr.Actor{Kind: "user", ID: "us_bo", Name: "Bo"}, Action: "invitation.accept", Target: string(x.ID),
		Route: "POST /invitations/accept", Request: "r1", Outcome: projectr.WasDone})
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Person: "us_bo"})
	w.ok(err)
	same(w, "noted by the house", ids(hs.Items, action), "account.create")
	ls, err := w.store.TakeLetters(w.ctx, 0, 100)
	w.ok(err)
	same(w, "letters", ids(ls, func(l projectr.Letter) string { return string(l.Kind) + "=" + string(l.User) }), "new_browser=us_bo")
	same(w, "open invitations", w.invitesOf(w.acme), "")
	_, err = w.store.AcceptInvite(w.ctx, "second", store.Joining{As: bo.ID})
	w.is(projectr.NotFound, err, "accept again")
	_, err = w.acme.Invite(w.ctx, "bo@people.example", projectr.Admin, week, "")
	w.is(projectr.Conflict, err, "invite a member")
}

func invitedAccount(w *world) {
	bo, other := w.user("bo"), w.user("other")
	_, err := w.acme.Invite(w.ctx, "bo@people.example", projectr.Admin, week, "h")
	w.ok(err)
	x, err := w.store.Invited(w.ctx, "h")
	w.ok(err)
	same(w, "whose account it is", x.Account, bo)
	// Whoever has the link but not the account gets nowhere.
	_, err = w.store.AcceptInvite(w.ctx, "h", store.Joining{User: projectr.User{ID: "us_new", Name: "New"}, Password: "theirs"})
	w.is(projectr.Conflict, err, "accept without signing in")
	_, err = w.store.AcceptInvite(w.ctx, "h", store.Joining{As: other})
	w.is(projectr.Forbidden, err, "accept as somebody else")
	w.is(projectr.NotFound, second(w.store.User(w.ctx, "us_new")), "the account that was not made")
	_, err = w.acme.Invite(w.ctx, "nobody@people.example", projectr.Viewer, week, "n")
	w.ok(err)
	_, err = w.store.AcceptInvite(w.ctx, "n", store.Joining{As: other})
	w.is(projectr.Forbidden, err, "accept for an address without account as somebody")
	_, hash, err := w.store.UserByEmail(w.ctx, "bo@people.example")
	w.ok(err)
	joined, err := w.store.AcceptInvite(w.ctx, "h", store.Joining{As: bo, Password: "not taken"})
	w.ok(err)
	same(w, "joined as", joined.Role, projectr.Admin)
	_, after, err := w.store.UserByEmail(w.ctx, "bo@people.example")
	w.ok(err)
	same(w, "password", after, hash)
	// Who is a member meanwhile stays what they are.
	_, err = w.globex.Invite(w.ctx, "bo@people.example", projectr.Viewer, week, "g")
	w.ok(err)
	w.ok(w.globex.SaveMember(w.ctx, bo, projectr.Admin))
	joined, err = w.store.AcceptInvite(w.ctx, "g", store.Joining{As: bo})
	w.ok(err)
	same(w, "stays", joined.Role, projectr.Admin)
}

func invitesEnd(w *world) {
	x, err := w.acme.Invite(w.ctx, "bo@people.example", projectr.Viewer, week, "h")
	w.ok(err)
	_, err = w.acme.Invite(w.ctx, "BO@people.example", projectr.Admin, week, "h2")
	w.is(projectr.Conflict, err, "invite twice")
	w.travel(week)
	new := func(id projectr.UserID) store.Joining { return store.Joining{User: projectr.User{ID: id, Name: "Bo"}} }
	_, err = w.store.Invited(w.ctx, "h")
	w.is(projectr.NotFound, err, "look at one that has expired")
	_, err = w.store.AcceptInvite(w.ctx, "h", new("us_bo"))
	w.is(projectr.NotFound, err, "accept one that has expired")
	same(w, "listed", w.invitesOf(w.acme), "bo@people.example") // so that it can be sent again
	_, err = w.acme.RenewInvite(w.ctx, x.ID, week, "h3")
	w.ok(err)
	_, err = w.store.Invited(w.ctx, "h3")
	w.ok(err)
	w.ok(w.acme.DropInvite(w.ctx, x.ID))
	_, err = w.store.AcceptInvite(w.ctx, "h3", new("us_bo"))
	w.is(projectr.NotFound, err, "accept one that was withdrawn")
	w.is(projectr.NotFound, w.acme.DropInvite(w.ctx, x.ID), "withdraw again")
	_, err = w.acme.RenewInvite(w.ctx, x.ID, week, "h4")
	w.is(projectr.NotFound, err, "renew one that was withdrawn")
	// An expired one gives way to a new one; a letter of one that is withdrawn goes.
	_, err = w.acme.Invite(w.ctx, "bo@people.example", projectr.Viewer, time.Second, "h5")
	w.ok(err)
	w.travel(time.Minute)
	y, err := w.acme.Invite(w.ctx, "bo@people.example", projectr.Viewer, week, "")
	w.ok(err)
	ls, err := w.store.TakeLetters(w.ctx, 0, 10)
	w.ok(err)
	same(w, "letters", len(ls), 1)
	w.ok(w.acme.DropInvite(w.ctx, y.ID))
	_, err = w.store.WriteInvite(w.ctx, ls[0].N, "h6")
	w.is(projectr.NotFound, err, "write about one that was withdrawn")
	for _, email := range []string{"", "bo", "@people.example", "bo@", "b\no@people.example"} {
		_, err := w.acme.Invite(w.ctx, email, projectr.Viewer, week, "")
		w.is(projectr.Invalid, err, fmt.Sprintf("invite %q", email))
	}
	_, err = w.acme.Invite(w.ctx, "bo@people.example", "owner", week, "")
	w.is(projectr.Invalid, err, "invite for no role")
	// Of many who accept at once, one does.
	_, err = w.acme.Invite(w.ctx, "bo@people.example", projectr.Viewer, week, "h7")
	w.ok(err)
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() { _, errs[i] = w.store.AcceptInvite(w.ctx, "h7", new(projectr.UserID(fmt.Sprint("us_bo", i)))) })
	}
	wg.Wait()
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		} else {
			w.is(projectr.NotFound, err, "accept after another")
		}
	}
	same(w, "accepted", n, 1)
}

func seats(w *world) {
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	info.Plan = "starter" // of three, one is the admin
	w.ok(second(w.acme.ChangeInfo(w.ctx, to(info))))
	invite := func(name string) error {
		_, err := w.acme.Invite(w.ctx, name+"@people.example", projectr.Viewer, week, "hash of "+name)
		return err
	}
	w.ok(invite("a"))
	w.ok(invite("b"))
	w.is(projectr.OverLimit, invite("c"), "invite one more than the plan is for")
	same(w, "invited", w.invitesOf(w.acme), "b@people.example a@people.example")
	_, err = w.store.AcceptInvite(w.ctx, "hash of a", store.Joining{User: projectr.User{ID: "us_a", Name: "A"}})
	w.ok(err)
	w.is(projectr.OverLimit, invite("c"), "invite after one has come")
	w.travel(week) // b's has expired
	w.ok(invite("c"))
	l, err := w.acme.Invites(w.ctx)
	w.ok(err)
	_, err = w.acme.RenewInvite(w.ctx, l[1].ID, week, "again")
	w.is(projectr.OverLimit, err, "renew one whose seat is taken")
	_, err = w.acme.RenewInvite(w.ctx, l[0].ID, week, "again")
	w.ok(err)
	info.Plan = "self_hosted"
	w.ok(second(w.acme.ChangeInfo(w.ctx, to(info))))
	w.ok(invite("d"))
}

func keyScopes(w *world) {
	at := w.now()
	k := projectr.APIKey{ID: "k1", Name: "robot", Role: projectr.Admin, CreatedAt: at, Scopes: []projectr.Permission{projectr.ReadProjects, projectr.ReadMail, projectr.ReadMail}}
	w.ok(w.acme.SaveAPIKey(w.ctx, k, "h1", projectr.Letter{Kind: projectr.LetterNewKey, User: "us_acme-admin", Ref: "k1"}))
	op, err := w.store.AsOperator(w.ctx, "acme", "test")
	w.ok(err)
	w.ok(op.SaveAPIKey(w.ctx, projectr.APIKey{ID: "k2", Role: projectr.Viewer, CreatedAt: w.now()}, "h2"))
	ls, err := w.store.TakeLetters(w.ctx, 0, 10)
	w.ok(err)
	same(w, "letters", ids(ls, func(l projectr.Letter) string { return string(l.Kind) + "=" + l.Ref }), "new_api_key=k1")
	list := func() string {
		w.Helper()
		l, err := w.acme.APIKeys(w.ctx)
		w.ok(err)
		return ids(l, func(k projectr.APIKey) string { return fmt.Sprintf("%s%v by %s", k.ID, k.Scopes, k.By) })
	}
	same(w, "keys", list(), "k2[] by operator k1[mail.read projects.read] by acme-admin")
	may := func(u projectr.UserID, want map[projectr.Permission]bool) {
		w.Helper()
		o, _, err := w.store.AsMember(w.ctx, u, "org_acme")
		w.ok(err)
		for p, want := range want {
			same(w, fmt.Sprintf("%s within %s", u, p), o.Within(p), want)
		}
	}
	may("key_k1", map[projectr.Permission]bool{projectr.ReadMail: true, projectr.ReadProjects: true, projectr.WriteProjects: false, projectr.WriteMembers: false})
	may("key_k2", map[projectr.Permission]bool{projectr.ReadMail: true, projectr.WriteMembers: true}) // its role holds it
	may("us_acme-admin", map[projectr.Permission]bool{projectr.WriteMembers: true})
	for _, k := range []projectr.APIKey{
		{ID: "k3", Role: projectr.Viewer, Scopes: []projectr.Permission{projectr.WriteProjects}},
		{ID: "k3", Role: projectr.Admin, Scopes: []projectr.Permission{"everything"}},
		{ID: "k3", Role: projectr.Admin, Scopes: []projectr.Permission{"mail.read projects.write"}},
	} {
		w.is(projectr.Invalid, w.acme.SaveAPIKey(w.ctx, k, "h3"), fmt.Sprintf("a key for %v", k.Scopes))
	}
	used := func() time.Time {
		w.Helper()
		l, err := w.acme.APIKeys(w.ctx)
		w.ok(err)
		return l[1].UsedAt
	}
	use := func() {
		w.Helper()
		_, _, err := w.store.KeyHolder(w.ctx, "h1")
		w.ok(err)
	}
	if !used().IsZero() {
		w.Error("a key that nobody used was used")
	}
	use()
	first := used()
	if first.IsZero() {
		w.Error("the use of a key is not noted")
	}
	use()
	same(w, "used within the minute", used(), first)
	w.travel(time.Minute)
	use()
	if !used().After(first) {
		w.Error("a later use is not noted")
	}
}

func visits(w *world) {
	jo := w.user("jo")
	_, err := w.store.BeginVisit(w.ctx, jo, "acme", "they asked", time.Hour)
	w.is(projectr.Forbidden, err, "enter as nobody's operator")
	w.ok(w.store.SetOperator(w.ctx, jo, true, root))
	_, _, err = w.store.AsMember(w.ctx, jo, "org_acme")
	w.is(projectr.NotFound, err, "enter without a visit")
	for _, why := range []string{"", " ", "a\nb"} {
		_, err := w.store.BeginVisit(w.ctx, jo, "acme", why, time.Hour)
		w.is(projectr.Invalid, err, fmt.Sprintf("enter because %q", why))
	}
	_, err = w.store.BeginVisit(w.ctx, jo, "acme", "for ever", 1000*time.Hour)
	w.is(projectr.Invalid, err, "stay for ever")
	_, err = w.store.BeginVisit(w.ctx, jo, "nowhere", "they asked", time.Hour)
	w.is(projectr.NotFound, err, "enter what is not there")

	v, err := w.store.BeginVisit(w.ctx, jo, "acme", " they asked ", time.Hour)
	w.ok(err)
	same(w, "visit", v, projectr.Visit{Org: "org_acme", User: jo, Name: "jo", Why: "they asked", At: v.At, ExpiresAt: v.At.Add(time.Hour)})
	o, role, err := w.store.AsMember(w.ctx, jo, "org_acme")
	w.ok(err)
	same(w, "role", role, projectr.Viewer)
	same(w, "on whose behalf", o.By(), projectr.Actor{Kind: "operator", ID: string(jo), Name: "jo"})
	w.is(projectr.Forbidden, o.Delete(w.ctx), "delete on a visit")
	_, _, err = w.store.AsMember(w.ctx, jo, "org_globex")
	w.is(projectr.NotFound, err, "enter another one")
	l, err := w.acme.Visits(w.ctx)
	w.ok(err)
	mine, err := w.store.VisitsOf(w.ctx, jo)
	w.ok(err)
	if len(l) != 1 || l[0] != v || len(mine) != 1 || mine[0] != v {
		w.Errorf("its admins see %+v, the operator %+v, want %+v", l, mine, v)
	}
	ms, err := w.acme.Members(w.ctx)
	w.ok(err)
	same(w, "members", len(ms), 1)
	w.ok(o.Note(w.ctx, "project.look", ""))
	got := auditOf(w, w.acme, projectr.AuditFilter{Person: string(jo)})
	same(w, "noted", ids(got, func(a projectr.AuditEntry) string { return a.Action + " because " + a.Note }), "project.look because they asked operator.enter because they asked")
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Person: string(jo)})
	w.ok(err)
	same(w, "noted by the house", ids(hs.Items, action), "operator.enter")
	ls, err := w.store.TakeLetters(w.ctx, 0, 10)
	w.ok(err)
	same(w, "letters", ids(ls, func(l projectr.Letter) string { return fmt.Sprint(l.Kind, l.User, l.Org, l.Ref) }), "operator_enteredus_acme-adminorg_acmeus_jo")

	before, err := w.store.Rights(w.ctx)
	w.ok(err)
	w.ok(w.store.EndVisit(w.ctx, jo, "org_acme"))
	after, err := w.store.Rights(w.ctx)
	w.ok(err)
	if after <= before {
		w.Error("the counter of rights stands still when a visit ends")
	}
	_, _, err = w.store.AsMember(w.ctx, jo, "org_acme")
	w.is(projectr.NotFound, err, "enter after it")
	w.is(projectr.NotFound, w.store.EndVisit(w.ctx, jo, "org_acme"), "end it again")
	same(w, "noted at the end", auditOf(w, w.acme, projectr.AuditFilter{})[0].Action, "operator.leave")

	open := func(want bool, when string) {
		w.Helper()
		_, _, err := w.store.AsMember(w.ctx, jo, "org_acme")
		if (err == nil) != want {
			w.Errorf("enter %s: %v", when, err)
		}
	}
	begin := func() {
		w.Helper()
		_, err := w.store.BeginVisit(w.ctx, jo, "acme", "again", time.Hour)
		w.ok(err)
	}
	begin()
	open(true, "again")
	w.travel(time.Hour)
	open(false, "when its time is over")
	begin()
	w.ok(w.store.SetOperator(w.ctx, jo, false, root))
	open(false, "as an operator no more")
	w.ok(w.store.SetOperator(w.ctx, jo, true, root))
	begin()
	room, err := w.store.ByOperator(w.ctx, jo, "acme", " the invoice ")
	w.ok(err)
	w.ok(second(room.Suspend(w.ctx, true)))
	e := auditOf(w, w.acme, projectr.AuditFilter{})[0]
	same(w, "noted", fmt.Sprint(e.Action, e.Note, e.Actor), fmt.Sprint("org.suspend", "the invoice", projectr.Actor{Kind: "operator", ID: string(jo), Name: "jo"}))
	w.is(projectr.Forbidden, second(w.store.ByOperator(w.ctx, "us_acme-admin", "acme", "why")), "enter by no operator")
	w.is(projectr.Forbidden, second(w.store.ByOperator(w.ctx, "us_never", "acme", "why")), "enter by nobody")
	w.is(projectr.NotFound, second(w.store.ByOperator(w.ctx, jo, "never", "why")), "enter what is not there")
	w.is(projectr.Invalid, second(w.store.ByOperator(w.ctx, jo, "acme", " ")), "enter without a reason")
	w.ok(w.store.CloseUser(w.ctx, jo, true, root, "test"))
	open(false, "with a closed account")
}
