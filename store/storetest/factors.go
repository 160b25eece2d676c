package storetest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

func (w *world) ticket(hash string, u projectr.UserID, p store.Purpose, data string) {
	w.Helper()
	w.ok(w.store.PutTicket(w.ctx, hash, store.Ticket{User: u, Purpose: p, Data: data, ExpiresAt: w.now().Add(time.Hour)}))
}

func (w *world) session(hash string, u projectr.UserID) {
	w.Helper()
	now := w.now()
	w.ok(w.store.PutSession(w.ctx, hash, projectr.Session{ID: "se_" + hash, User: u, How: "password", Agent: "Browser of " + hash, Place: "192.0.2.0/24",
		CreatedAt: now, SeenAt: now, AuthAt: now, ExpiresAt: now.Add(24 * time.Hour)}))
}

func (w *world) account(id projectr.UserID) projectr.User {
	w.Helper()
	u, err := w.store.User(w.ctx, id)
	w.ok(err)
	return u
}

// waiting takes all letters that are due and says what and whom they are about.
func (w *world) waiting() string {
	w.Helper()
	ls, err := w.store.TakeLetters(w.ctx, time.Hour, 100)
	w.ok(err)
	for _, l := range ls {
		w.ok(w.store.SentLetter(w.ctx, l.N))
	}
	return ids(ls, func(l projectr.Letter) string { return string(l.Kind) + ":" + string(l.User) + ":" + l.Email })
}

// winners runs try 20 times at once and counts who was told true.
func winners(w *world, try func() (bool, error)) int {
	w.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for range 20 {
		wg.Go(func() {
			won, err := try()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				w.Error(err)
			}
			if won {
				n++
			}
		})
	}
	wg.Wait()
	return n
}

func provedAddress(w *world) {
	jo := w.user("jo")
	w.user("ann")
	proved := func(want bool, email string) {
		w.Helper()
		u := w.account(jo)
		if u.VerifiedAt.IsZero() == want || u.Email != email {
			w.Errorf("%s is proved since %v, want %s and %v", u.Email, u.VerifiedAt, email, want)
		}
	}
	const first, other = "jo@people.example", "jo@new.example"
	proved(false, first)
	w.ticket("v", jo, store.Verify, first)
	u, err := w.store.ProveEmail(w.ctx, "v", store.Verify)
	w.ok(err)
	same(w, "answer", u, w.account(jo))
	proved(true, first)
	since := u.VerifiedAt
	w.travel(time.Hour)
	w.ok(w.store.VerifyUser(w.ctx, jo))
	same(w, "proved since", w.account(jo).VerifiedAt, since)
	w.is(projectr.NotFound, second(w.store.ProveEmail(w.ctx, "v", store.Verify)), "prove twice")
	w.is(projectr.NotFound, w.store.VerifyUser(w.ctx, "us_never"), "prove an unknown account's")

	// Another address is the account's when its link was used, not before.
	w.ticket("taken", jo, store.ChangeEmail, "ann@people.example")
	w.is(projectr.Conflict, second(w.store.ProveEmail(w.ctx, "taken", store.ChangeEmail)), "take another's address")
	w.ok(second(w.store.Ticket(w.ctx, "taken", store.ChangeEmail))) // the link stays
	w.ticket("old", jo, store.Reset, "")
	w.ticket("c", jo, store.ChangeEmail, other)
	w.is(projectr.NotFound, second(w.store.ProveEmail(w.ctx, "c", store.Verify)), "use it for something else")
	w.is(projectr.NotFound, second(w.store.ProveEmail(w.ctx, "old", store.Reset)), "prove by another link")
	w.session("s", jo)
	u, err = w.store.ProveEmail(w.ctx, "c", store.ChangeEmail, projectr.Letter{Kind: projectr.LetterEmailChanged, User: jo, Email: first})
	w.ok(err)
	same(w, "address", u.Email, other)
	proved(true, other)
	same(w, "letters", w.waiting(), "email_changed:us_jo:"+first)
	w.is(projectr.NotFound, second(w.store.Ticket(w.ctx, "old", store.Reset)), "use a link that went to the old address")
	if _, _, err := w.store.Session(w.ctx, "s"); err != nil {
		w.Errorf("the session ended: %v", err)
	}

	w.ticket("late", jo, store.ChangeEmail, first)
	w.travel(2 * time.Hour)
	w.is(projectr.NotFound, second(w.store.ProveEmail(w.ctx, "late", store.ChangeEmail)), "prove too late")
	proved(true, other)
}

func purposes(w *world) {
	jo := w.user("jo")
	all := []store.Purpose{store.Welcome, store.SignInLink, store.Reset, store.Verify, store.ChangeEmail}
	for _, made := range all {
		w.ticket(string(made), jo, made, "jo@people.example")
		for _, used := range append([]store.Purpose{"", "invitation"}, all...) {
			if used == made {
				continue
			}
			w.is(projectr.NotFound, second(w.store.Ticket(w.ctx, string(made), used)), fmt.Sprintf("look at a link for %s as one for %q", made, used))
			w.is(projectr.NotFound, second(w.store.TakeTicket(w.ctx, string(made), used)), fmt.Sprintf("use a link for %s as one for %q", made, used))
		}
		k, err := w.store.TakeTicket(w.ctx, string(made), made) // it was not used up by that
		w.ok(err)
		same(w, "its purpose", k.Purpose, made)
		same(w, "what is in it", k.Data, "jo@people.example")
	}
}

func sessionList(w *world) {
	jo, ann := w.user("jo"), w.user("ann")
	for _, hash := range []string{"a", "b", "c"} {
		w.session(hash, jo)
	}
	w.session("anns", ann)
	list := func(u projectr.UserID, want string) []projectr.Session {
		w.Helper()
		xs, err := w.store.Sessions(w.ctx, u)
		w.ok(err)
		same(w, "sessions, the last used first", ids(xs, func(x projectr.Session) string { return x.ID }), want)
		return xs
	}
	w.ok(w.store.SeeSession(w.ctx, "a"))
	xs := list(jo, "se_a se_c se_b")
	x, _, err := w.store.Session(w.ctx, "a")
	w.ok(err)
	same(w, "in the list", xs[0], x)
	same(w, "of it", fmt.Sprintf("%s %s %v %s %s", x.User, x.How, x.Second, x.Agent, x.Place), "us_jo password false Browser of a 192.0.2.0/24")

	w.is(projectr.NotFound, w.store.EndSession(w.ctx, ann, "se_b"), "end another's session")
	w.ok(w.store.EndSession(w.ctx, jo, "se_b"))
	w.is(projectr.NotFound, w.store.EndSession(w.ctx, jo, "se_b"), "end it again")
	list(jo, "se_a se_c")
	same(w, "who holds an ended one", projectr.KindOf(third(w.store.Session(w.ctx, "b"))), projectr.NotFound)

	// A fresh secret in the place of the old one, for the same session.
	w.travel(time.Hour)
	w.ok(w.store.RenewSession(w.ctx, "a", "a2", true))
	w.is(projectr.NotFound, third(w.store.Session(w.ctx, "a")), "use the secret of before")
	y, _, err := w.store.Session(w.ctx, "a2")
	w.ok(err)
	if y.ID != x.ID || !y.Second || !y.AuthAt.After(x.AuthAt.Add(time.Hour)) || !y.CreatedAt.Equal(x.CreatedAt) || !y.ExpiresAt.Equal(x.ExpiresAt) {
		w.Errorf("renewed: %+v, before: %+v", y, x)
	}
	w.ok(w.store.RenewSession(w.ctx, "a2", "a3", false))
	y, _, err = w.store.Session(w.ctx, "a3")
	w.ok(err)
	same(w, "a second proof stays", y.Second, true)
	w.is(projectr.NotFound, w.store.RenewSession(w.ctx, "a2", "a4", true), "renew what is no more")

	w.session("d", jo)
	w.ok(w.store.EndSessions(w.ctx, jo, "a3"))
	list(jo, "se_a")
	list(ann, "se_anns")
	w.travel(24 * time.Hour)
	list(jo, "")
	w.is(projectr.NotFound, w.store.RenewSession(w.ctx, "a3", "a5", true), "renew what has expired")
	if err := w.store.PutSession(w.ctx, "x", projectr.Session{User: jo}); err == nil {
		w.Error("a session without an id was kept")
	}
}

// third is the error of an answer of three.
func third[T, U any](_ T, _ U, err error) error { return err }

func lastUse(w *world) {
	jo := w.user("jo")
	if at := w.account(jo).SeenAt; !at.IsZero() {
		w.Errorf("seen at %v before anything", at)
	}
	w.session("a", jo)
	first := w.account(jo).SeenAt
	if first.IsZero() {
		w.Error("a session that began was no use")
	}
	w.ok(w.store.SeeUser(w.ctx, jo))
	same(w, "within the minute", w.account(jo).SeenAt, first)
	w.travel(time.Minute)
	w.ok(w.store.SeeUser(w.ctx, jo))
	later := w.account(jo).SeenAt
	if !later.After(first) {
		w.Errorf("after a minute it is still %v", later)
	}
	w.travel(time.Minute)
	w.ok(w.store.SeeSession(w.ctx, "a"))
	if at := w.account(jo).SeenAt; !at.After(later) {
		w.Errorf("after its session was used it is still %v", at)
	}
	w.is(projectr.NotFound, w.store.SeeUser(w.ctx, "us_never"), "use an unknown account")
	w.ok(w.acme.SaveMember(w.ctx, jo, projectr.Viewer))
	l, err := w.acme.Members(w.ctx)
	w.ok(err)
	for _, m := range l {
		if m.User.ID == jo {
			same(w, "as a member", m.User, w.account(jo))
		}
	}
	w.ok(w.store.SetOperator(w.ctx, jo, true, root))
	os, err := w.store.Operators(w.ctx)
	w.ok(err)
	same(w, "operators", ids(os, func(u projectr.User) string { return u.Name }), "jo")
	same(w, "operator", w.account(jo).Operator, true)
	w.ok(w.store.RenameUser(w.ctx, jo, "Jo")) // says nothing of it
	same(w, "operator", w.account(jo).Operator, true)
	w.ok(w.store.SetOperator(w.ctx, jo, false, root))
	os, err = w.store.Operators(w.ctx)
	w.ok(err)
	same(w, "operators", len(os), 0)
	w.is(projectr.NotFound, w.store.SetOperator(w.ctx, "us_never", true, root), "an unknown operator")
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Person: root.ID})
	w.ok(err)
	same(w, "the house's log", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Action + "/" + a.Target }), "operator.remove/us_jo operator.add/us_jo")
}

func oneTimeCodes(w *world) {
	jo, ann := w.user("jo"), w.user("ann")
	sealed := []byte("sealed")
	has := func(want string) {
		w.Helper()
		f, err := w.store.Factors(w.ctx, jo)
		w.ok(err)
		same(w, "factors", fmt.Sprintf("%s %d %d %d %v", f.TOTP, f.Step, f.Codes, f.Passkeys, w.account(jo).SecondFactor), want)
	}
	use := func(sealed string, step int64) func() (bool, error) {
		return func() (bool, error) { return w.store.UseTOTP(w.ctx, jo, []byte(sealed), step) }
	}
	won := func(want bool, did bool, err error) {
		w.Helper()
		w.ok(err)
		same(w, "taken", did, want)
	}
	has(" 0 0 0 false")
	w.is(projectr.Conflict, w.store.PutRecoveryCodes(w.ctx, jo, []string{"r1"}), "recovery codes without one-time codes")
	same(w, "who uses codes that are off", winners(w, use("", 1)), 0)
	if err := w.store.SetTOTP(w.ctx, jo, nil, 0, []string{"r1"}); err == nil {
		w.Error("recovery codes were kept without one-time codes")
	}
	w.ok(w.store.SetTOTP(w.ctx, jo, sealed, 100, []string{"r1", "r2"}, projectr.Letter{Kind: projectr.LetterFactorOn, User: jo}))
	has("sealed 100 2 0 true")
	same(w, "who uses the code it was turned on with", winners(w, use("sealed", 100)), 0)
	same(w, "who uses a code", winners(w, use("sealed", 101)), 1)
	same(w, "who uses an older one", winners(w, use("sealed", 100)), 0)
	same(w, "who uses one of another secret", winners(w, use("other", 102)), 0)
	same(w, "who uses a later one", winners(w, use("sealed", 103)), 1)
	has("sealed 103 2 0 true")

	same(w, "who uses a recovery code", winners(w, func() (bool, error) { return w.store.TakeRecoveryCode(w.ctx, jo, "r1") }), 1)
	did, err := w.store.TakeRecoveryCode(w.ctx, ann, "r2")
	won(false, did, err)
	has("sealed 103 1 0 true")
	w.ok(w.store.PutRecoveryCodes(w.ctx, jo, []string{"n1", "n2", "n3"}))
	did, err = w.store.TakeRecoveryCode(w.ctx, jo, "r2") // it gave way
	won(false, did, err)
	has("sealed 103 3 0 true")
	w.ok(w.store.SetTOTP(w.ctx, jo, nil, 0, nil, projectr.Letter{Kind: projectr.LetterFactorOff, User: jo}))
	has(" 0 0 0 false")
	did, err = w.store.TakeRecoveryCode(w.ctx, jo, "n1")
	won(false, did, err)
	same(w, "letters", w.waiting(), "second_factor_on:us_jo: second_factor_off:us_jo:")
	for what, err := range map[string]error{
		"look":           second(w.store.Factors(w.ctx, "us_never")),
		"turn on":        w.store.SetTOTP(w.ctx, "us_never", sealed, 1, nil),
		"recovery codes": w.store.PutRecoveryCodes(w.ctx, "us_never", nil),
		"reset":          w.store.ResetFactors(w.ctx, "us_never", root, "test"),
	} {
		w.is(projectr.NotFound, err, what+" for an unknown account")
	}
}

func passkeys(w *world) {
	jo, ann := w.user("jo"), w.user("ann")
	key := func(id string, u projectr.UserID) projectr.Passkey {
		return projectr.Passkey{ID: id, User: u, Name: "Phone", Credential: `{"count":1}`, CreatedAt: w.now()}
	}
	first := key("pk1", jo)
	w.ok(w.store.PutPasskey(w.ctx, first, projectr.Letter{Kind: projectr.LetterNewPasskey, User: jo}))
	w.ok(w.store.PutPasskey(w.ctx, key("pk2", jo)))
	w.is(projectr.Conflict, w.store.PutPasskey(w.ctx, key("pk1", ann)), "keep another's credential")
	w.is(projectr.NotFound, w.store.PutPasskey(w.ctx, key("pk3", "us_never")), "keep one for nobody")
	k, err := w.store.Passkey(w.ctx, "pk1")
	w.ok(err)
	same(w, "passkey", k, first)
	same(w, "second factor", fmt.Sprint(w.account(jo).SecondFactor, w.account(ann).SecondFactor), "true false")
	same(w, "letters", w.waiting(), "new_passkey:us_jo:")

	// Of those who use one counter at once, one is let in.
	same(w, "who uses it", winners(w, func() (bool, error) {
		err := w.store.UsePasskey(w.ctx, k, `{"count":2}`)
		if err != nil && projectr.KindOf(err) == projectr.Conflict {
			return false, nil
		}
		return err == nil, err
	}), 1)
	k, err = w.store.Passkey(w.ctx, "pk1")
	w.ok(err)
	if k.Credential != `{"count":2}` || k.UsedAt.IsZero() {
		w.Errorf("after use: %+v", k)
	}
	foreign := k
	foreign.User = ann
	w.is(projectr.NotFound, w.store.UsePasskey(w.ctx, foreign, "{}"), "use it as somebody else's")

	w.is(projectr.NotFound, w.store.RenamePasskey(w.ctx, ann, "pk1", "Mine"), "rename another's")
	w.is(projectr.Invalid, w.store.RenamePasskey(w.ctx, jo, "pk1", "two\nlines"), "give it two lines")
	w.ok(w.store.RenamePasskey(w.ctx, jo, "pk1", "Old phone"))
	ks, err := w.store.Passkeys(w.ctx, jo)
	w.ok(err)
	same(w, "passkeys, the oldest first", ids(ks, func(k projectr.Passkey) string { return k.ID + "=" + k.Name }), "pk1=Old phone pk2=Phone")
	w.is(projectr.NotFound, w.store.DropPasskey(w.ctx, ann, "pk1"), "drop another's")
	w.ok(w.store.DropPasskey(w.ctx, jo, "pk1"))
	w.is(projectr.NotFound, w.store.DropPasskey(w.ctx, jo, "pk1"), "drop it again")
	w.is(projectr.NotFound, second(w.store.Passkey(w.ctx, "pk1")), "find it")
	f, err := w.store.Factors(w.ctx, jo)
	w.ok(err)
	same(w, "those that are left", f.Passkeys, 1)
}

func identities(w *world) {
	jo := w.user("jo") // has a password
	fresh := projectr.UserID("us_fresh")
	w.ok(w.store.CreateUser(w.ctx, projectr.User{ID: fresh, Email: "fresh@people.example", Name: "Fresh", CreatedAt: w.now()}, ""))
	const at = "https://id.example"
	id := func(u projectr.UserID, issuer, subject string) projectr.Identity {
		return projectr.Identity{Issuer: issuer, Subject: subject, User: u, Email: "x@people.example"}
	}
	w.is(projectr.Conflict, w.store.PutIdentity(w.ctx, id(jo, at, "1"), true), "connect an account in use unasked")
	w.ok(w.store.PutIdentity(w.ctx, id(fresh, at, "1"), true))
	w.is(projectr.Conflict, w.store.PutIdentity(w.ctx, id(fresh, "https://other.example", "9"), true), "connect what another identity came into")
	w.is(projectr.Conflict, w.store.PutIdentity(w.ctx, id(jo, at, "1"), false), "take another's identity")
	w.ok(w.store.PutIdentity(w.ctx, id(jo, at, "2"), false, projectr.Letter{Kind: projectr.LetterFactorOn, User: jo}))
	w.is(projectr.Conflict, w.store.PutIdentity(w.ctx, id(jo, at, "3"), false), "a second one of the same issuer")
	w.is(projectr.NotFound, w.store.PutIdentity(w.ctx, id("us_never", at, "4"), false), "one for nobody")
	same(w, "letters", w.waiting(), "second_factor_on:us_jo:")
	// Nor may it be an account that somebody came into by a link.
	entered := projectr.UserID("us_entered")
	w.ok(w.store.CreateUser(w.ctx, projectr.User{ID: entered, Email: "entered@people.example", Name: "Entered", CreatedAt: w.now()}, ""))
	w.session("entered", entered)
	w.is(projectr.Conflict, w.store.PutIdentity(w.ctx, id(entered, at, "5"), true), "connect an account somebody was in")

	x, u, err := w.store.Identity(w.ctx, at, "2")
	w.ok(err)
	same(w, "whose it is", fmt.Sprintf("%s %s %s", u.ID, x.User, x.Email), "us_jo us_jo x@people.example")
	x.Email, x.Org, x.Role = "y@people.example", "org_acme", projectr.Viewer
	w.travel(time.Hour)
	w.ok(w.store.SeeIdentity(w.ctx, x))
	y, _, err := w.store.Identity(w.ctx, at, "2")
	w.ok(err)
	if y.Email != x.Email || y.Org != x.Org || y.Role != x.Role || y.User != jo || !y.SeenAt.After(x.SeenAt) || !y.CreatedAt.Equal(x.CreatedAt) {
		w.Errorf("after use: %+v, before: %+v", y, x)
	}
	w.is(projectr.NotFound, w.store.SeeIdentity(w.ctx, id(jo, at, "8")), "use an unknown one")

	// An account that a provider brings is made with its identity, or not at all.
	made := projectr.User{ID: "us_made", Email: "made@people.example", Name: "Made", CreatedAt: w.now()}
	w.is(projectr.Conflict, w.store.CreateUserFrom(w.ctx, made, id("", at, "1")), "make an account for another's identity")
	w.is(projectr.NotFound, second(w.store.User(w.ctx, made.ID)), "what was made")
	w.ok(w.store.CreateUserFrom(w.ctx, made, id("", at, "6")))
	_, u, err = w.store.Identity(w.ctx, at, "6")
	w.ok(err)
	same(w, "account", u, w.account(made.ID))
	same(w, "proved", u.VerifiedAt.IsZero(), true)
	made.ID = "us_made2"
	w.is(projectr.Conflict, w.store.CreateUserFrom(w.ctx, made, id("", at, "7")), "make an account with an address that has one")
	w.is(projectr.NotFound, third(w.store.Identity(w.ctx, at, "7")), "what was made")

	w.ok(w.store.PutIdentity(w.ctx, id(jo, "https://a.example", "1"), false))
	xs, err := w.store.Identities(w.ctx, jo)
	w.ok(err)
	same(w, "identities", ids(xs, func(x projectr.Identity) string { return x.Issuer + "/" + x.Subject }), "https://a.example/1 https://id.example/2")
	w.is(projectr.NotFound, w.store.DropIdentity(w.ctx, fresh, "https://a.example"), "drop another's")
	w.ok(w.store.DropIdentity(w.ctx, jo, at))
	w.is(projectr.NotFound, w.store.DropIdentity(w.ctx, jo, at), "drop it again")
	w.is(projectr.NotFound, third(w.store.Identity(w.ctx, at, "2")), "find it")
}

func devices(w *world) {
	jo, ann := w.user("jo"), w.user("ann")
	known := func(hash string, want projectr.UserID) {
		w.Helper()
		u, err := w.store.Device(w.ctx, hash)
		if want == "" {
			w.is(projectr.NotFound, err, hash)
			return
		}
		w.ok(err)
		same(w, hash, u, want)
	}
	put := func(hash string, u projectr.UserID, life time.Duration) {
		w.Helper()
		w.ok(w.store.PutDevice(w.ctx, hash, u, w.now().Add(life)))
	}
	put("a", jo, time.Hour)
	put("anns", ann, 9*time.Hour)
	known("a", jo)
	known("anns", ann)
	known("never", "")
	w.travel(time.Hour)
	known("a", "")
	for i := range 25 {
		put(fmt.Sprint("many", i), jo, 9*time.Hour+time.Duration(i)*time.Minute)
	}
	known("many4", "")
	known("many5", jo)
	known("many24", jo)
	known("anns", ann)
	w.ok(w.store.SetPassword(w.ctx, jo, "new", ""))
	known("many24", "")
	known("anns", ann)
}

func challenges(w *world) {
	jo := w.user("jo")
	put := func(hash, kind string, u projectr.UserID) store.Challenge {
		w.Helper()
		x := store.Challenge{Kind: kind, User: u, Data: "nonce of " + hash, ExpiresAt: w.now().Add(time.Minute)}
		w.ok(w.store.PutChallenge(w.ctx, hash, x))
		return x
	}
	nobodys, jos := put("a", "oidc", ""), put("b", "totp", jo)
	w.is(projectr.NotFound, second(w.store.TakeChallenge(w.ctx, "a", "totp")), "answer another question")
	x, err := w.store.TakeChallenge(w.ctx, "a", "oidc")
	w.ok(err)
	same(w, "challenge", x, nobodys)
	x, err = w.store.TakeChallenge(w.ctx, "b", "totp")
	w.ok(err)
	same(w, "challenge", x, jos)
	w.is(projectr.NotFound, second(w.store.TakeChallenge(w.ctx, "a", "oidc")), "answer twice")
	put("c", "oidc", "")
	same(w, "who answers at once", winners(w, func() (bool, error) {
		_, err := w.store.TakeChallenge(w.ctx, "c", "oidc")
		return err == nil, nil
	}), 1)
	put("late", "oidc", "")
	w.travel(time.Minute)
	w.is(projectr.NotFound, second(w.store.TakeChallenge(w.ctx, "late", "oidc")), "answer too late")
	put("jos", "totp", jo)
	put("other", "oidc", "")
	w.ok(w.store.SetPassword(w.ctx, jo, "new", ""))
	w.is(projectr.NotFound, second(w.store.TakeChallenge(w.ctx, "jos", "totp")), "answer after a new password")
	w.ok(second(w.store.TakeChallenge(w.ctx, "other", "oidc")))
}

func signUps(w *world) {
	sign := func(hash, email string) {
		w.Helper()
		w.ok(w.store.PutSignUp(w.ctx, hash, store.SignUp{Email: email, Data: `{"name":"New"}`, ExpiresAt: w.now().Add(time.Hour)},
			projectr.Letter{Kind: projectr.LetterSignUp, Email: email, Ref: hash}))
	}
	founding := func(name string) store.Founding {
		now := w.now()
		return store.Founding{
			Org:      projectr.Org{ID: projectr.OrgID("org_" + name), Name: name, Address: name, Plan: "starter", TimeZone: "UTC"},
			User:     projectr.User{ID: projectr.UserID("us_" + name), Email: "typed@elsewhere.example", Name: "Founder"},
			Password: "encoded", Secret: "secret of " + name,
			Session: projectr.Session{ID: "se_" + name, How: "password", CreatedAt: now, SeenAt: now, AuthAt: now, ExpiresAt: now.Add(time.Hour)},
		}
	}
	sign("a", "new@people.example")
	sign("again", "new@people.example")
	same(w, "letters", w.waiting(), "sign_up::new@people.example sign_up::new@people.example")
	x, err := w.store.SignUp(w.ctx, "a")
	w.ok(err)
	same(w, "sign-up", x.Email+x.Data, `new@people.example{"name":"New"}`)
	w.ok(w.store.RenewSignUp(w.ctx, "a", "b", w.now().Add(2*time.Hour)))
	w.is(projectr.NotFound, second(w.store.SignUp(w.ctx, "a")), "the secret of before")
	w.is(projectr.NotFound, w.store.RenewSignUp(w.ctx, "a", "c", w.now()), "renew what is gone")
	sign("c", "later@people.example")
	w.ok(w.store.RenewSignUp(w.ctx, "c", "d", w.now().Add(time.Hour)))
	ls, err := w.store.TakeLetters(w.ctx, time.Hour, 9)
	w.ok(err)
	same(w, "its letter, to be sent once more, is about", ids(ls, func(l projectr.Letter) string { return l.Ref }), "d")

	// What is refused leaves the sign-up, and nothing else.
	taken := founding("new")
	taken.Org.Address = "acme"
	w.is(projectr.Conflict, w.store.Found(w.ctx, "b", taken), "found under a name that is taken")
	w.is(projectr.NotFound, second(w.store.User(w.ctx, "us_new")), "its admin")
	w.is(projectr.NotFound, second(w.store.OrgNamed(w.ctx, "org_new")), "its organisation")
	bad := founding("new")
	bad.Org.Name = ""
	w.is(projectr.Invalid, w.store.Found(w.ctx, "b", bad), "found without a name")
	w.ok(second(w.store.SignUp(w.ctx, "b")))

	w.ok(w.store.Found(w.ctx, "b", founding("new")))
	u, hash, err := w.store.UserByEmail(w.ctx, "new@people.example")
	w.ok(err)
	if u.ID != "us_new" || hash != "encoded" || u.VerifiedAt.IsZero() || u.CreatedAt.IsZero() {
		w.Errorf("the first admin is %+v", u)
	}
	_, who, err := w.store.Session(w.ctx, "secret of new")
	w.ok(err)
	same(w, "who is signed in", who.ID, u.ID)
	o, role, err := w.store.AsMember(w.ctx, u.ID, "org_new")
	w.ok(err)
	same(w, "role", role, projectr.Admin)
	l, err := o.Audit(w.ctx, projectr.AuditFilter{})
	w.ok(err)
	same(w, "audit log", ids(l.Items, func(a projectr.AuditEntry) string { return a.Action + " by " + a.Actor.ID }), "org.create by us_new")
	for _, hash := range []string{"a", "b", "again"} {
		w.is(projectr.NotFound, w.store.Found(w.ctx, hash, founding("other")), "found by "+hash)
	}
	// Who has an account by now has one.
	sign("late", "new@people.example")
	w.is(projectr.Conflict, w.store.Found(w.ctx, "late", founding("other")), "found with an address that has an account")
	sign("slow", "slow@people.example")
	w.travel(time.Hour)
	w.is(projectr.NotFound, second(w.store.SignUp(w.ctx, "slow")), "look too late")
	w.is(projectr.NotFound, w.store.Found(w.ctx, "slow", founding("slow")), "found too late")
}

func letters(w *world) {
	jo := w.user("jo")
	reset := projectr.Letter{Kind: projectr.LetterReset, User: jo, Email: "jo@people.example"}
	put := func(ls ...projectr.Letter) {
		w.Helper()
		w.ok(w.store.PutLetters(w.ctx, ls...))
	}
	take := func(limit int) []projectr.Letter {
		w.Helper()
		ls, err := w.store.TakeLetters(w.ctx, 10*time.Minute, limit)
		w.ok(err)
		return ls
	}
	since := w.now()
	put(reset, projectr.Letter{Kind: projectr.LetterReset, Email: "nobody@people.example"})
	put(reset) // one like it waits
	put(projectr.Letter{Kind: projectr.LetterInvitation, Org: "org_acme", Ref: "in_1"}, projectr.Letter{Kind: projectr.LetterInvitation, Org: "org_globex", Ref: "in_1"})
	w.is(projectr.NotFound, w.store.PutLetters(w.ctx, reset, projectr.Letter{Kind: projectr.LetterInvitation, Org: "org_never"}), "a letter of no organisation")
	first := take(1)
	same(w, "taken", ids(first, func(l projectr.Letter) string { return string(l.Kind) + string(l.User) + l.Email + fmt.Sprint(l.Tries) }), "resetus_jojo@people.example1")
	rest := take(9)
	same(w, "the rest", ids(rest, func(l projectr.Letter) string { return string(l.Kind) + l.Email + string(l.Org) + l.Ref }),
		"resetnobody@people.example invitationorg_acmein_1 invitationorg_globexin_1")
	same(w, "taken twice", len(take(9)), 0)
	for _, l := range rest {
		w.ok(w.store.SentLetter(w.ctx, l.N))
	}
	w.travel(10 * time.Minute) // whoever took the first is gone
	again := take(9)
	same(w, "again", fmt.Sprint(len(again), again[0].N == first[0].N, again[0].Tries), "1 true 2")
	w.ok(w.store.PostponeLetter(w.ctx, again[0].N, w.now().Add(time.Hour)))
	w.travel(30 * time.Minute)
	same(w, "before it is due", len(take(9)), 0)
	w.travel(30 * time.Minute)
	same(w, "when it is due", len(take(9)), 1)
	w.ok(w.store.SentLetter(w.ctx, again[0].N))
	put(reset) // the one before was sent
	n, last, err := w.store.LettersTo(w.ctx, "jo@people.example", projectr.LetterReset, since)
	w.ok(err)
	same(w, "written to jo", n, 2)
	if !last.After(since.Add(time.Hour)) {
		w.Errorf("the last was at %v", last)
	}
	n, last, err = w.store.LettersTo(w.ctx, "ann@people.example", projectr.LetterReset, since)
	w.ok(err)
	same(w, "written to ann", fmt.Sprint(n, last.IsZero()), "0 true")
	// Links that wait to be made are void with those that were.
	put(projectr.Letter{Kind: projectr.LetterPasswordChanged, User: jo})
	w.ok(w.store.SetPassword(w.ctx, jo, "new", ""))
	same(w, "after a new password", w.waiting(), "password_changed:us_jo:")
	// So is one that was about to be made when they became void.
	put(reset)
	l := take(1)[0]
	link := store.Ticket{User: jo, Purpose: store.Reset, ExpiresAt: w.now().Add(time.Hour)}
	foreign := link
	foreign.User = "us_acme-admin"
	w.is(projectr.NotFound, w.store.PutLetterTicket(w.ctx, l.N, "theirs", foreign), "make a link for somebody else")
	w.ok(w.store.PutLetterTicket(w.ctx, l.N, "made", link))
	w.ok(second(w.store.Ticket(w.ctx, "made", store.Reset)))
	w.ok(w.store.SetPassword(w.ctx, jo, "newer", ""))
	w.is(projectr.NotFound, second(w.store.Ticket(w.ctx, "made", store.Reset)), "use a link from before")
	w.is(projectr.NotFound, w.store.PutLetterTicket(w.ctx, l.N, "late", link), "make a link for a letter that is void")
	w.is(projectr.NotFound, second(w.store.Ticket(w.ctx, "late", store.Reset)), "use it")
	// What was sent is forgotten after a day.
	w.travel(25 * time.Hour)
	put(projectr.Letter{Kind: projectr.LetterNewKey, User: jo})
	n, _, err = w.store.LettersTo(w.ctx, "jo@people.example", projectr.LetterReset, since)
	w.ok(err)
	same(w, "remembered", n, 0)
	w.ok(w.store.PutLetters(w.ctx))
	w.ok(w.store.SentLetter(w.ctx, 999))
	// An organisation's letters go with it.
	same(w, "before", w.waiting(), "new_api_key:us_jo:")
	put(projectr.Letter{Kind: projectr.LetterInvitation, Org: "org_acme", Ref: "in_2"}, projectr.Letter{Kind: projectr.LetterNewKey, Org: "org_globex", User: jo})
	op, err := w.store.AsOperator(w.ctx, "acme", "test")
	w.ok(err)
	w.ok(op.Delete(w.ctx))
	same(w, "after it was deleted", w.waiting(), "new_api_key:us_jo:")
}

func waysOut(w *world) {
	fill := func(name string) projectr.UserID {
		w.Helper()
		u := w.user(name)
		w.session(name, u)
		w.ticket(name, u, store.Welcome, "")
		w.ok(w.store.SetTOTP(w.ctx, u, []byte("sealed"), 1, []string{"code"}))
		w.ok(w.store.PutPasskey(w.ctx, projectr.Passkey{ID: name, User: u, Name: "Phone", Credential: "{}"}))
		w.ok(w.store.PutIdentity(w.ctx, projectr.Identity{Issuer: "https://id.example", Subject: name, User: u}, false))
		w.ok(w.store.PutDevice(w.ctx, name, u, w.now().Add(time.Hour)))
		w.ok(w.store.PutChallenge(w.ctx, name, store.Challenge{Kind: "totp", User: u, ExpiresAt: w.now().Add(time.Hour)}))
		w.ok(w.store.PutLetters(w.ctx, projectr.Letter{Kind: projectr.LetterNewKey, User: u}))
		return u
	}
	// left says what is there; asking for a challenge uses it up.
	left := func(name string) string {
		w.Helper()
		var out []string
		there := func(what string, err error) {
			if err == nil {
				out = append(out, what)
			} else {
				w.is(projectr.NotFound, err, what)
			}
		}
		there("session", third(w.store.Session(w.ctx, name)))
		there("link", second(w.store.Ticket(w.ctx, name, store.Welcome)))
		there("passkey", second(w.store.Passkey(w.ctx, name)))
		there("identity", third(w.store.Identity(w.ctx, "https://id.example", name)))
		there("browser", second(w.store.Device(w.ctx, name)))
		there("challenge", second(w.store.TakeChallenge(w.ctx, name, "totp")))
		if did, err := w.store.TakeRecoveryCode(w.ctx, projectr.UserID("us_"+name), "code"); err != nil || did {
			out = append(out, "code")
		}
		return strings.Join(out, " ")
	}
	deleted, disabled, changed, reset := fill("deleted"), fill("disabled"), fill("changed"), fill("reset")
	fill("neighbour")
	w.ok(w.store.DeleteUser(w.ctx, deleted, root, "test"))
	same(w, "after it was deleted", left("deleted"), "")
	w.ok(w.store.CloseUser(w.ctx, disabled, true, root, "test"))
	same(w, "after it was disabled", left("disabled"), "passkey identity code") // these are asked who holds them
	w.ok(w.store.SetPassword(w.ctx, changed, "new", "changed"))
	same(w, "after a new password", left("changed"), "session passkey identity code")
	w.ok(w.store.ResetFactors(w.ctx, reset, root, "the phone is lost", projectr.Letter{Kind: projectr.LetterFactorOff, User: reset}))
	same(w, "after its factors were reset", left("reset"), "identity")
	hs, err := w.store.HouseAudit(w.ctx, projectr.AuditFilter{Action: "factors.reset"})
	w.ok(err)
	same(w, "the house's log", ids(hs.Items, func(a projectr.AuditEntry) string { return a.Actor.ID + "/" + a.Target }), "root/us_reset")
	same(w, "second factor", w.account(reset).SecondFactor, false)
	same(w, "its neighbour", left("neighbour"), "session link passkey identity browser challenge code")
	same(w, "letters", w.waiting(), "new_api_key:us_disabled: new_api_key:us_changed: new_api_key:us_reset: new_api_key:us_neighbour: second_factor_off:us_reset:")
}
