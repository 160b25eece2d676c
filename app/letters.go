package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"

	"projectr"
	"projectr/account"
	"projectr/store"
)

// Letters sends the mails about people's accounts that wait in the store. What
// was asked for writes no mail itself: it would tell by the time it takes whether
// there is an account.
type Letters struct {
	Store *store.Store
	// Post makes a letter ready to be sent: who it goes to now, and the secret of
	// its link, of which only the hash is kept. False: there is nothing to send any
	// more. It is called anew for each try.
	Post   func(context.Context, projectr.Letter) (account.Posting, bool, error)
	Mailer Mailer
	URL    string // of the dashboard, as people type it
	Now    func() time.Time
	Log    *slog.Logger
}

const (
	lettersEvery  = 2 * time.Second  // how soon a letter that is written is sent
	lettersAtOnce = 5                // how many are sent at the same time
	letterTime    = time.Minute      // what the relay may take for one
	letterLease   = 5 * time.Minute  // after which one is taken again whose sender is gone
	letterLife    = 24 * time.Hour   // after which one that cannot be sent is dropped
	letterPause   = 30 * time.Second // after the first try; twice as long after each further one
	letterLong    = time.Hour        // and at most this
)

// SendDue sends the letters that are due. One that cannot be sent is tried again
// later, and dropped after a day: by then nobody waits for it any more.
func (s *Letters) SendDue(ctx context.Context) error {
	for {
		due, err := s.Store.TakeLetters(ctx, letterLease, lettersAtOnce)
		if err != nil {
			return fmt.Errorf("take letters: %w", err)
		}
		var all sync.WaitGroup
		for _, l := range due {
			all.Go(func() { s.send(ctx, l) })
		}
		all.Wait()
		if len(due) < lettersAtOnce || ctx.Err() != nil {
			return nil
		}
	}
}

func (s *Letters) send(ctx context.Context, l projectr.Letter) {
	log := s.Log.With("letter", l.N, "kind", string(l.Kind), "tries", l.Tries)
	// What came of it is kept even when we are told to stop meanwhile.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), letterTime+10*time.Second)
	defer cancel()
	if s.Now().Sub(l.At) >= letterLife {
		log.Warn("a letter could not be sent for a day and is dropped", "user", string(l.User))
		s.done(note, log, l)
		return
	}
	sending, stop := context.WithTimeout(ctx, letterTime)
	defer stop()
	sent, err := s.try(sending, l)
	if err != nil {
		again := min(letterPause<<min(max(l.Tries-1, 0), 10), letterLong)
		log.Warn("a letter was not sent", "again_in", again, "err", err)
		if err := s.Store.PostponeLetter(note, l.N, s.Now().Add(again)); err != nil {
			log.Error("a letter is not put off", "err", err)
		}
		return
	}
	if sent {
		log.Info("letter sent", "user", string(l.User))
	}
	s.done(note, log, l)
}

// try sends a letter; false when there is nothing to send.
func (s *Letters) try(ctx context.Context, l projectr.Letter) (bool, error) {
	p, ok, err := s.Post(ctx, l)
	if err != nil || !ok {
		return false, err
	}
	m, err := write(p, s.URL)
	if err != nil {
		return false, err
	}
	return true, s.Mailer.Send(ctx, m)
}

func (s *Letters) done(ctx context.Context, log *slog.Logger, l projectr.Letter) {
	if err := s.Store.SentLetter(ctx, l.N); err != nil {
		log.Error("a letter that is done is not noted", "err", err)
	}
}

// words are what a letter says. The link comes after the first text, the note after it.
type words struct {
	subject string
	text    string // %[1]s the organisation, %[2]s who invites, %[3]s the role, from %[4]s on what Ref says
	page    string // of the dashboard, where its link leads; the secret follows. %[1]s the mail-in name
	note    string // %[1]s how long the link works
}

const (
	once      = "The link works once, for %[1]s."
	ignore    = " If this was not you, do nothing: nothing changes."
	notYou    = "If this was not you, set a new password at once, and tell an admin of your organisation."
	plans     = "/orgs/%[1]s/billing"
	costs     = "/orgs/%[1]s/usage"
	whoLooked = "Every step is in your organisation's audit log."
)

// letters are the words of each kind. The secret of a link stands behind a #: what
// does is sent to no server and stands in no log on the way.
var letters = map[projectr.LetterKind]words{
	projectr.LetterVerify:      {"Confirm your address", "please confirm that this address is yours:", "/verify#", once + ignore},
	projectr.LetterSignUp:      {"Finish signing up", "somebody, most likely you, signs up for Projectr with this address. To finish, open:", "/sign-up/confirm#", once + " If this was not you, do nothing: no account is made."},
	projectr.LetterReset:       {"Set a new password", "you, or somebody who knows your address, asked to set a new password. Choose it here:", "/reset#", once + " If this was not you, do nothing: your password stays as it is."},
	projectr.LetterSignIn:      {"Your sign-in link", "here is the link you asked for. It signs you in:", "/sign-in/link#", once + " Give it to nobody. If you did not ask for it, do nothing."},
	projectr.LetterInvitation:  {"You are invited to %[1]s", "%[2]s invites you to %[1]s on Projectr, as %[3]s. Accept here:", "/invitation#", once + " If you do not know them, do nothing."},
	projectr.LetterChangeEmail: {"Confirm your new address", "you asked to sign in with this address from now on. Confirm it here:", "/change-email#", once + ignore},
	projectr.LetterWelcome:     {"Your Projectr account", "there is an account for you. Sign in and choose a password here:", "/welcome/", once},

	projectr.LetterSignUpExists:    {"You have an account already", "somebody, most likely you, tried to sign up with this address. It has an account already: sign in, or have a new password set.", "/sign-in", "If this was not you, do nothing."},
	projectr.LetterEmailTaken:      {"This address has an account already", "somebody, most likely you, wants to sign in with this address from another account. It has an account of its own, so nothing was changed.", "", "If this was not you, do nothing."},
	projectr.LetterEmailChanged:    {"Your address was changed", "from now on you sign in with another address, and no longer with this one.", "", "If this was not you, tell an admin of your organisation at once."},
	projectr.LetterPasswordChanged: {"Your password was changed", "your password was changed just now, and you were signed out everywhere else.", "", notYou},
	projectr.LetterFactorOn:        {"Codes are asked for at sign-in", "from now on you sign in with your password and a code of your app. Keep the recovery codes where you find them without your phone.", "", notYou},
	projectr.LetterFactorOff:       {"Codes are not asked for any more", "codes at sign-in were switched off for your account: your password alone opens it.", "", notYou},
	projectr.LetterNewPasskey:      {"A passkey was added", "a new passkey can sign in to your account.", "", notYou},
	projectr.LetterPasskeyRemoved:  {"A passkey was removed", "a passkey was removed from your account. It does not sign you in any more, and you were signed out everywhere else.", "", notYou},
	projectr.LetterConnected:       {"A way to sign in was added", "an account at the sign-in provider can sign in to your account from now on.", "", notYou},
	projectr.LetterDisconnected:    {"A way to sign in was removed", "the sign-in provider does not sign you in any more, and you were signed out everywhere else.", "", notYou},
	projectr.LetterNewKey:          {"An API key was made", "a new API key of %[1]s was made with your account.", "", notYou},
	projectr.LetterNewBrowser:      {"A new browser signed in", "your account was signed in to from a browser that was not seen before.", "", notYou},
	projectr.LetterLeaving:         {"%[1]s is to be deleted", "%[1]s is to be deleted in 30 days, with all its mail and the accounts that belong nowhere else. Until then its mail is held, and any admin can restore it in the settings, under Your data.", "", "Who asked for it stands in your organisation's audit log."},
	projectr.LetterOperator:        {"An operator looks at %[1]s", "somebody who runs this installation of Projectr has opened %[1]s, to look and not to change. Their reason stands in the audit log.", "", whoLooked},

	projectr.LetterClosing: {"%[1]s closes on %[4]s", "nobody pays for %[1]s on Projectr any more, and its mail is not read. Until %[4]s what it keeps can be looked at and exported as before; from then on it stays closed until an admin subscribes again. To subscribe, or to export everything, sign in:", "/sign-in", "Nothing is deleted, and mail is still received and kept."},
	projectr.LetterClosed:  {"%[1]s is closed", "nobody pays for %[1]s on Projectr, and what it keeps cannot be looked at or exported any more. As soon as an admin subscribes, all of it opens again, and mail that came meanwhile is read:", "/sign-in", "Nothing was deleted, and mail is still received and kept."},

	projectr.LetterTrialEnds:      {"The trial of %[1]s ends on %[4]s", "the trial of %[1]s on Projectr ends on %[4]s, and nothing is set up to be paid after it. From then on mail is still received and kept, but not read; what is kept can be looked at and exported until %[5]s. To have mail be read without a break, choose a plan before:", plans, "If you do not want to go on, do nothing: nothing is charged."},
	projectr.LetterTrialGoesOn:    {"The trial of %[1]s ends on %[4]s", "the trial of %[1]s on Projectr ends on %[4]s. Then the plan %[6]s begins, and %[5]s is charged that day to %[7]s, and again at each renewal until you cancel. To change the plan or how you pay, or to cancel:", plans, "If you cancel before that day, nothing is charged."},
	projectr.LetterTrialNoCard:    {"There is no card to go on with after the trial of %[1]s", "the trial of %[1]s on Projectr ends on %[4]s. Then the plan %[6]s begins and %[5]s is due, but there is no card or other way to pay. Without one, mail is still received and kept, but not read any more. To add one, open the payment portal here:", plans, "If you do not want to go on, cancel there before that day: nothing is charged."},
	projectr.LetterTrialEnded:     {"The trial of %[1]s has ended", "the trial of %[1]s on Projectr ended on %[4]s, and nothing is paid after it. Mail is still received and kept, but not read; what is kept can be looked at and exported until %[5]s. As soon as you choose a plan, or add a card where there is a subscription, the plan begins and is charged, and what waits is read:", plans, "Nothing is deleted, and nothing was charged."},
	projectr.LetterPaymentFailed:  {"A payment for %[1]s failed", "a payment of %[5]s for %[1]s on Projectr failed. It is tried again by itself. Mail is read until %[4]s; after that it is still received and kept, but not read until it is paid. To pay, or to change the card, open the payment portal here:", plans, "If your bank has declined it, ask them, or pay with another card."},
	projectr.LetterPaymentGivenUp: {"A payment for %[1]s failed", "a payment of %[5]s for %[1]s on Projectr failed, and it is not tried again by itself. Mail is read until %[4]s; after that it is still received and kept, but not read until it is paid. To pay, or to change the card, open the payment portal here:", plans, "If your bank has declined it, ask them, or pay with another card."},
	projectr.LetterReadingStopped: {"Mail of %[1]s is not read any more", "the subscription of %[1]s on Projectr is not paid for, so its mail is still received and kept, but not read any more. What is kept can be looked at and exported until %[4]s. As soon as it is paid, what waits is read. To pay:", plans, "Nothing is deleted."},
	projectr.LetterPaidAgain:      {"The subscription of %[1]s is in order again", "nothing is due any more for %[1]s on Projectr. Mail is read, also what had to wait. Invoices and the plan are here:", plans, "There is nothing that you need to do."},

	projectr.LetterEmailsUsed:  {"%[1]s has used %[4]s percent of this month's mails", "%[1]s has received %[4]s percent of the mails its plan is for this month.", "", "At 100 percent mail is still received and kept; it is read when the month turns or the plan grows."},
	projectr.LetterBudgetUsed:  {"%[1]s has used %[4]s percent of this month's AI budget", "%[1]s has used %[4]s percent of its AI budget of this month.", "", "At 100 percent mail is still received, filed and read by rules; a language model reads it when the month turns or the budget grows."},
	projectr.LetterBudgetGone:  {"%[1]s has used up this month's AI budget", "the AI budget of %[1]s on Projectr is used up for this month: what may be left of it is too little for the next call of a language model. Mail is still received, filed and read by rules. What has to wait for a model is read by itself, the oldest first, when the month turns or the budget grows. What was spent, what is left and how many mails wait:", costs, "A greater plan, where there is one, has a greater budget. Where whoever runs this installation set the budget, ask them."},
	projectr.LetterStorageUsed: {"%[1]s has used %[4]s percent of its storage", "%[1]s keeps %[4]s percent of the mail its plan has room for.", "", "At 100 percent new mail is turned away for now, and sent again by whoever sends it until there is room."},
}

// write puts a letter into words. url is the dashboard's address.
func write(p account.Posting, url string) (projectr.Outgoing, error) {
	w, ok := letters[p.Kind]
	if !ok {
		return projectr.Outgoing{}, fmt.Errorf("no words for a letter of kind %q", p.Kind)
	}
	secret := strings.HasSuffix(w.page, "#") || strings.HasSuffix(w.page, "/")
	if secret != (p.Secret != "") {
		return projectr.Outgoing{}, fmt.Errorf("a letter of kind %q with a secret: %t", p.Kind, p.Secret != "")
	}
	role := "somebody who looks and changes nothing"
	if p.Role == projectr.Admin {
		role = "an admin"
	}
	said := []string{named(p.Org, "your organisation"), named(p.By, "Somebody"), role}
	said = append(said, strings.Split(p.Ref, "\t")...)
	var replace []string
	for i, s := range said {
		replace = append(replace, fmt.Sprintf("%%[%d]s", i+1), s)
	}
	if strings.Contains(w.subject+w.text, fmt.Sprintf("%%[%d]s", len(said)+1)) {
		return projectr.Outgoing{}, fmt.Errorf("a letter of kind %q says too little: %q", p.Kind, p.Ref)
	}
	fill := strings.NewReplacer(replace...).Replace
	var b strings.Builder
	b.WriteString("Hello")
	if name := named(p.To.Name, ""); name != "" {
		b.WriteString(" " + name)
	}
	b.WriteString(",\n\n" + fill(w.text) + "\n")
	if w.page != "" {
		b.WriteString("\n    " + url + strings.ReplaceAll(w.page, "%[1]s", p.Mail) + p.Secret + "\n")
	}
	note := w.note
	if strings.Contains(note, "%[1]s") {
		note = fmt.Sprintf(note, span(p.Life))
	}
	b.WriteString("\n" + note + "\n\nProjectr, " + url + "\n")
	return projectr.Outgoing{To: p.To, Subject: fill(w.subject), Text: b.String()}, nil
}

// named is a name that somebody chose, to stand in a mail of ours to somebody else.
// What looks like an address is left out: a stranger would write through us.
func named(name, instead string) string {
	name = strings.TrimSpace(name)
	if name == "" || !projectr.IsLine(name, 80) || strings.ContainsAny(name, "/\\@:<>") {
		return instead
	}
	runes := []rune(name)
	for i, r := range runes {
		if r == '.' && i > 0 && i < len(runes)-1 && isWord(runes[i-1]) && isWord(runes[i+1]) {
			return instead
		}
	}
	return name
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// span says a time as people do.
func span(d time.Duration) string {
	say := func(n time.Duration, unit string) string {
		if n == 1 {
			return "one " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	const day = 24 * time.Hour
	switch {
	case d > day && d%day == 0:
		return say(d/day, "day")
	case d >= time.Hour && d%time.Hour == 0:
		return say(d/time.Hour, "hour")
	}
	return say(max(d/time.Minute, 1), "minute")
}
