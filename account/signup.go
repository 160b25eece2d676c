package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

// SignUps says who may sign up an organisation.
type SignUps string

// Who may: anybody, whoever the operator invited, or nobody but the operator.
const (
	SignUpOpen       SignUps = "open"
	SignUpInvitation SignUps = "invitation"
	SignUpOperator   SignUps = "operator"
)

// NewOrg is what somebody signs up with: an organisation and its first admin.
type NewOrg struct {
	Organisation string // the company's name
	Address      string // mail-in name
	TimeZone     string // IANA name; empty: Accounts.TimeZone
	Name         string // the admin's
	Email        string // the admin's; by an invitation, the one that was invited
	Password     string
}

// signUp is a NewOrg as it is kept until its address is proved.
type signUp struct {
	Organisation, Address, TimeZone string
	Name, Hash                      string
}

// invited is what stands in place of a signUp the operator asked for.
const invited = "{}"

// MayFound is how many days somebody the operator invited has to sign up.
const mayFound = 7 * 24 * time.Hour

// SignUp takes an organisation's sign-up and sends a link that proves the address of
// its admin and makes the organisation. An address that has an account already gets a
// letter that says so, and the answer and the work are the same. That a mail-in name
// is taken is said (Conflict): such names are public. Where sign-up is not open, it is
// Forbidden.
func (a *Accounts) SignUp(ctx context.Context, in NewOrg, from netip.Addr) error {
	if a.SignUps != SignUpOpen {
		return a.notOpen()
	}
	if !a.Mails {
		return errNoMail
	}
	if d := a.limits.take(a.now(), counter{&askRule, place(from)}); d > 0 {
		return tooOften(d)
	}
	x, err := a.checked(ctx, &in)
	if err != nil {
		return err
	}
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	kind := projectr.LetterSignUp
	u, _, err := a.lookup(ctx, in.Email)
	if err != nil {
		return err
	}
	if u.ID != "" {
		kind = projectr.LetterSignUpExists
	}
	enough, err := a.enough(ctx, kind, in.Email)
	if err != nil || enough {
		return err
	}
	// Nobody has this secret: the one in the letter is made when it is sent. A sign-up
	// with an address that has an account is kept too, and makes nothing.
	hash := hashOf(a.secret())
	err = a.store.PutSignUp(ctx, hash, store.SignUp{Email: in.Email, Data: string(data), ExpiresAt: a.now().Add(ProofLife)},
		projectr.Letter{Kind: kind, Email: in.Email, Ref: hash})
	if err != nil {
		return fmt.Errorf("keep sign-up: %w", err)
	}
	return nil
}

func (a *Accounts) notOpen() error {
	if a.SignUps == SignUpInvitation {
		return &projectr.Error{Kind: projectr.Forbidden, Message: "Sign-up here is by invitation. Ask whoever runs this Projectr for one."}
	}
	return &projectr.Error{Kind: projectr.Forbidden, Message: "Organisations are set up by whoever runs this Projectr. Ask them."}
}

// checked says what is wrong with a sign-up, and hashes its password.
func (a *Accounts) checked(ctx context.Context, in *NewOrg) (signUp, error) {
	in.Email, in.Name = normal(in.Email), strings.TrimSpace(in.Name)
	in.Organisation, in.Address = strings.TrimSpace(in.Organisation), strings.ToLower(strings.TrimSpace(in.Address))
	if in.TimeZone == "" {
		in.TimeZone = a.TimeZone
	}
	if err := CheckPerson(in.Email, in.Name); err != nil {
		return signUp{}, err
	}
	x := signUp{Organisation: in.Organisation, Address: in.Address, TimeZone: in.TimeZone, Name: in.Name}
	if err := a.org(x).Validate(); err != nil {
		return signUp{}, inField(err)
	}
	if err := checkPassword(in.Password, projectr.User{Email: in.Email}); err != nil {
		return signUp{}, err
	}
	if _, err := a.store.AtAddress(ctx, in.Address); err == nil {
		return signUp{}, &projectr.Error{Kind: projectr.Conflict, Field: "address", Message: "That address is taken. Choose another one."}
	} else if projectr.KindOf(err) != projectr.NotFound {
		return signUp{}, fmt.Errorf("look up mail-in name: %w", err)
	}
	var err error
	x.Hash, err = a.hashed(ctx, in.Password)
	return x, err
}

// inField names the field of a NewOrg that an organisation's error is about.
func inField(err error) error {
	if e, ok := err.(*projectr.Error); ok && e.Field == "name" {
		c := *e
		c.Field = "organisation"
		return &c
	}
	return err
}

// org returns the organisation that a sign-up becomes.
func (a *Accounts) org(x signUp) projectr.Org {
	o := projectr.Org{Name: x.Organisation, Address: x.Address, Plan: a.Plan, TimeZone: x.TimeZone, CreatedAt: a.now()}
	if a.Trial > 0 {
		o.TrialEnds = a.now().Add(a.Trial)
		o.ReadUntil = o.TrialEnds
	}
	return o
}

// InviteToSignUp lets somebody sign up an organisation, within a week, and returns the
// secret of the link, which is told this once. The house's audit log says by whom.
func (a *Accounts) InviteToSignUp(ctx context.Context, email string, by projectr.Actor) (string, error) {
	email = normal(email)
	if err := checkEmail(email); err != nil {
		return "", err
	}
	secret := a.secret()
	if err := a.store.PutSignUp(ctx, hashOf(secret), store.SignUp{Email: email, Data: invited, ExpiresAt: a.now().Add(mayFound), By: by}); err != nil {
		return "", fmt.Errorf("keep invitation: %w", err)
	}
	return secret, nil
}

// SignUpLink is what the link of a sign-up leads to.
type SignUpLink struct {
	Email   string
	Invited bool // by the operator: what it will be has still to be said, with Found
}

// SeeSignUp says what the link of a sign-up leads to, without using it up.
func (a *Accounts) SeeSignUp(ctx context.Context, secret string, from netip.Addr) (SignUpLink, error) {
	x, err := a.signUpOf(ctx, secret, from)
	return SignUpLink{Email: x.Email, Invited: x.Data == invited}, err
}

func (a *Accounts) signUpOf(ctx context.Context, secret string, from netip.Addr) (store.SignUp, error) {
	at := counter{&secretRule, place(from)}
	if d := a.limits.wait(a.now(), at); d > 0 {
		return store.SignUp{}, tooOften(d)
	}
	x, err := a.store.SignUp(ctx, hashOf(secret))
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		a.limits.count(a.now(), at)
		return x, errTicket
	}
	if err != nil {
		return x, fmt.Errorf("look up sign-up: %w", err)
	}
	return x, nil
}

// ConfirmSignUp makes the organisation of a sign-up by the link that was mailed and the
// password that was chosen with it, and signs its admin in: who reads the mail may not be
// who chose, and would otherwise open an account that somebody else can enter. Another
// password is Invalid, a mail-in name that was taken meanwhile is a Conflict, and too many
// organisations with a trial from one address are TooMany.
func (a *Accounts) ConfirmSignUp(ctx context.Context, secret, password string, v Visit) (Signed, error) {
	kept, err := a.signUpOf(ctx, secret, v.From)
	if err != nil {
		return Signed{}, err
	}
	var x signUp
	if err := json.Unmarshal([]byte(kept.Data), &x); err != nil {
		return Signed{}, fmt.Errorf("read sign-up: %w", err)
	}
	if x.Hash == "" {
		return Signed{}, &projectr.Error{Kind: projectr.Invalid, Field: "organisation", Message: "Say what the organisation is called."}
	}
	right, err := a.guess(ctx, []counter{{&secretRule, place(v.From)}}, x.Hash, password, true)
	if err != nil {
		return Signed{}, err
	}
	if !right {
		return Signed{}, &projectr.Error{Kind: projectr.Invalid, Field: "password", Message: "That is not the password you chose when you signed up. If you did not sign up, somebody else did with your address: do nothing, and no account is made."}
	}
	if a.Trial > 0 {
		if d := a.limits.take(a.now(), counter{&trialRule, place(v.From)}); d > 0 {
			return Signed{}, tooOften(d)
		}
	}
	return a.found(ctx, secret, kept.Email, x, v)
}

// Found makes an organisation by the operator's invitation and signs its admin in,
// whose address is the one that was invited.
func (a *Accounts) Found(ctx context.Context, secret string, in NewOrg, v Visit) (Signed, error) {
	kept, err := a.signUpOf(ctx, secret, v.From)
	if err != nil {
		return Signed{}, err
	}
	if kept.Data != invited {
		return Signed{}, errTicket
	}
	in.Email = kept.Email
	x, err := a.checked(ctx, &in)
	if err != nil {
		return Signed{}, err
	}
	return a.found(ctx, secret, kept.Email, x, v)
}

func (a *Accounts) found(ctx context.Context, secret, email string, x signUp, v Visit) (Signed, error) {
	f := store.Founding{
		Org: a.org(x), Password: x.Hash,
		User: projectr.User{ID: a.userID(), Email: email, Name: x.Name, CreatedAt: a.now()},
	}
	f.Org.ID = projectr.OrgID("org_" + a.secret()[:16])
	var session string
	f.Session, session = a.session(f.User.ID, withLink, false, v)
	f.Secret = hashOf(session)
	if err := a.store.Found(ctx, hashOf(secret), f); err != nil {
		return Signed{}, once(err)
	}
	s := Signed{User: f.User, Secret: session}
	var err error
	s.Device, err = a.newDevice(ctx, f.User.ID)
	return s, err
}

// postSignUp gives a sign-up the secret of its letter.
func (a *Accounts) postSignUp(ctx context.Context, m Posting, l projectr.Letter) (Posting, bool, error) {
	m.Secret, m.Life = a.secret(), ProofLife
	err := a.store.RenewSignUp(ctx, l.Ref, hashOf(m.Secret), a.now().Add(ProofLife))
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return m, false, nil
	}
	if err != nil {
		return m, false, fmt.Errorf("renew sign-up: %w", err)
	}
	return m, true, nil
}
