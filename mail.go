package projectr

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// MailAddress is a mailbox as RFC 5322 §3.4 has it: a display name and an
// addr-spec. Address is in the sender's own spelling.
type MailAddress struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// String returns the name if there is one, else the address.
func (a MailAddress) String() string {
	if a.Name != "" {
		return a.Name
	}
	return a.Address
}

// ValidateMailName says whether name may stand before the @ of a mail-in
// address: 2 to 40 lower-case letters, digits, dots and hyphens, no plus sign,
// a letter or digit at both ends.
func ValidateMailName(name string) error {
	ok := len(name) >= 2 && len(name) <= 40 && !strings.Contains(name, "..")
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || i == len(name)-1 || (r != '.' && r != '-')) {
			ok = false
		}
	}
	if ok && name != "postmaster" && name != "abuse" {
		return nil
	}
	return &Error{Kind: Invalid, Field: "address", Message: "A mail-in name has 2 to 40 lower-case letters, digits, dots or hyphens, such as \"acme\"."}
}

// SplitRecipient takes an envelope recipient apart into mail-in name, plus tag
// and domain, all in lower case (RFC 5233 subaddressing). Quoted local parts
// are not ours and give ok = false, and so does anything without an @.
func SplitRecipient(rcpt string) (name, tag, domain string, ok bool) {
	at := strings.LastIndexByte(rcpt, '@')
	if at <= 0 || at == len(rcpt)-1 || strings.ContainsAny(rcpt, "\" \t\r\n\x00<>") {
		return "", "", "", false
	}
	local := strings.ToLower(rcpt[:at])
	domain = strings.TrimSuffix(strings.ToLower(rcpt[at+1:]), ".")
	name, tag, _ = strings.Cut(local, "+")
	return name, tag, domain, name != "" && domain != ""
}

// Envelope is what the SMTP transaction said (RFC 5321), as opposed to what
// the mail's own header claims. Mail is routed by it alone.
type Envelope struct {
	From       string     `json:"from"` // reverse-path; empty for the null sender
	To         []string   `json:"to"`   // accepted recipients, as given
	Remote     netip.Addr `json:"remote,omitzero"`
	Helo       string     `json:"helo,omitempty"`
	TLS        bool       `json:"tls,omitempty"`
	ReceivedAt time.Time  `json:"received_at"`
	// Dated is when a mail that was imported is from, as far as its mailbox or its relays
	// know: it counts where the mail's own date cannot be believed.
	Dated time.Time `json:"dated,omitzero"`
	// Verdict is what the door itself found out about the sender, where it does
	// (Amazon SES). Without one the road checks.
	Verdict *Authentication `json:"verdict,omitempty"`
}

// Digest is the SHA-256 of a mail's raw bytes, the DATA as received, in hex.
type Digest string

// Delivery is one accepted mail that waits in the spool.
type Delivery struct {
	Key      string // names it in its spool
	Envelope Envelope
	Digest   Digest
	Size     int64
	Tries    int // attempts begun before this one
}

// EmailIDFor makes the id of the record that one organisation keeps of a
// delivery. It is made by the server from the raw bytes, the envelope sender
// and the address it came in by, so a resend is recognised, and nobody can
// suppress a mail by knowing its Message-ID (invariant I-3).
func EmailIDFor(org OrgID, digest Digest, sender, tag string) EmailID {
	h := sha256.New()
	for _, s := range []string{string(org), string(digest), strings.ToLower(sender), tag} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return EmailID("em_" + hex.EncodeToString(h.Sum(nil)[:15]))
}

// EmailState is where a mail stands.
type EmailState string

// The states of a mail.
const (
	Filed       EmailState = "filed"       // on a project, or known to be none's
	InReview    EmailState = "review"      // in the tray: no project was sure enough
	Quarantined EmailState = "quarantined" // sender not allowed; kept, not read
	Held        EmailState = "held"        // waits for a person or for budget
	Automatic   EmailState = "automatic"   // a reply, bounce or bulk mail by machine
	Parked      EmailState = "parked"      // could not be processed; kept as it came
)

// Verdict is what admission says of a mail.
type Verdict string

// The verdicts of admission.
const (
	Accepted Verdict = "accepted"
	HeldBack Verdict = "held"
	Refused  Verdict = "refused"
)

// Email is one received mail as one organisation keeps it.
type Email struct {
	ID           EmailID       `json:"id"`
	MessageID    string        `json:"message_id" doc:"RFC 5322 Message-ID without angle brackets; as claimed by the mail."`
	Subject      string        `json:"subject"`
	From         []MailAddress `json:"from" nullable:"false"`
	To           []MailAddress `json:"to" nullable:"false"`
	Cc           []MailAddress `json:"cc" nullable:"false"`
	Date         time.Time     `json:"date" doc:"The mail's own date, with its zone; received_at when it has none that can be believed."`
	ReceivedAt   time.Time     `json:"received_at"`
	ProjectID    *ProjectID    `json:"project_id" doc:"The project of the mail as a whole. Null while in review, for mail that is no project's, and for mail that is filed by its passages alone."`
	ThreadID     ThreadID      `json:"thread_id"`
	ThreadSize   int           `json:"thread_size" doc:"Mails of this thread that are kept."`
	ThreadIndex  int           `json:"thread_index" doc:"Its place in the thread, from 1, by date."`
	State        EmailState    `json:"state" enum:"filed,review,quarantined,held,automatic,parked"`
	SHA256       Digest        `json:"sha256" doc:"SHA-256 of the raw bytes."`
	Size         int64         `json:"size" doc:"Raw bytes."`
	Verdict      Verdict       `json:"verdict" doc:"What admission said."`
	Snippet      string        `json:"snippet" doc:"The first words of the newest author's own text."`
	Attachments  []Attachment  `json:"attachments" nullable:"false"`
	Match        Match         `json:"match" doc:"Why it was filed where it is, or why not."`
	Reply        bool          `json:"requires_response" doc:"Somebody is asked for an answer."`
	Automatic    string        `json:"automatic" enum:"no,reply,bounce,list,bulk"`
	Warnings     []string      `json:"warnings" nullable:"false" doc:"What was odd about the mail, in words."`
	Extractor    string        `json:"extractor" doc:"Which extractor read it: rules or a model's name; empty when it was not read."`
	EnvelopeFrom string        `json:"envelope_from"`
	Tag          string        `json:"tag" doc:"The plus tag of the address it came in by; empty for the bare address."`
	Facts        []Fact        `json:"facts" nullable:"false"`

	Authentication Authentication `json:"authentication" doc:"What SPF, DKIM, DMARC and ARC say of who sent it."`
	Why            string         `json:"why,omitempty" doc:"Why it is quarantined or held, in words."`
	SendersIn      []Arrival      `json:"senders_in" nullable:"false" doc:"Every way by which this mail came in, the first 50, in the order of their time."`
	CameBy         *EmailID       `json:"came_by" doc:"For a mail that came in inside another one and not by itself: the mail it came in by."`
	CopyOf         *EmailID       `json:"copy_of" doc:"For a mail that brought nothing of its own, only one that is kept already: that one."`
	Invitation     *Invitation    `json:"invitation" doc:"For a calendar invitation, what it invites to."`
	Confirmation   *Confirmation  `json:"confirmation" doc:"For a mail by which a mail provider asks whether mail may be forwarded here. Only admins see it."`
	Flags          []Flag         `json:"flags" nullable:"false" doc:"What a person should look at before trusting this mail."`
	Passages       []Passage      `json:"passages" nullable:"false" doc:"For a mail about several projects: which stretch is about which. It stands on the timeline of each of them, and a fact is filed by the passage it stands in."`
	SetAside       []Passage      `json:"passages_set_aside" nullable:"false" doc:"Passages by which the mail could be filed and is not: because not all of it is sure, or because a person moved the mail as a whole. One that is unsure is asked about by itself."`
	ReadAgain      bool           `json:"read_again,omitempty" doc:"The rules read it; a model has yet to."`
	ReadAgainWhy   string         `json:"read_again_why,omitempty" enum:"model,ai_budget,settings" doc:"What it waits for, where a model has yet to read it: its turn at the model, or AI budget, of which what is left is too little for it, or settings by which a model reads again, as now the rules do."`
}

// What a mail waits for that a model has yet to read.
const (
	AgainForModel  = "model"     // its turn
	AgainForBudget = "ai_budget" // more of it
	AgainForOrders = "settings"  // by which a model reads again
)

// Arrival is one way by which a mail came in. However many there are, the mail
// counts once.
type Arrival struct {
	How     string      `json:"how" enum:"direct,copy,resent,forward,attached,imported,imported_copy" doc:"direct: by its author; copy: the same mail again; resent: again under another Message-ID; forward, attached: inside a forward; imported: with older mail by whoever runs the installation; imported_copy: so, again."`
	By      MailAddress `json:"by" doc:"Who sent it in."`
	At      time.Time   `json:"at" doc:"When it was received."`
	EmailID EmailID     `json:"email_id" doc:"The received mail that brought it."`
	Note    string      `json:"note,omitempty" doc:"What the forwarder wrote over it, where that is no mail of its own."`
}

// Invitation is what a calendar part (RFC 5545, RFC 6047) invites to.
type Invitation struct {
	Method    string      `json:"method" doc:"REQUEST, REPLY, CANCEL, ..., in capitals."`
	UID       string      `json:"uid"`
	Summary   string      `json:"summary"`
	Location  string      `json:"location"`
	Start     time.Time   `json:"start,omitzero"`
	End       time.Time   `json:"end,omitzero"`
	AllDay    bool        `json:"all_day"`
	Floating  bool        `json:"floating,omitempty" doc:"The times name no zone that is known: they are somebody's local time."`
	Recurs    bool        `json:"recurs,omitempty"`
	Organizer MailAddress `json:"organizer"`
}

// Confirmation is what a mail provider asks when somebody sets up that it
// forwards mail to us.
type Confirmation struct {
	Provider string `json:"provider" doc:"Gmail, Outlook, ..."`
	For      string `json:"for" doc:"The address whose mail is to be forwarded; empty when not said."`
	Code     string `json:"code,omitempty"`
	URL      string `json:"url,omitempty" doc:"The link that confirms; only ever one of the provider itself."`
}

// AuthResult sums up what is known of whether a mail is from whom it says.
type AuthResult string

// The results of authentication.
const (
	AuthPass AuthResult = "pass" // the domain in From vouches for it (DMARC, or DKIM or SPF aligned as DMARC would have it)
	AuthNone AuthResult = "none" // nothing speaks for it or against it
	AuthFail AuthResult = "fail" // the domain in From says what its mail looks like, and this is not
)

// Authentication is what was found out about the sender of a mail when it
// arrived. Single results are words of RFC 8601: none, pass, fail, softfail,
// neutral, policy, temperror, permerror; empty when not checked. What the mail
// itself says of authentication is never believed.
type Authentication struct {
	Result    AuthResult `json:"result" enum:"pass,none,fail"`
	Domain    string     `json:"domain,omitempty" doc:"The domain in From."`
	SPF       string     `json:"spf,omitempty"`
	SPFDomain string     `json:"spf_domain,omitempty" doc:"The domain SPF was asked about: of the envelope sender, or of HELO."`
	DKIM      string     `json:"dkim,omitempty"`
	DKIMBy    []string   `json:"dkim_by,omitempty" doc:"Domains whose signature holds."`
	DMARC     string     `json:"dmarc,omitempty"`
	Policy    string     `json:"policy,omitempty" enum:"none,quarantine,reject" doc:"What the domain in From asks for where DMARC fails."`
	ARC       string     `json:"arc,omitempty"`
	ARCBy     string     `json:"arc_by,omitempty" doc:"The domain that sealed last."`
	ARCSaw    string     `json:"arc_saw,omitempty" doc:"DMARC result that the last sealer saw and vouches for."`
	Note      string     `json:"note,omitempty" doc:"The results in one sentence for people."`
	Imported  bool       `json:"imported,omitempty" doc:"It did not come by SMTP: whoever runs the installation imported it with older mail, and answers for it. Nothing was checked."`
}

// Importer is how the ways by which a mail came in name whoever runs the installation.
var Importer = MailAddress{Name: "Operator"}

// Body is the readable text of a mail and which part of it is whose.
type Body struct {
	Text  string `json:"text" doc:"The whole decoded text."`
	Spans []Span `json:"spans" nullable:"false" doc:"What each stretch of the text is; they do not overlap, and together cover it."`
	HTML  bool   `json:"html" doc:"There is an HTML view."`
}

// SpanKind is what a stretch of a mail's text is.
type SpanKind string

// The kinds of span.
const (
	SpanNew           SpanKind = "new"            // the newest author's own words
	SpanQuoted        SpanKind = "quoted"         // an earlier mail, quoted
	SpanSignature     SpanKind = "signature"      // sign-off block of the author
	SpanDisclaimer    SpanKind = "disclaimer"     // legal boilerplate
	SpanForwardHeader SpanKind = "forward_header" // the header block above a forwarded mail
	SpanForwarded     SpanKind = "forwarded"      // text of a forwarded mail
)

// Span is a stretch of text; offsets count code points, End is exclusive.
type Span struct {
	Kind  SpanKind `json:"kind" enum:"new,quoted,signature,disclaimer,forward_header,forwarded"`
	Start int      `json:"start"`
	End   int      `json:"end"`
}

// Attachment is a file that came with a mail. The name is the sender's, for
// showing only; nothing is stored under it.
type Attachment struct {
	N           int       `json:"n" doc:"Its number in the mail, from 1."`
	Filename    string    `json:"filename"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size" doc:"Decoded bytes."`
	SHA256      Digest    `json:"sha256"`
	ContentID   string    `json:"content_id"`
	Inline      bool      `json:"inline"`
	Read        FileState `json:"read,omitempty" enum:"read,partly,not_read" doc:"Whether its text was read; absent where nobody tried."`
	ReadNote    string    `json:"read_note,omitempty" doc:"How much of it was read, or why not, in words."`
}

// FileState says how much of an attachment's text was read.
type FileState string

// The states of an attachment's text.
const (
	FileRead    FileState = "read"
	FilePartly  FileState = "partly"
	FileNotRead FileState = "not_read"
)

// FileText is the text that was read out of one file.
type FileText struct {
	State FileState `json:"state" enum:"read,partly,not_read"`
	Note  string    `json:"note,omitempty" doc:"How much was read, or why nothing, in words."`
	Text  string    `json:"text"`
}

// Match says which project a mail belongs to and why.
type Match struct {
	Confidence float64     `json:"confidence" doc:"0 to 1, of the project the mail was filed on or of the best candidate."`
	Reasons    []Reason    `json:"reasons" nullable:"false" doc:"Why; for a mail in review, why no project was sure."`
	Candidates []Candidate `json:"candidates" nullable:"false" doc:"At most three projects it could be, best first."`
	Proposal   *Proposal   `json:"proposal" doc:"A new project that it seems to be about; null when there is none."`
}

// weighty is from which confidence a mail's own clues count against where it would go
// with another mail.
const weighty = 0.3

// Against reports whether a mail is not to be filed on p because another mail is that it
// came in with: a person put it where it is, a correction taught another project, or it
// names one that it is more likely to be about.
func (m Match) Against(p ProjectID) bool {
	if len(m.Reasons) > 0 && m.Reasons[0].Kind == "person" {
		return true
	}
	own := 0.0
	for _, c := range m.Candidates {
		if c.ProjectID == p {
			own = c.Confidence
		}
	}
	return slices.ContainsFunc(m.Candidates, func(c Candidate) bool {
		return c.ProjectID != p && slices.ContainsFunc(c.Reasons, func(r Reason) bool {
			switch r.Kind {
			case "rule":
				return true
			case "job_number", "name", "address":
				return c.Confidence >= weighty && c.Confidence > own
			}
			return false
		})
	})
}

// Candidate is a project a mail could belong to.
type Candidate struct {
	ProjectID  ProjectID `json:"project_id"`
	Name       string    `json:"name"`
	Confidence float64   `json:"confidence"`
	Reasons    []Reason  `json:"reasons" nullable:"false"`
}

// Reason is one clue to a project, with the very words it used.
type Reason struct {
	Kind  string `json:"kind" enum:"plus_address,thread,job_number,name,address,people,words,rule,passage,none,person" doc:"What sort of clue."`
	Text  string `json:"text" doc:"The reason as a sentence for people."`
	Words string `json:"words,omitempty" doc:"The words of the mail it rests on."`
	In    string `json:"in,omitempty" enum:"subject,text,address" doc:"Where those words stand."`
	Start int    `json:"start,omitempty" doc:"Offset of the words in subject or text, in code points."`
	End   int    `json:"end,omitempty"`
}

// SureEnough is the confidence from which a mail is filed without asking.
const SureEnough = 0.8

// EmailFilter narrows a list of mails.
type EmailFilter struct {
	State   EmailState // empty: any
	Project ProjectID  // on whose timeline they stand; empty: any
	Thread  ThreadID   // empty: any
	Kind    FactKind   // only mails with a live fact of this kind, on Project where that is given
	Before  time.Time  // mail's date before this, zero: no bound
	CameBy  EmailID    // only mails that came inside this one; empty: any
	Asking  bool       // only automatic mail by which a provider asks for a confirmation
	Copies  bool       // received mails that brought only what was kept already, too
	ByDate  bool       // newest mail date first instead of newest received first
	Page    Page
}

// Thread is mails tied together by their headers.
type Thread struct {
	ID      ThreadID
	Project ProjectID // where later mails of the thread are filed; may be empty
	// Split are the projects of its mails that are about several, where it has such:
	// nothing is known then of a later one by its thread alone.
	Split []ProjectID
}

// Outgoing is a plain-text mail that we send.
type Outgoing struct {
	To      MailAddress
	Subject string
	Text    string
}
