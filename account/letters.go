package account

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"projectr"
	"projectr/store"
)

// How long the links in our letters work, each once.
const (
	ResetLife  = 30 * time.Minute
	SignInLife = 10 * time.Minute
	ProofLife  = 24 * time.Hour // of an address, and of a sign-up
	InviteLife = 7 * 24 * time.Hour
)

// A stranger can ask for letters to anybody: not sooner than pause after the last of
// the kind to the address, and no more than a day's.
const (
	letterPause = 2 * time.Minute
	letterDay   = 5
)

var errNoMail = &projectr.Error{Kind: projectr.Forbidden, Message: "This installation sends no mail. Ask an admin of your organisation, or whoever runs Projectr, for a sign-in link."}

// letters returns a letter to an account's own address; none where no mail is sent.
func (a *Accounts) letters(kind projectr.LetterKind, u projectr.UserID) []projectr.Letter {
	if !a.Mails {
		return nil
	}
	return []projectr.Letter{{Kind: kind, User: u}}
}

// notify writes a letter about something that happened to an account.
func (a *Accounts) notify(ctx context.Context, kind projectr.LetterKind, u projectr.UserID, ref string) error {
	ls := a.letters(kind, u)
	if len(ls) == 0 {
		return nil
	}
	ls[0].Ref = ref
	return a.write(ctx, ls...)
}

func (a *Accounts) write(ctx context.Context, ls ...projectr.Letter) error {
	if err := a.store.PutLetters(ctx, ls...); err != nil {
		return fmt.Errorf("write letter: %w", err)
	}
	return nil
}

// asked writes a letter a stranger asked for. For an address without an account the
// same is written, and nothing is sent. A letter too many is left out for either, and
// nobody is told.
func (a *Accounts) asked(ctx context.Context, kind projectr.LetterKind, email string, from netip.Addr) error {
	email = normal(email)
	if err := checkEmail(email); err != nil {
		return err
	}
	if !a.Mails {
		return errNoMail
	}
	if d := a.limits.take(a.now(), counter{&askRule, place(from)}); d > 0 {
		return tooOften(d)
	}
	u, _, err := a.lookup(ctx, email)
	if err != nil {
		return err
	}
	enough, err := a.enough(ctx, kind, email)
	if err != nil || enough {
		return err
	}
	return a.write(ctx, projectr.Letter{Kind: kind, User: u.ID, Email: email})
}

// enough reports whether an address has had its letters of a kind for now.
func (a *Accounts) enough(ctx context.Context, kind projectr.LetterKind, email string) (bool, error) {
	n, last, err := a.store.LettersTo(ctx, email, kind, a.now().Add(-24*time.Hour))
	if err != nil {
		return false, fmt.Errorf("count letters: %w", err)
	}
	return n >= letterDay || n > 0 && a.now().Sub(last) < letterPause, nil
}

// Posting is a letter of ours with all it needs to be put into words and sent.
type Posting struct {
	Kind   projectr.LetterKind
	To     projectr.MailAddress
	Secret string        // of the link in it; empty for a notice
	Life   time.Duration // how long the link works
	Org    string        // name of the organisation it is about
	Mail   string        // and its mail-in name
	Role   projectr.Role // for LetterInvitation
	By     string        // who invites
	Ref    string        // as in the letter
}

// Post makes a letter that is due ready to be sent: who it goes to now, and the secret
// of its link, of which only the hash is kept. False: there is nothing to send any
// more, because nobody has such an account, or what it was about is settled. A letter
// that could not be sent is posted anew; then its link is another.
func (a *Accounts) Post(ctx context.Context, l projectr.Letter) (Posting, bool, error) {
	m := Posting{Kind: l.Kind, To: projectr.MailAddress{Address: l.Email}, Ref: l.Ref}
	var u projectr.User
	if l.User != "" {
		var err error
		u, err = a.store.User(ctx, l.User)
		if projectr.KindOf(err) == projectr.NotFound && err != nil {
			return m, false, nil
		}
		if err != nil {
			return m, false, fmt.Errorf("look up account: %w", err)
		}
		m.To.Name = u.Name
		if l.Email == "" {
			m.To.Address = u.Email
		}
	}
	t := store.Ticket{User: u.ID}
	switch l.Kind {
	case projectr.LetterSignUp:
		return a.postSignUp(ctx, m, l)
	case projectr.LetterInvitation:
		return a.postInvite(ctx, m, l)
	case projectr.LetterSignUpExists, projectr.LetterEmailTaken, projectr.LetterEmailChanged:
		return m, m.To.Address != "", nil
	case projectr.LetterReset:
		t.Purpose, m.Life = store.Reset, ResetLife
	case projectr.LetterSignIn:
		t.Purpose, m.Life = store.SignInLink, SignInLife
	case projectr.LetterWelcome:
		t.Purpose, m.Life = store.Welcome, TicketLife
	case projectr.LetterVerify:
		if !u.VerifiedAt.IsZero() {
			return m, false, nil
		}
		t.Purpose, t.Data, m.Life = store.Verify, u.Email, ProofLife
	case projectr.LetterChangeEmail:
		t.Purpose, t.Data, m.Life = store.ChangeEmail, l.Email, ProofLife
	default:
		return a.about(ctx, m, l, u)
	}
	// A letter that was asked for under an address that is not the account's any more
	// must not open it.
	if u.ID == "" || u.Disabled || l.Kind != projectr.LetterChangeEmail && m.To.Address != u.Email {
		return m, false, nil
	}
	m.Secret = a.secret()
	t.ExpiresAt = a.now().Add(m.Life)
	err := a.store.PutLetterTicket(ctx, l.N, hashOf(m.Secret), t)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return m, false, nil
	}
	if err != nil {
		return m, false, fmt.Errorf("keep link: %w", err)
	}
	return m, true, nil
}

// about fills in the organisation a notice to one of its people is about.
func (a *Accounts) about(ctx context.Context, m Posting, l projectr.Letter, u projectr.User) (Posting, bool, error) {
	if u.ID == "" {
		return m, false, nil
	}
	if l.Org == "" {
		return m, true, nil
	}
	o, role, err := a.store.AsMember(ctx, u.ID, l.Org)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return m, false, nil // not of the organisation any more
	}
	if err != nil {
		return m, false, fmt.Errorf("enter organisation: %w", err)
	}
	if l.Kind.OfPayment() && role != projectr.Admin {
		return m, false, nil // no admin any more, since it was written
	}
	i, err := o.Info(ctx)
	m.Org, m.Mail = i.Name, i.Address
	return m, err == nil, err
}
