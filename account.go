package projectr

import "time"

// Session is a person's signed-in browser.
type Session struct {
	ID        string    `json:"id" doc:"By which it is ended; it opens nothing."`
	User      UserID    `json:"-"`
	How       string    `json:"how" enum:"password,link,passkey,oidc" doc:"By what it was begun."`
	Second    bool      `json:"second_factor" doc:"It was begun with two proofs of who it is."`
	Agent     string    `json:"agent" doc:"The browser's own name, shortened, to recognise it by."`
	Place     string    `json:"place,omitempty" doc:"The network it was begun at."`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	AuthAt    time.Time `json:"-"` // the last proof of who it is
	ExpiresAt time.Time `json:"-"`
}

// Passkey is a credential of a person's own device (Web Authentication).
type Passkey struct {
	ID         string    `json:"id" doc:"The credential's id, base64url."`
	User       UserID    `json:"-"`
	Name       string    `json:"name" doc:"What the person calls it."`
	Credential string    `json:"-"` // public key, counter and flags, as account writes them
	CreatedAt  time.Time `json:"created_at"`
	UsedAt     time.Time `json:"used_at,omitzero"`
}

// Identity is an account at an identity provider that signs a person in. Issuer and
// Subject name it; the address does not.
type Identity struct {
	Issuer    string    `json:"issuer"`
	Subject   string    `json:"-"`
	User      UserID    `json:"-"`
	Email     string    `json:"email" doc:"As the provider last said it."`
	Org       OrgID     `json:"-"` // what the provider last said of organisation and role, and was applied
	Role      Role      `json:"-"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
}

// LetterKind says what a mail of ours is about.
type LetterKind string

// The mails that are sent to people about their accounts. Those from LetterVerify to
// LetterWelcome carry a link that opens something.
const (
	LetterVerify      LetterKind = "verify"       // prove the address of an account
	LetterSignUp      LetterKind = "sign_up"      // prove the address of a sign-up; Ref: its hash
	LetterReset       LetterKind = "reset"        // set a new password
	LetterSignIn      LetterKind = "sign_in"      // sign in without a password
	LetterInvitation  LetterKind = "invitation"   // join an organisation; Ref: the invitation
	LetterChangeEmail LetterKind = "change_email" // prove a new address
	LetterWelcome     LetterKind = "welcome"      // sign in for the first time

	LetterSignUpExists    LetterKind = "sign_up_exists"     // somebody signed up with an address that has an account
	LetterEmailTaken      LetterKind = "change_email_taken" // somebody wanted an address that has an account
	LetterEmailChanged    LetterKind = "email_changed"      // to the old address
	LetterPasswordChanged LetterKind = "password_changed"
	LetterFactorOn        LetterKind = "second_factor_on"
	LetterFactorOff       LetterKind = "second_factor_off"
	LetterNewPasskey      LetterKind = "new_passkey"
	LetterPasskeyRemoved  LetterKind = "passkey_removed"
	LetterConnected       LetterKind = "provider_connected"
	LetterDisconnected    LetterKind = "provider_disconnected"
	LetterNewKey          LetterKind = "new_api_key"
	LetterNewBrowser      LetterKind = "new_browser"
	LetterOperator        LetterKind = "operator_entered"
	LetterLeaving         LetterKind = "organisation_leaves"
	LetterEmailsUsed      LetterKind = "emails_used"    // Ref: percent of the plan's mails of the month
	LetterBudgetUsed      LetterKind = "ai_budget_used" // Ref: percent of the plan's AI budget of the month
	LetterBudgetGone      LetterKind = "ai_budget_gone" // what is left of it is too little for a call
	LetterStorageUsed     LetterKind = "storage_used"   // Ref: percent of the plan's storage
	LetterClosing         LetterKind = "closing"        // Ref: the day
	LetterClosed          LetterKind = "closed"

	// Those about what is paid. Where Ref is more than one thing, tabs are between.
	LetterTrialEnds      LetterKind = "trial_ends"       // and nothing is paid after it; Ref: the day, and until when what is kept can be read
	LetterTrialGoesOn    LetterKind = "trial_goes_on"    // as a subscription; Ref: the day, the amount, the plan and what is charged
	LetterTrialNoCard    LetterKind = "trial_no_card"    // as a subscription that nothing is there to pay for; Ref: the day, the amount and the plan
	LetterTrialEnded     LetterKind = "trial_ended"      // and nobody subscribed; Ref: as of LetterTrialEnds
	LetterPaymentFailed  LetterKind = "payment_failed"   // Ref: until when mail is read, and the amount
	LetterPaymentGivenUp LetterKind = "payment_given_up" // as LetterPaymentFailed, and it is not tried again; Ref: the same
	LetterReadingStopped LetterKind = "reading_stopped"  // as nobody paid; Ref: until when what is kept can be read
	LetterPaidAgain      LetterKind = "paid_again"
)

// OfPayment reports whether a letter tells of what is paid, which is for admins alone.
func (k LetterKind) OfPayment() bool {
	switch k {
	case LetterTrialEnds, LetterTrialGoesOn, LetterTrialNoCard, LetterTrialEnded, LetterPaymentFailed, LetterPaymentGivenUp, LetterReadingStopped, LetterPaidAgain:
		return true
	}
	return false
}

// Letter is a mail of ours that waits to be sent. It holds no secret: the one in its
// link is made when it is sent.
type Letter struct {
	N     int64 // by which it is known
	Kind  LetterKind
	User  UserID // whose account it is about; empty: none is known
	Email string // where it goes, in lower case; empty: the account's address then
	Org   OrgID  // the organisation it is about, if one
	Ref   string // id of what it is about
	At    time.Time
	Due   time.Time
	Tries int // how often it was taken to be sent
}
