package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

// What opens a door, and what shuts it again: sessions, one-time codes, mailed links,
// keys and cookies (T-17, invariants I-19, I-20, I-23). Its half about tokens of a
// provider is in package oidc.

const secondPassword = "quarry lake in autumn"

// somebody is a person of their own for one row, a viewer in acme.
type somebody struct {
	t *testing.T
	h *house
	u projectr.User
}

func (h *house) somebody(t *testing.T) somebody {
	u, err := h.acc.CreateUser(t.Context(), strings.ToLower(rand.Text())+"@people.example", "Sam", password)
	h.must(err)
	h.must(h.acme.SaveMember(t.Context(), u.ID, projectr.Viewer))
	return somebody{t, h, u}
}

// unproved is somebody whose address was never proved.
func (h *house) unproved(t *testing.T) somebody {
	p := h.somebody(t)
	_, hash, err := h.st.UserByEmail(t.Context(), p.u.Email)
	h.must(err)
	p.u = projectr.User{ID: p.u.ID + "_unproved", Email: "at." + p.u.Email, Name: p.u.Name, CreatedAt: h.clock.now()}
	h.must(h.st.CreateUser(t.Context(), p.u, hash))
	h.must(h.acme.SaveMember(t.Context(), p.u.ID, projectr.Viewer))
	return p
}

func (p somebody) in() client { return p.h.signIn(p.u) }

// holds checks that what c shows still opens the door.
func (p somebody) holds(c client, what string) {
	p.t.Helper()
	if w := c.do("GET", "/me", ""); w.Code != 200 || !strings.Contains(w.Body.String(), string(p.u.ID)) {
		p.t.Errorf("%s: %d %s", what, w.Code, w.Body)
	}
}

// shut checks that what c shows opens nothing.
func (p somebody) shut(c client, what string) {
	p.t.Helper()
	if w := c.do("GET", "/me", ""); w.Code != 401 {
		p.t.Errorf("%s still opens: %d %s", what, w.Code, w.Body)
	}
}

func (p somebody) is(w *httptest.ResponseRecorder, want int, what string) *httptest.ResponseRecorder {
	p.t.Helper()
	if w.Code != want {
		p.t.Errorf("%s: %d, not %d: %s", what, w.Code, want, w.Body)
	}
	return w
}

// signIn signs in with this password and code.
func (p somebody) signIn(code string) *httptest.ResponseRecorder {
	return trySignIn(p.h, p.u, password, code)
}

// mailed has a letter written by asking at path, and returns the secret of its link.
func (p somebody) mailed(kind projectr.LetterKind, c client, path, body string) string {
	p.t.Helper()
	p.is(c.do("POST", path, body), 202, path)
	m, ok := p.h.letter(kind)
	if !ok {
		p.t.Fatalf("%s: no letter", path)
	}
	return m.Secret
}

func (p somebody) resetLink() string {
	p.t.Helper()
	return p.mailed(projectr.LetterReset, client{h: p.h}, "/password-reset", fmt.Sprintf(`{"email":%q}`, p.u.Email))
}

func (p somebody) signInLink() string {
	p.t.Helper()
	return p.mailed(projectr.LetterSignIn, client{h: p.h}, "/session/mail", fmt.Sprintf(`{"email":%q}`, p.u.Email))
}

func (p somebody) welcomeLink() string {
	s, err := p.h.acc.NewTicket(p.t.Context(), p.u)
	p.h.must(err)
	return s
}

func (p somebody) changeLink(c client) string {
	p.t.Helper()
	return p.mailed(projectr.LetterChangeEmail, c, "/me/email", fmt.Sprintf(`{"email":"%s@new.example"}`, strings.ToLower(rand.Text())))
}

// verifyLink proves the address of somebody else, who has none that is proved.
func (p somebody) verifyLink() string {
	p.t.Helper()
	q := p.h.unproved(p.t)
	return q.mailed(projectr.LetterVerify, q.in(), "/me/verification", "")
}

// invite invites to acme and returns the invitation and the secret of its link.
func (p somebody) invite() (projectr.InviteID, string) {
	p.t.Helper()
	x, _, err := p.h.acc.Invite(p.t.Context(), p.h.acme.Org, rand.Text()+"@guest.example", projectr.Viewer)
	p.h.must(err)
	m, ok := p.h.letter(projectr.LetterInvitation)
	if !ok {
		p.t.Fatal("no letter")
	}
	return x.ID, m.Secret
}

func (p somebody) accept(c client, secret string) *httptest.ResponseRecorder {
	return c.do("POST", "/invitations/accept", fmt.Sprintf(`{"token":%q,"name":"Gil","password":%q}`, secret, secondPassword))
}

// use follows a link that was mailed.
func (p somebody) use(path, secret string) *httptest.ResponseRecorder {
	body := fmt.Sprintf(`{"token":%q}`, secret)
	if path == resetDoor {
		body = fmt.Sprintf(`{"token":%q,"password":%q}`, secret, secondPassword)
	}
	return postTo(p.h, path, body)
}

// The doors that a mailed secret may open, each of one kind.
const (
	resetDoor  = "/password-reset/confirm"
	mailDoor   = "/session/mail/confirm"
	linkDoor   = "/session/link"
	verifyDoor = "/verify"
	changeDoor = "/email/confirm"
)

var linkDoors = []string{resetDoor, mailDoor, linkDoor, verifyDoor, changeDoor, "/invitations/look", "/invitations/accept", "/sign-up/look", "/sign-up/confirm"}

// atOnce asks n times at the same moment and counts the answers by status.
func atOnce(n int, ask func(i int) *httptest.ResponseRecorder) map[int]int {
	var wg sync.WaitGroup
	codes := make([]int, n)
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			codes[i] = ask(i).Code
		})
	}
	close(start)
	wg.Wait()
	out := map[int]int{}
	for _, c := range codes {
		out[c]++
	}
	return out
}

// secretOf is the secret of the session that a client's cookies hold.
func (c client) secretOf() string {
	i := slices.IndexFunc(c.cookies, func(k *http.Cookie) bool { return k.Name == plainCookie })
	if i < 0 {
		return ""
	}
	return c.cookies[i].Value
}

// planted is a client whose browser was given a session's secret by somebody else.
func (h *house) planted(secret string) client {
	return client{h: h, cookies: []*http.Cookie{{Name: hostCookie, Value: secret}, {Name: plainCookie, Value: secret}}}
}

type sessionRow struct {
	name string
	do   func(somebody)
}

// Sessions begin under a secret that nobody knew before.
var fixation = []sessionRow{
	{"a secret that somebody made up opens nothing", func(p somebody) {
		p.shut(p.h.planted("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "a secret made up")
	}},
	{"sign-in takes no secret that was planted", func(p somebody) {
		mine := p.h.planted("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
		p.begins(mine, "POST", "/session", fmt.Sprintf(`{"email":%q,"password":%q}`, p.u.Email, password))
	}},
	{"sign-in over another's session ends that one", func(p somebody) {
		p.begins(p.h.somebody(p.t).in(), "POST", "/session", fmt.Sprintf(`{"email":%q,"password":%q}`, p.u.Email, password))
	}},
	{"a mailed link over another's session ends that one", func(p somebody) {
		p.begins(p.h.somebody(p.t).in(), "POST", mailDoor, fmt.Sprintf(`{"token":%q}`, p.signInLink()))
	}},
	{"a welcome link over another's session ends that one", func(p somebody) {
		p.begins(p.h.somebody(p.t).in(), "POST", linkDoor, fmt.Sprintf(`{"token":%q}`, p.welcomeLink()))
	}},
	{"a sign-up over another's session ends that one", func(p somebody) {
		secret, err := p.h.acc.InviteToSignUp(p.t.Context(), rand.Text()+"@new.example", projectr.Actor{Kind: "operator"})
		p.h.must(err)
		other := p.h.somebody(p.t).in()
		w := other.do("POST", "/sign-up/confirm", fmt.Sprintf(`{"token":%q,"organisation":"New Co","address":"n%s","name":"Ian","password":%q}`, secret, strings.ToLower(rand.Text()[:10]), secondPassword))
		p.is(w, 200, "sign-up")
		p.shut(other, "the session before")
	}},
	{"an invitation asks whoever is signed in as somebody else to sign out", func(p somebody) {
		_, secret := p.invite()
		p.is(p.accept(p.in(), secret), 403, "as somebody else")
	}},
	{"an invitation begins a session of its own", func(p somebody) {
		_, secret := p.invite()
		before := p.h.planted("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
		w := p.is(p.accept(before, secret), 200, "accept")
		if after := before.with(w); after.secretOf() == before.secretOf() || after.do("GET", "/me", "").Code != 200 {
			p.t.Error("no session of its own")
		}
	}},
	{"a new proof changes the secret", func(p somebody) {
		c := p.in()
		p.renews(c, c.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q}`, password)))
	}},
	{"a new password changes the secret", func(p somebody) {
		c := p.in()
		p.renews(c, c.do("POST", "/me/password", fmt.Sprintf(`{"old":%q,"password":%q}`, password, secondPassword)))
	}},
	{"one-time codes change the secret", func(p somebody) {
		c := p.in()
		d, _, _ := c.withTOTP(p.t)
		p.holds(d, "under the new secret")
		p.shut(c, "the secret before")
	}},
	{"every session has a secret of its own, of 160 bits", func(p somebody) {
		a, b := p.in().secretOf(), p.in().secretOf()
		if a == b || len(a) != 32 {
			p.t.Errorf("%q and %q", a, b)
		}
	}},
	{"what is kept of a session opens nothing", func(p somebody) {
		c := p.in()
		sum := sha256.Sum256([]byte(c.secretOf()))
		p.shut(p.h.planted(hex.EncodeToString(sum[:])), "the hash")
		p.shut(p.h.planted(get[List[OwnSession]](c, "/me/sessions").Items[0].ID), "the id")
	}},
}

// begins checks that the call begins a session of p under a new secret, and that the
// one its cookies held before ends.
func (p somebody) begins(before client, method, path, body string) {
	p.t.Helper()
	w := p.is(before.do(method, path, body), 200, path)
	after := before.with(w)
	if after.secretOf() == before.secretOf() {
		p.t.Error("the session has the secret that was there before")
	}
	p.holds(after, "the new session")
	p.shut(before, "the session before")
}

// renews checks that the answer gives the session a new secret.
func (p somebody) renews(before client, w *httptest.ResponseRecorder) {
	p.t.Helper()
	if w.Code != 204 {
		p.t.Fatalf("%d %s", w.Code, w.Body)
	}
	p.holds(before.with(w), "under the new secret")
	p.shut(before, "the secret before")
}

// withCodes turns one-time codes on, a while ago, and returns what the app shows so many
// steps from now.
func (p somebody) withCodes() (c client, code func(steps int) string, recovery []string) {
	c, secret, recovery := p.in().withTOTP(p.t)
	p.h.clock.forward(5 * time.Minute)
	now := p.h.clock.now()
	return c, func(steps int) string { return codeAt(p.t, secret, now.Add(time.Duration(steps)*30*time.Second)) }, recovery
}

// A one-time code is good once, and for a step before and after its own.
var codes = []sessionRow{
	{"a code is used once", func(p somebody) {
		_, code, _ := p.withCodes()
		p.is(p.signIn(code(0)), 200, "first")
		p.is(p.signIn(code(0)), 401, "again")
	}},
	{"the step before is taken", func(p somebody) {
		_, code, _ := p.withCodes()
		p.is(p.signIn(code(-1)), 200, "the step before")
	}},
	{"the step after is taken, and then nothing older", func(p somebody) {
		_, code, _ := p.withCodes()
		p.is(p.signIn(code(1)), 200, "the step after")
		p.is(p.signIn(code(0)), 401, "the present one, after it")
		p.is(p.signIn(code(-1)), 401, "the one before, after it")
	}},
	{"two steps before is refused", func(p somebody) {
		_, code, _ := p.withCodes()
		p.is(p.signIn(code(-2)), 401, "two steps before")
	}},
	{"two steps after is refused", func(p somebody) {
		_, code, _ := p.withCodes()
		p.is(p.signIn(code(2)), 401, "two steps after")
	}},
	{"of 100 with one code one is let in", func(p somebody) {
		_, code, _ := p.withCodes()
		got := atOnce(100, func(int) *httptest.ResponseRecorder { return p.signIn(code(0)) })
		if got[200] != 1 || got[200]+got[401]+got[429] != 100 {
			p.t.Errorf("%v", got)
		}
	}},
	{"of 100 with the codes of three steps each is let in once at most", func(p somebody) {
		_, code, _ := p.withCodes()
		var mu sync.Mutex
		won := map[int]int{}
		atOnce(100, func(i int) *httptest.ResponseRecorder {
			w := p.signIn(code(i%3 - 1))
			if w.Code == 200 {
				mu.Lock()
				won[i%3-1]++
				mu.Unlock()
			}
			return w
		})
		if len(won) == 0 || won[-1] > 1 || won[0] > 1 || won[1] > 1 {
			p.t.Errorf("%v", won)
		}
	}},
	{"a code of sign-in is no new proof", func(p somebody) {
		c, code, _ := p.withCodes()
		p.is(p.signIn(code(0)), 200, "sign-in")
		p.is(c.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q,"code":%q}`, password, code(0))), 401, "the same code as a new proof")
	}},
	{"a code of a new proof signs nobody in", func(p somebody) {
		c, code, _ := p.withCodes()
		p.is(c.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q,"code":%q}`, password, code(0))), 204, "new proof")
		p.is(p.signIn(code(0)), 401, "the same code at sign-in")
	}},
	{"the code that turned codes on signs nobody in", func(p somebody) {
		c := p.in()
		o := send[account.TOTPOffer](c, "POST", "/me/totp", "")
		code := codeAt(p.t, o.Secret, p.h.clock.now())
		p.is(c.do("PUT", "/me/totp", fmt.Sprintf(`{"token":%q,"code":%q}`, o.Token, code)), 200, "turn on")
		p.is(p.signIn(code), 401, "the same code at sign-in")
	}},
	{"a code that was used leaves a mailed link as it was", func(p somebody) {
		_, code, recovery := p.withCodes()
		p.is(p.signIn(code(0)), 200, "sign-in")
		link := p.signInLink()
		with := func(code string) *httptest.ResponseRecorder {
			return postTo(p.h, mailDoor, fmt.Sprintf(`{"token":%q,"code":%q}`, link, code))
		}
		p.is(with(code(0)), 401, "the used code")
		p.is(with(""), 401, "no code")
		p.is(with(recovery[0]), 200, "a recovery code")
	}},
	{"another person's code is refused", func(p somebody) {
		p.withCodes()
		_, code, recovery := p.h.somebody(p.t).withCodes()
		p.is(p.signIn(code(0)), 401, "another's code")
		p.is(p.signIn(recovery[0]), 401, "another's recovery code")
	}},
	{"what is no code of six digits is refused", func(p somebody) {
		_, code, _ := p.withCodes()
		for _, bad := range []string{code(0) + "0", code(0)[:5], "-" + code(0)[:5], "٠١٢٣٤٥"} {
			p.is(p.signIn(bad), 401, bad)
		}
	}},
	{"of 100 with one recovery code one is let in", func(p somebody) {
		_, _, recovery := p.withCodes()
		got := atOnce(100, func(int) *httptest.ResponseRecorder { return p.signIn(recovery[3]) })
		if got[200] != 1 || got[200]+got[401]+got[429] != 100 {
			p.t.Errorf("%v", got)
		}
	}},
	{"an offered secret is void after ten minutes", func(p somebody) {
		c := p.in()
		o := send[account.TOTPOffer](c, "POST", "/me/totp", "")
		p.h.clock.forward(10 * time.Minute)
		p.is(c.do("PUT", "/me/totp", fmt.Sprintf(`{"token":%q,"code":%q}`, o.Token, codeAt(p.t, o.Secret, p.h.clock.now()))), 422, "late")
	}},
}

// lasts checks that a link opens a second before its life is over, and then not.
func (p somebody) lasts(life time.Duration, door string, link func(somebody) string, want int) {
	p.t.Helper()
	secret := link(p)
	p.h.clock.forward(life - time.Second)
	p.is(p.use(door, secret), want, "a second before")
	q := p.h.somebody(p.t)
	secret = link(q)
	p.h.clock.forward(life)
	q.is(q.use(door, secret), 404, "at the end of its life")
}

// once checks that a link opens once, also when many follow it at the same moment.
func (p somebody) once(door, secret string, want int) {
	p.t.Helper()
	got := atOnce(30, func(int) *httptest.ResponseRecorder { return p.use(door, secret) })
	if got[want] != 1 || got[want]+got[404]+got[429] != 30 {
		p.t.Errorf("%v", got)
	}
	p.is(p.use(door, secret), 404, "once more")
}

// only checks that a link opens its own doors and no other.
func (p somebody) only(secret string, own ...string) {
	p.t.Helper()
	for _, door := range linkDoors {
		if !slices.Contains(own, door) {
			p.is(p.use(door, secret), 404, "at "+door)
		}
	}
}

// Links that were mailed.
var links = []sessionRow{
	{"a reset lasts half an hour", func(p somebody) { p.lasts(account.ResetLife, resetDoor, somebody.resetLink, 204) }},
	{"a sign-in link lasts ten minutes", func(p somebody) { p.lasts(account.SignInLife, mailDoor, somebody.signInLink, 200) }},
	{"a welcome lasts a week", func(p somebody) { p.lasts(account.TicketLife, linkDoor, somebody.welcomeLink, 200) }},
	{"a proof of the address lasts a day", func(p somebody) { p.lasts(account.ProofLife, verifyDoor, somebody.verifyLink, 204) }},
	{"a new address lasts a day", func(p somebody) {
		p.lasts(account.ProofLife, changeDoor, func(p somebody) string { return p.changeLink(p.in()) }, 204)
	}},
	{"a reset is used once", func(p somebody) { p.once(resetDoor, p.resetLink(), 204) }},
	{"a sign-in link is used once", func(p somebody) { p.once(mailDoor, p.signInLink(), 200) }},
	{"a welcome is used once", func(p somebody) { p.once(linkDoor, p.welcomeLink(), 200) }},
	{"a proof of the address is used once", func(p somebody) { p.once(verifyDoor, p.verifyLink(), 204) }},
	{"a new address is used once", func(p somebody) { p.once(changeDoor, p.changeLink(p.in()), 204) }},
	{"a reset opens no other door", func(p somebody) { p.only(p.resetLink(), resetDoor) }},
	{"a sign-in link opens no other door", func(p somebody) { p.only(p.signInLink(), mailDoor) }},
	{"a welcome opens no other door", func(p somebody) { p.only(p.welcomeLink(), linkDoor) }},
	{"a proof of the address opens no other door", func(p somebody) { p.only(p.verifyLink(), verifyDoor) }},
	{"a new address opens no other door", func(p somebody) { p.only(p.changeLink(p.in()), changeDoor) }},
	{"a reset signs nobody in", func(p somebody) {
		if w := p.is(p.use(resetDoor, p.resetLink()), 204, "reset"); len(w.Result().Cookies()) > 0 {
			p.t.Error("it signs in")
		}
	}},
	{"a reset asks for the code afterwards as ever", func(p somebody) {
		_, code, _ := p.withCodes()
		p.is(p.use(resetDoor, p.resetLink()), 204, "reset")
		p.is(trySignIn(p.h, p.u, secondPassword, ""), 401, "without a code")
		p.is(trySignIn(p.h, p.u, secondPassword, code(0)), 200, "with one")
	}},
	{"a link of before opens nothing after a reset", func(p somebody) {
		other := p.signInLink()
		p.is(p.use(resetDoor, p.resetLink()), 204, "reset")
		p.is(p.use(mailDoor, other), 404, "the sign-in link of before")
	}},
	{"a link of a closed account is unknown", func(p somebody) {
		link := p.resetLink()
		p.h.must(p.h.acc.Disable(p.t.Context(), p.u, true, projectr.Actor{Kind: "operator"}, "test"))
		if a, b := p.is(p.use(resetDoor, link), 404, "closed"), p.use(resetDoor, "never"); a.Body.String() != b.Body.String() {
			p.t.Errorf("%s, not %s", a.Body, b.Body)
		}
	}},
}

// Invitations have an age.
var invitations = []sessionRow{
	{"an invitation lasts a week", func(p somebody) {
		_, secret := p.invite()
		p.h.clock.forward(account.InviteLife - time.Second)
		p.is(p.accept(client{h: p.h}, secret), 200, "a second before")
	}},
	{"an invitation of a week ago is unknown", func(p somebody) {
		_, secret := p.invite()
		p.h.clock.forward(account.InviteLife)
		a, b := p.is(p.accept(client{h: p.h}, secret), 404, "late"), p.accept(client{h: p.h}, "never")
		if a.Body.String() != b.Body.String() {
			p.t.Errorf("%s, not %s", a.Body, b.Body)
		}
	}},
	{"an invitation is accepted once", func(p somebody) {
		_, secret := p.invite()
		got := atOnce(30, func(int) *httptest.ResponseRecorder { return p.accept(client{h: p.h}, secret) })
		if got[200] != 1 {
			p.t.Errorf("%v", got)
		}
	}},
	{"an invitation that was withdrawn is unknown", func(p somebody) {
		id, secret := p.invite()
		p.is(p.h.signIn(p.h.acme.admin).do("DELETE", "/orgs/acme/invitations/"+string(id), ""), 204, "withdraw")
		p.is(p.accept(client{h: p.h}, secret), 404, "accept")
	}},
	{"an invitation that was sent anew has another link", func(p somebody) {
		id, secret := p.invite()
		p.is(p.h.signIn(p.h.acme.admin).do("POST", "/orgs/acme/invitations/"+string(id)+"/resend", ""), 200, "send anew")
		p.is(p.accept(client{h: p.h}, secret), 404, "by the link of before")
		m, _ := p.h.letter(projectr.LetterInvitation)
		p.is(p.accept(client{h: p.h}, m.Secret), 200, "by the new link")
	}},
	{"an invitation opens no other door", func(p somebody) {
		_, secret := p.invite()
		p.only(secret, "/invitations/look", "/invitations/accept")
	}},
}

// Sessions and keys end by themselves.
var timeouts = []sessionRow{
	{"a session not used for a fortnight is over", func(p somebody) {
		a, b := p.in(), p.in()
		p.h.clock.forward(account.SessionIdle - time.Second)
		p.holds(a, "a second before")
		p.h.clock.forward(time.Second)
		p.shut(b, "after a fortnight")
		p.holds(a, "used meanwhile")
	}},
	{"a session is over after 90 days, however often used", func(p somebody) {
		c := p.in()
		for range 9 {
			p.h.clock.forward(account.SessionLife/9 - time.Second)
			p.holds(c, "in use")
		}
		p.h.clock.forward(9 * time.Second)
		p.shut(c, "after 90 days")
	}},
	{"a new proof does not lengthen a session", func(p somebody) {
		c := p.in()
		for range 9 {
			p.h.clock.forward(account.SessionLife/9 - time.Second)
			c = c.with(p.is(c.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q}`, password)), 204, "confirm"))
		}
		p.h.clock.forward(9 * time.Second)
		p.shut(c, "after 90 days")
	}},
	{"a clock that goes back revives no session", func(p somebody) {
		c := p.in()
		p.h.clock.forward(account.SessionIdle)
		p.shut(c, "after a fortnight")
		p.h.clock.forward(-time.Hour)
		p.shut(c, "an hour back")
		p.h.clock.forward(time.Hour)
	}},
	{"a session that is over is not listed", func(p somebody) {
		p.in()
		p.h.clock.forward(account.SessionIdle)
		if l := get[List[OwnSession]](p.in(), "/me/sessions").Items; len(l) != 1 {
			p.t.Errorf("%+v", l)
		}
	}},
	{"a key is over when it says", func(p somebody) {
		secret, _, err := p.h.acc.NewAPIKey(p.t.Context(), p.h.acme.Org, "short", projectr.Viewer, p.h.clock.now().Add(time.Hour))
		p.h.must(err)
		c := p.h.withKey(secret)
		p.h.clock.forward(time.Hour - time.Second)
		p.is(c.do("GET", "/orgs/acme", ""), 200, "a second before")
		p.h.clock.forward(time.Second)
		p.is(c.do("GET", "/orgs/acme", ""), 401, "after an hour")
	}},
	{"what asks for a recent proof asks again after a quarter of an hour", func(p somebody) {
		c := p.in()
		p.h.clock.forward(account.StepUp - time.Second)
		p.is(c.do("POST", "/me/totp", ""), 200, "a second before")
		p.h.clock.forward(time.Second)
		p.is(c.do("POST", "/me/totp", ""), 403, "after a quarter of an hour")
	}},
}

// A key counts alone.
var keysAlone = []sessionRow{
	{"a viewer's key with an admin's cookie changes nothing", func(p somebody) {
		c := p.h.signIn(p.h.acme.admin)
		c.bearer = p.h.acme.viewerKey
		p.is(c.do("POST", "/orgs/acme/projects", `{"name":"X"}`), 403, "create")
	}},
	{"another organisation's key with a member's cookie finds nothing", func(p somebody) {
		c := p.in()
		c.bearer = p.h.globex.adminKey
		p.is(c.do("GET", "/orgs/acme", ""), 404, "look")
	}},
	{"a key that opens nothing is not made up for by a cookie", func(p somebody) {
		c := p.in()
		c.bearer = "pk_nothing"
		p.is(c.do("GET", "/orgs/acme", ""), 401, "look")
	}},
	{"another scheme is not made up for by a cookie", func(p somebody) { p.header("Basic am86eA==", 401) }},
	{"an empty header is not made up for by a cookie", func(p somebody) { p.header("", 401) }},
	{"a scheme alone is not made up for by a cookie", func(p somebody) { p.header("Bearer", 401) }},
	{"two headers are none", func(p somebody) { p.header("Bearer "+p.h.acme.viewerKey, 401, "Bearer "+p.h.acme.viewerKey) }},
	{"a scheme is no name to be spelt", func(p somebody) { p.header("bearer "+p.h.acme.viewerKey, 200) }},
	{"a key that was revoked opens nothing", func(p somebody) {
		secret, k, err := p.h.acc.NewAPIKey(p.t.Context(), p.h.acme.Org, "brief", projectr.Viewer, time.Time{})
		p.h.must(err)
		p.is(p.h.withKey(secret).do("GET", "/orgs/acme", ""), 200, "before")
		p.is(p.h.signIn(p.h.acme.admin).do("DELETE", "/orgs/acme/api-keys/"+string(k.ID), ""), 204, "revoke")
		p.is(p.h.withKey(secret).do("GET", "/orgs/acme", ""), 401, "after")
	}},
	{"a key in the query opens nothing", func(p somebody) {
		for _, name := range []string{"key", "api_key", "access_token", "token"} {
			if w := (client{h: p.h}).do("GET", "/orgs/acme?"+name+"="+p.h.acme.viewerKey, ""); w.Code != 401 && w.Code != 422 {
				p.t.Errorf("%s: %d", name, w.Code)
			}
		}
	}},
	{"a key in a cookie opens nothing", func(p somebody) { p.shut(p.h.planted(p.h.acme.viewerKey), "a key") }},
	{"a session's secret is no key", func(p somebody) {
		p.is(p.h.withKey(p.in().secretOf()).do("GET", "/orgs/acme", ""), 401, "look")
	}},
	{"a key signs no person out", func(p somebody) {
		c := p.in()
		d := c
		d.bearer = p.h.acme.viewerKey
		d.do("DELETE", "/session", "")
		p.holds(c, "the session")
	}},
}

// header asks with an Authorization header of these values and a good cookie.
func (p somebody) header(value string, want int, more ...string) {
	p.t.Helper()
	r := p.in().request("GET", "/orgs/acme", "")
	r.Header["Authorization"] = append([]string{value}, more...)
	p.is(ask(p.h, r), want, value)
}

// opened is everything that opens a door to somebody, each ready to be tried.
type opened struct {
	somebody
	here, elsewhere   client
	lines, linesThere <-chan string
	reset, mail       string
	welcome, change   string
}

func (p somebody) everything() opened {
	p.t.Helper()
	o := opened{somebody: p, here: p.in(), elsewhere: p.in()}
	_, o.lines = stream(p.t, p.h, o.here)
	_, o.linesThere = stream(p.t, p.h, o.elsewhere)
	o.reset, o.mail, o.welcome, o.change = p.resetLink(), p.signInLink(), p.welcomeLink(), p.changeLink(o.here)
	return o
}

// The things that everything is, in the order in which they are tried: a new address
// voids links.
var things = []string{"here", "elsewhere", "acme here", "acme elsewhere", "sign-in link", "welcome link", "reset link", "new-address link", "stream here", "stream elsewhere"}

// tried says of each thing but streams whether it opens nothing any more. A link is
// tried with a password that is too short, where it takes one.
func (o opened) tried() map[string]bool {
	short := func(door, secret string) bool {
		return postTo(o.h, door, fmt.Sprintf(`{"token":%q,"password":"short"}`, secret)).Code == 404
	}
	return map[string]bool{
		"here":             o.here.do("GET", "/me", "").Code == 401,
		"elsewhere":        o.elsewhere.do("GET", "/me", "").Code == 401,
		"acme here":        o.here.do("GET", "/orgs/acme", "").Code != 200,
		"acme elsewhere":   o.elsewhere.do("GET", "/orgs/acme", "").Code != 200,
		"sign-in link":     o.use(mailDoor, o.mail).Code == 404,
		"welcome link":     short(linkDoor, o.welcome),
		"reset link":       short(resetDoor, o.reset),
		"new-address link": o.use(changeDoor, o.change).Code == 404,
	}
}

// What happens to a person or an organisation counts at the next request, and ends
// streams within two seconds (invariant I-19). Of what is not named, all goes on.
var endings = []struct {
	name string
	do   func(opened)
	ends string
}{
	{"signs out", func(o opened) { o.is(o.here.do("DELETE", "/session", ""), 204, "sign out") }, "here, acme here, stream here"},
	{"ends the other session", func(o opened) {
		for _, x := range get[List[OwnSession]](o.here, "/me/sessions").Items {
			if !x.Current {
				o.is(o.here.do("DELETE", "/me/sessions/"+x.ID, ""), 204, "end")
			}
		}
	}, "elsewhere, acme elsewhere, stream elsewhere"},
	{"signs out everywhere else", func(o opened) { o.is(o.here.do("DELETE", "/me/sessions", ""), 204, "end others") }, "elsewhere, acme elsewhere, stream elsewhere"},
	{"shows a new proof", func(o opened) {
		o.is(o.here.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q}`, password)), 204, "confirm")
	}, "here, acme here, stream here"},
	{"changes the password", func(o opened) {
		o.is(o.here.do("POST", "/me/password", fmt.Sprintf(`{"old":%q,"password":%q}`, password, secondPassword)), 204, "change")
	}, "sessions, stream here, stream elsewhere, links"},
	{"resets the password", func(o opened) { o.is(o.use(resetDoor, o.reset), 204, "reset") }, "sessions, stream here, stream elsewhere, links"},
	{"turns one-time codes on", func(o opened) { o.here.withTOTP(o.t) }, "sessions, stream here, stream elsewhere"},
	{"changes the address", func(o opened) { o.is(o.use(changeDoor, o.change), 204, "change") }, "links"},
	{"is closed by the operator", func(o opened) {
		o.h.must(o.h.acc.Disable(o.t.Context(), o.u, true, projectr.Actor{Kind: "operator"}, "test"))
	}, "sessions, stream here, stream elsewhere, links"},
	{"is removed by the operator", func(o opened) {
		o.h.must(o.h.acc.DeleteUser(o.t.Context(), o.u, projectr.Actor{Kind: "operator"}, "test"))
	}, "sessions, stream here, stream elsewhere, links"},
	{"is taken out by an admin", func(o opened) {
		o.is(o.h.signIn(o.h.acme.admin).do("DELETE", "/orgs/acme/members/"+string(o.u.ID), ""), 204, "take out")
	}, "acme here, acme elsewhere, stream here, stream elsewhere"},
	{"leaves", func(o opened) { o.is(o.here.do("DELETE", "/orgs/acme/members/me", ""), 204, "leave") }, "acme here, acme elsewhere, stream here, stream elsewhere"},
	{"is made an admin", func(o opened) {
		dana := o.h.signIn(o.h.acme.admin)
		for _, role := range []string{"admin", "viewer"} {
			o.is(dana.do("PATCH", "/orgs/acme/members/"+string(o.u.ID), fmt.Sprintf(`{"role":%q}`, role)), 200, role)
			for _, c := range []client{o.here, o.elsewhere} {
				o.is(c.do("POST", "/orgs/acme/projects", `{"name":"Oak Court"}`), map[string]int{"admin": 201, "viewer": 403}[role], "as "+role)
			}
		}
	}, ""},
}

func TestRightsEndEverywhere(t *testing.T) {
	h := open(t)
	h.acme.roomy(h)
	var ended []map[string]bool
	var left []opened
	for _, e := range endings {
		h.clock.forward(2 * time.Hour)
		o := h.somebody(t).everything()
		e.do(o)
		ended, left = append(ended, o.tried()), append(left, o)
	}
	var mu sync.Mutex
	for i, o := range left {
		for what, lines := range map[string]<-chan string{"stream here": o.lines, "stream elsewhere": o.linesThere} {
			go func() {
				until(lines, "never")
				mu.Lock()
				defer mu.Unlock()
				ended[i][what] = true
			}()
		}
	}
	wants := func(i int, what string) bool {
		return slices.Contains(strings.Split(strings.NewReplacer(
			"sessions", "here, elsewhere, acme here, acme elsewhere", "links", "sign-in link, welcome link, reset link, new-address link",
		).Replace(endings[i].ends), ", "), what)
	}
	whole := func() bool {
		mu.Lock()
		defer mu.Unlock()
		for i := range endings {
			for _, what := range []string{"stream here", "stream elsewhere"} {
				if wants(i, what) && !ended[i][what] {
					return false
				}
			}
		}
		return true
	}
	for range 200 {
		if whole() {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	rows := 0
	for i, e := range endings {
		for _, what := range things {
			rows++
			t.Run(e.name+"/"+what, func(t *testing.T) {
				if got, want := ended[i][what], wants(i, what); got != want {
					t.Errorf("ended: %v, not %v", got, want)
				}
			})
		}
	}
	t.Logf("%d rows", rows)
}

func TestSessions(t *testing.T) {
	var mu sync.Mutex
	set := 0
	h := open(t)
	h.acme.roomy(h)
	inner := h.Handler
	h.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r)
		for _, line := range w.Header().Values("Set-Cookie") { // of every answer of every row
			k, err := http.ParseSetCookie(line)
			host := err == nil && strings.HasPrefix(k.Name, "__Host-")
			if err != nil || !host && k.Name != plainCookie && k.Name != plainDevice || k.Path != "/" || k.Domain != "" || !k.HttpOnly ||
				k.Secure != host || k.SameSite != http.SameSiteLaxMode || (k.MaxAge < 0) != (k.Value == "") || k.MaxAge == 0 {
				t.Errorf("%s %s sets %s (%v)", r.Method, r.URL.Path, line, err)
			}
			mu.Lock()
			set++
			mu.Unlock()
		}
	})
	rows := 0
	for group, list := range map[string][]sessionRow{"fixation": fixation, "codes": codes, "links": links, "invitations": invitations, "timeouts": timeouts, "keys": keysAlone} {
		for _, r := range list {
			rows++
			t.Run(group+"/"+r.name, func(t *testing.T) {
				h.clock.forward(2 * time.Hour) // no limit of the row before counts
				r.do(h.somebody(t))
			})
		}
	}
	t.Logf("%d rows; %d cookies were set as they should be", rows, set)
	if set < 100 {
		t.Errorf("%d cookies were looked at", set)
	}
}

// What another site's page has a browser send with somebody's cookie changes nothing:
// by where it says it comes from, by origin, method and type of the body.
func TestForgery(t *testing.T) {
	h := open(t, func(c *Config) { c.PublicURL = "https://app.example.com" })
	const absent = "absent"
	sites := []string{absent, "same-origin", "none", "same-site", "cross-site", "Same-Origin", "same-origin, cross-site"}
	origins := []string{absent, "https://app.example.com", "https://evil.example", "http://app.example.com", "https://app.example.com:8443", "https://app.example.com.evil.example", "null"}
	methods := []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
	types := []string{"application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", absent}
	rows, asked, changed := 0, 0, 0
	for _, host := range []string{"app.example.com", "10.0.0.7:8080"} { // as it is typed, and as a proxy may say it
		for _, site := range sites {
			for _, origin := range origins {
				rows++
				t.Run(host+"/"+site+"/"+origin, func(t *testing.T) {
					h.clock.forward(time.Hour)
					c := h.signIn(h.acme.admin)
					ours := origin == "https://app.example.com" || site == "same-origin" || site == "none" ||
						site == absent && (origin == absent || host == "app.example.com" && origin == "http://app.example.com")
					for _, method := range methods {
						before, may := get[Me](c, "/me").User.Name, false
						for i, kind := range types {
							if i > 0 && !takesBody(method) {
								break
							}
							name := fmt.Sprintf("%s %s", method, kind)
							path, body, good := "/me", fmt.Sprintf(`{"name":"Dana %d"}`, asked), 200
							switch method {
							case "PUT":
								path, body, good = "/me/totp", `{"token":"x","code":"123456"}`, 422
							case "POST":
								path, body, good = "/session/confirm", `{"password":"wrong"}`, 422
							case "DELETE":
								path, body, good = "/me/sessions/nobody", "", 404
							case "GET", "HEAD":
								body = ""
							case "OPTIONS":
								body, good = "", 405
							}
							want := good
							switch {
							case !ours && (takesBody(method) || method == "DELETE"):
								want = 403
							case body != "" && kind != "application/json":
								want = 415
							}
							r := c.request(method, path, body)
							r.Host = host
							for k, v := range map[string]string{"Sec-Fetch-Site": site, "Origin": origin, "Content-Type": kind} {
								r.Header.Del(k)
								if v != absent {
									r.Header.Set(k, v)
								}
							}
							w := ask(h, r)
							if method == "POST" {
								h.clock.forward(time.Minute) // wrong passwords are counted
							}
							asked++
							if w.Code != want {
								t.Errorf("%s: %d, not %d: %s", name, w.Code, want, w.Body)
							}
							if w.Header().Get("Access-Control-Allow-Origin") != "" {
								t.Errorf("%s: another origin may read it", name)
							}
							may = may || method == "PATCH" && want == 200
						}
						after := get[Me](c, "/me").User.Name
						if after != before {
							changed++
						}
						if (after != before) != may {
							t.Errorf("%s: %s became %s", method, before, after)
						}
					}
				})
			}
		}
	}
	t.Logf("%d rows, %d requests, %d of which changed something", rows, asked, changed)
}
