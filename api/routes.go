package api

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"projectr"
)

// routes are all the routes of the API: where, who may, what it is called in
// the description, what it does, and the function that does it. A route
// without a permission does not compile.
var routes = []route{
	anyone("POST", "/session", "sign-in", "Sign in with e-mail address and password.", signIn),
	anyone("POST", "/session/link", "sign-in-by-link", "Sign in once with a link that was sent.", signInByLink),
	anyone("POST", "/session/passkey/start", "ask-passkey", "A question for any passkey of this installation that the browser has, good for five minutes.", askPasskey),
	anyone("POST", "/session/passkey", "sign-in-by-passkey", "Sign in with a passkey: no address, password or code is asked for.", signInByPasskey),
	anyone("DELETE", "/session", "sign-out", "Sign out; no error for whoever is signed out already.", signOut),
	anyone("POST", "/session/oidc/start", "start-sign-on", "Begin to sign on at the sign-in provider; tells where the browser goes.", startSignOn),
	anyone("POST", "/session/oidc", "sign-on", "Sign in with what the browser brought back from the provider.", signOn),
	anyone("GET", "/sign-in", "sign-in-ways", "Which ways in there are here.", signInWays),
	asked(anyone("POST", "/session/mail", "ask-sign-in", "Have a link mailed that signs in; the answer is the same for an address without an account.", askSignIn)),
	anyone("POST", "/session/mail/confirm", "sign-in-by-mail", "Sign in once with the link that was mailed.", signInByMail),
	asked(anyone("POST", "/password-reset", "ask-reset", "Have a link mailed to set a new password; the answer is the same for an address without an account.", askReset)),
	anyone("POST", "/password-reset/confirm", "reset-password", "Set a new password by the link; all sessions end, and nobody is signed in.", resetPassword),
	asked(anyone("POST", "/sign-up", "sign-up", "Sign an organisation up: a link is mailed that makes it.", signUp)),
	anyone("POST", "/sign-up/look", "look-at-sign-up", "What the link of a sign-up leads to.", seeSignUp),
	anyone("POST", "/sign-up/confirm", "confirm-sign-up", "Make the organisation by the link that was mailed, and sign its admin in.", confirmSignUp),
	anyone("POST", "/invitations/look", "look-at-invitation", "What an invitation is to, and to whom.", lookInvitation),
	anyone("POST", "/invitations/accept", "accept-invitation", "Become a member: with a new account, or signed in with the one the address has.", acceptInvitation),
	anyone("POST", "/verify", "verify-email", "Prove my address by the link that was mailed.", verifyEmail),
	anyone("POST", "/email/confirm", "confirm-email", "Make a new address mine by the link that was mailed there.", confirmEmail),
	asked(signedIn("POST", "/me/email", "ask-email", "Have a link mailed to a new address, which becomes mine when it is used.", askEmail)),
	asked(signedIn("POST", "/me/verification", "ask-verification", "Have a link mailed that proves my address.", askVerification)),
	signedIn("GET", "/me", "me", "Who I am, and where I may go.", me),
	signedIn("PATCH", "/me", "change-me", "Change how I am called.", changeMe),
	signedIn("POST", "/me/password", "change-password", "Change my password; I am signed out everywhere else.", changePassword),
	signedIn("POST", "/session/confirm", "confirm-session", "Show once more that it is me, for what asks for a recent proof.", confirmSession),
	signedIn("GET", "/me/sessions", "list-sessions", "Where I am signed in, the last used first.", listSessions),
	signedIn("DELETE", "/me/sessions", "end-other-sessions", "Sign out everywhere but here.", endOtherSessions),
	signedIn("DELETE", "/me/sessions/{id}", "end-session", "End one of my sessions.", endSession),
	signedIn("GET", "/me/factors", "get-factors", "What I have beside my password.", factors),
	signedIn("POST", "/me/totp", "offer-totp", "A secret for an authenticator app; it counts once its first code is shown.", offerTOTP),
	signedIn("PUT", "/me/totp", "turn-on-totp", "Turn one-time codes on by the first code; I am signed out everywhere else.", turnOnTOTP),
	signedIn("DELETE", "/me/totp", "turn-off-totp", "Turn one-time codes off, and recovery codes with them; I am signed out everywhere else.", turnOffTOTP),
	signedIn("POST", "/me/recovery-codes", "renew-recovery-codes", "New recovery codes in the place of those before.", newRecoveryCodes),
	signedIn("GET", "/me/oidc", "list-identities", "What signs me in at sign-in providers.", listIdentities),
	signedIn("POST", "/me/oidc", "start-connect", "Begin to connect my account at the sign-in provider; tells where the browser goes.", startConnect),
	signedIn("PUT", "/me/oidc", "connect", "Let what the browser brought back from the provider sign me in from now on.", connect),
	signedIn("DELETE", "/me/oidc", "disconnect", "End that a provider signs me in; I am signed out everywhere else.", disconnect),
	signedIn("GET", "/me/passkeys", "list-passkeys", "My passkeys, the oldest first.", listPasskeys),
	signedIn("POST", "/me/passkeys/start", "offer-passkey", "A question for a new passkey, good for five minutes.", offerPasskey),
	status(http.StatusCreated, signedIn("POST", "/me/passkeys", "add-passkey", "Keep the passkey that the browser made; I am signed out everywhere else.", addPasskey)),
	signedIn("PATCH", "/me/passkeys/{id}", "rename-passkey", "Change what I call a passkey.", renamePasskey),
	signedIn("DELETE", "/me/passkeys/{id}", "remove-passkey", "Remove a passkey; I am signed out everywhere else.", removePasskey),

	org("GET", "/orgs/{org}", projectr.ReadSettings, "get-organisation", "One organisation and its numbers.", getOrg),
	org("PATCH", "/orgs/{org}", projectr.WriteSettings, "change-organisation", "Change name or time zone; what is not sent stays.", changeOrg),
	org("DELETE", "/orgs/{org}", projectr.WriteSettings, "delete-organisation", "Have the organisation deleted with all it has, and the accounts of its people that belong nowhere else, in 30 days. Until then its mail is held, and it can be restored. Asks for a person who has shown who they are of late.", deleteOrg),
	org("POST", "/orgs/{org}/restore", projectr.WriteSettings, "restore-organisation", "Take back that the organisation is to be deleted.", restoreOrg),

	operators("GET", "/organisations", "list-books", "All organisations with their numbers, for whoever runs the installation.", listBooks),
	operators("GET", "/organisations/{id}", "get-books", "One organisation's numbers.", getBooks),
	operators("GET", "/money", "get-money", "What each organisation brought and cost in a month, and who is near a limit.", getMoney),
	table(operators("GET", "/money.csv", "get-money-csv", "The same as a table for a spreadsheet.", moneyCSV)),
	operators("PATCH", "/organisations/{id}", "suspend-organisation", "Suspend an organisation or end that, with a reason that its admins see.", suspend),
	madeOutside(operators("POST", "/organisations/{id}/visit", "begin-visit", "Enter an organisation to look, with a reason that its admins see. A visit that is open goes on with the new one.", beginVisit)),
	operators("DELETE", "/organisations/{id}/visit", "end-visit", "End my visit.", endVisit),
	operators("GET", "/visits", "list-visits", "Where I am inside now.", listVisits),
	operators("GET", "/payments", "list-payments", "Use that the payment provider is not told of and why, and who pays twice.", listPayments),
	operators("POST", "/organisations/{id}/use/{entry}/retry", "retry-use", "Have use that is stuck be told to the payment provider again, having looked there that it is not counted.", retryUse),
	operators("GET", "/parked", "list-parked", "Mails that could not be read, of all organisations: whose and when.", listParked),
	operators("GET", "/unrouted", "list-unrouted", "Mails whose address was gone when their turn came, newest first.", listUnrouted),
	operators("DELETE", "/unrouted/{id}", "drop-unrouted", "Delete a mail that led nowhere.", dropUnrouted),
	asked(operators("POST", "/unrouted/{id}/redeliver", "redeliver-unrouted", "Carry a mail that led nowhere to an address that leads somewhere.", redeliver)),

	org("GET", "/orgs/{org}/projects", projectr.ReadProjects, "list-projects", "Projects, with what their rows say.", listProjects),
	made("POST", "/orgs/{org}/projects", projectr.WriteProjects, "create-project", "Start a project.", createProject),
	org("GET", "/orgs/{org}/projects/{id}", projectr.ReadProjects, "get-project", "One project.", getProject),
	org("PATCH", "/orgs/{org}/projects/{id}", projectr.WriteProjects, "change-project", "Change what is sent of a project; the rest stays.", changeProject),
	org("POST", "/orgs/{org}/projects/{id}/seen", projectr.ReadProjects, "see-project", "Note that I looked at a project; later facts count as unseen.", seeProject),
	org("GET", "/orgs/{org}/projects/{id}/events", projectr.ReadProjects, "list-project-events", "A project's timeline, newest first.", listEvents),
	org("GET", "/orgs/{org}/projects/{id}/facts", projectr.ReadProjects, "list-project-facts", "A project's facts, newest first.", listFacts),

	org("GET", "/orgs/{org}/emails", projectr.ReadMail, "list-emails", "Mails with their facts, newest first.", listEmails),
	org("GET", "/orgs/{org}/emails/{id}", projectr.ReadMail, "get-email", "One mail with its text.", getEmail),
	file("/orgs/{org}/emails/{id}/raw", projectr.ReadMail, "get-email-raw", "The mail as it came, bit for bit.", "message/rfc822", rawEmail),
	file("/orgs/{org}/emails/{id}/html", projectr.ReadMail, "get-email-html", "The cleaned HTML view of a mail, for a sandboxed frame.", "text/html", htmlOfEmail),
	file("/orgs/{org}/emails/{id}/attachments/{n}", projectr.ReadMail, "get-attachment", "A file that came with a mail.", strings.Join(safeTypes, " "), attachment),
	org("POST", "/orgs/{org}/emails/{id}/move", projectr.FileMail, "move-email", "File a mail on a project, on none, or by its passages, or put it back into review; tells the rule that this taught.", moveEmail),
	org("PATCH", "/orgs/{org}/emails/{id}/passages/{start}", projectr.FileMail, "move-passage", "Move one passage of a mail about several projects, with its facts, to another project.", movePassage),
	org("GET", "/orgs/{org}/emails/{id}/attachments/{n}/text", projectr.ReadMail, "get-attachment-text", "What was read of a file, or why nothing.", attachmentText),
	org("POST", "/orgs/{org}/emails/{id}/release", projectr.FileMail, "release-email", "Let one mail in that was kept back, or read one that a machine wrote.", releaseEmail),
	org("GET", "/orgs/{org}/emails/{id}/readings", projectr.ReadMail, "list-readings", "The readings of a mail, newest first: by what, and what each says otherwise than the one before.", listReadings),
	org("GET", "/orgs/{org}/emails/{id}/readings/{n}", projectr.ReadMail, "get-reading", "One reading of a mail, with exactly what was sent to a model.", getReading),
	org("PATCH", "/orgs/{org}/emails/{id}/readings/{n}", projectr.JudgeFacts, "judge-reading", "Accept a reading that is proposed, or undo one.", judgeReading),
	org("GET", "/orgs/{org}/rereads", projectr.ReadMail, "list-rereads", "Readings that wait to be made or to be accepted, newest first.", listRereads),
	made("POST", "/orgs/{org}/rereads", projectr.WriteSettings, "reread", "Have mails read again by newer rules or another model, or say what that would cost.", reread),
	org("PATCH", "/orgs/{org}/rereads", projectr.JudgeFacts, "judge-rereads", "Accept all readings that are proposed, or undo all that wait or are proposed.", judgeRereads),
	asked(org("POST", "/orgs/{org}/sample", projectr.WriteSettings, "send-sample", "Have a made-up mail sent to the organisation by the road of all mail. There is one at most.", sendSample)),
	org("GET", "/orgs/{org}/review", projectr.ReadMail, "list-review", "Mails that wait to be filed, newest first.", listReview),

	org("GET", "/orgs/{org}/facts/{id}", projectr.ReadMail, "get-fact", "A fact, with what other mails of its thread say of the same thing.", getFact),
	org("PATCH", "/orgs/{org}/facts/{id}", projectr.JudgeFacts, "judge-fact", "Confirm, correct, reject or reopen a fact, or accept that a later mail says otherwise.", judgeFact),
	org("GET", "/orgs/{org}/unsure", projectr.ReadMail, "list-unsure", "Facts nobody judged yet that are below the line of certainty.", listUnsure),
	org("GET", "/orgs/{org}/actions", projectr.ReadMail, "list-actions", "Open actions, the nearest deadline first.", listActions),

	org("GET", "/orgs/{org}/search", projectr.ReadMail, "search", "Search mails, facts, attachments and projects.", search),
	org("GET", "/orgs/{org}/changes", projectr.ReadMail, "list-changes", "What became known since a moment, newest first.", listChanges),
	file("/orgs/{org}/events/stream", projectr.ReadMail, "watch", "Tells of changes as they happen, as server-sent events.", "text/event-stream", watch),

	org("GET", "/orgs/{org}/usage", projectr.ReadUsage, "get-usage", "Mails and cost by day and project.", getUsage),
	org("GET", "/orgs/{org}/usage/ledger", projectr.ReadUsage, "list-ledger", "Every call of a language model, what it was for and what it cost, newest first.", listLedger),
	file("/orgs/{org}/usage/ledger.csv", projectr.ReadUsage, "get-ledger-csv", "The same as a table for a spreadsheet.", "text/csv", ledgerCSV),
	org("GET", "/orgs/{org}/subscription", projectr.ReadBilling, "get-subscription", "The plan and its limits.", getSubscription),
	org("PATCH", "/orgs/{org}/subscription", projectr.WriteSettings, "change-subscription", "Change the plan, at once to a dearer one and after what is paid for to a cheaper one, or have the subscription end with its period, or take either back.", changeSubscription),
	org("GET", "/orgs/{org}/subscription/change", projectr.WriteSettings, "price-change", "What another plan would cost, before it is changed to.", priceChange),
	org("POST", "/orgs/{org}/subscription/checkout", projectr.WriteSettings, "begin-checkout", "The address of the payment provider's page on which a plan is subscribed to.", beginCheckout),
	org("POST", "/orgs/{org}/subscription/portal", projectr.WriteSettings, "open-portal", "The address of the payment provider's page on which is changed how is paid.", openPortal),
	org("GET", "/orgs/{org}/subscription/payer", projectr.WriteSettings, "get-payer", "Who pays and how, as the payment provider has it.", getPayer),
	org("GET", "/orgs/{org}/invoices", projectr.ReadBilling, "list-invoices", "What the organisation was asked to pay, newest first.", listInvoices),
	org("GET", "/orgs/{org}/members", projectr.ReadMembers, "list-members", "The organisation's people.", listMembers),
	org("PATCH", "/orgs/{org}/members/{id}", projectr.WriteMembers, "change-member", "Give a member another role. The last admin stays one.", changeMember),
	org("DELETE", "/orgs/{org}/members/{id}", projectr.WriteMembers, "drop-member", "Take a member out of the organisation. The last admin stays.", dropMember),
	org("DELETE", "/orgs/{org}/members/me", projectr.ReadMembers, "leave", "Leave the organisation. The last admin cannot.", leave),
	org("GET", "/orgs/{org}/invitations", projectr.WriteMembers, "list-invitations", "Invitations that were not accepted, newest first, expired ones too.", listInvitations),
	made("POST", "/orgs/{org}/invitations", projectr.WriteMembers, "invite", "Invite somebody by their address, who has a week to accept. Open invitations take seats of the plan.", invite),
	org("POST", "/orgs/{org}/invitations/{id}/resend", projectr.WriteMembers, "resend-invitation", "Send an invitation anew, for a week from now; its link of before opens nothing any more.", renewInvitation),
	org("DELETE", "/orgs/{org}/invitations/{id}", projectr.WriteMembers, "drop-invitation", "Withdraw an invitation: its link opens nothing from now on.", dropInvitation),
	org("GET", "/orgs/{org}/api-keys", projectr.WriteMembers, "list-api-keys", "API keys, newest first, revoked ones too.", listKeys),
	made("POST", "/orgs/{org}/api-keys", projectr.WriteMembers, "create-api-key", "Make an API key, which is told this once. Asks for a person who has shown who they are of late.", createKey),
	org("DELETE", "/orgs/{org}/api-keys/{id}", projectr.WriteMembers, "revoke-api-key", "Close an API key at once.", revokeKey),
	org("GET", "/orgs/{org}/settings", projectr.ReadSettings, "get-settings", "What the admins decided about reading and filing.", getSettings),
	org("PATCH", "/orgs/{org}/settings", projectr.WriteSettings, "change-settings", "Change what is sent of the settings; the rest stays.", changeSettings),
	org("POST", "/orgs/{org}/settings/price", projectr.WriteSettings, "price-settings", "What a month of reading mail would cost by other settings, before they are saved.", priceSettings),
	org("GET", "/orgs/{org}/senders", projectr.ReadSettings, "list-senders", "Who may send mail in beyond members and their domains, and who may not; newest first.", listSenders),
	made("POST", "/orgs/{org}/senders", projectr.WriteSettings, "save-sender", "Allow or block a sender, a domain or anyone. A rule for the same gives way.", saveSender),
	org("DELETE", "/orgs/{org}/senders/{id}", projectr.WriteSettings, "drop-sender", "Remove a rule; mail stays where it is.", dropSender),
	org("GET", "/orgs/{org}/filing-rules", projectr.ReadMail, "list-filing-rules", "What corrections taught about where mail goes, newest first.", listFilingRules),
	made("POST", "/orgs/{org}/filing-rules", projectr.FileMail, "create-filing-rule", "Make a rule of where mail goes.", createFilingRule),
	org("PATCH", "/orgs/{org}/filing-rules/{id}", projectr.FileMail, "change-filing-rule", "Change sender, words or project of a rule; mail stays where it is.", changeFilingRule),
	org("DELETE", "/orgs/{org}/filing-rules/{id}", projectr.FileMail, "drop-filing-rule", "Remove a rule: mail is filed as if it had never been.", dropFilingRule),
	whilePaid(org("GET", "/orgs/{org}/confirmations", projectr.WriteSettings, "list-confirmations", "Mails by which mail providers ask whether they may forward mail here, newest first.", listConfirmations)),
	org("GET", "/orgs/{org}/audit", projectr.ReadAudit, "list-audit", "Who did what, or was refused it, newest first.", listAudit),
	whilePaid(file("/orgs/{org}/export.zip", projectr.WriteSettings, "export", "All of an organisation as a ZIP file: each mail with its facts and as it came, projects, members, rules, and the audit log. Asks for a person who has shown who they are of late.", "application/zip", exportOrg)),
	file("/orgs/{org}/audit.csv", projectr.ReadAudit, "get-audit-csv", "The same as a table for a spreadsheet.", "text/csv", auditCSV),
}

// route is one row of the table.
type route struct {
	method, path string
	may          projectr.Permission // empty only outside organisations
	join         func(*server, huma.API, route)
	id, summary  string
	status       int    // when it is done, where that is not the usual one
	bytes        string // types of the answer, with blanks between, where that is not JSON
	paid         bool   // it tells of what is closed when nobody pays, though its permission is for more
}

// whilePaid is a route that is closed when nobody pays.
func whilePaid(rt route) route {
	rt.paid = true
	return rt
}

// closes reports whether a route is closed to an organisation for which nobody pays. What
// is about people, settings, payment and the audit log stays open: by that one subscribes
// or leaves.
func (rt route) closes() bool {
	switch rt.may {
	case projectr.ReadMembers, projectr.WriteMembers, projectr.ReadBilling, projectr.ReadSettings, projectr.WriteSettings, projectr.ReadAudit:
		return rt.paid
	}
	return true
}

// nothing is the answer of a route that only does something: 204.
type nothing struct{}

// org is a route of people and API keys inside one organisation.
func org[I, O any](method, path string, may projectr.Permission, id, summary string, h func(context.Context, Caller, I) (O, error)) route {
	return route{method: method, path: path, may: may, id: id, summary: summary, join: func(s *server, a huma.API, rt route) {
		joinOrg(s, a, s.operation(rt), rt, h)
	}}
}

// made is org for a route that makes something: 201.
func made[I, O any](method, path string, may projectr.Permission, id, summary string, h func(context.Context, Caller, I) (O, error)) route {
	return route{method: method, path: path, may: may, id: id, summary: summary, join: func(s *server, a huma.API, rt route) {
		op := s.operation(rt)
		op.DefaultStatus = http.StatusCreated
		joinOrg(s, a, op, rt, h)
	}}
}

func joinOrg[I, O any](s *server, a huma.API, op huma.Operation, rt route, h func(context.Context, Caller, I) (O, error)) {
	op.Middlewares = huma.Middlewares{s.enter(rt)}
	run := func(ctx context.Context, in *I) (O, error) {
		c := ctx.Value(callerKey{}).(Caller)
		out, err := h(ctx, c, *in)
		return out, s.ended(ctx, c, err)
	}
	if _, none := any(*new(O)).(nothing); none {
		huma.Register(a, op, func(ctx context.Context, in *I) (*struct{}, error) {
			_, err := run(ctx, in)
			return nil, err
		})
		return
	}
	huma.Register(a, op, func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := run(ctx, in)
		return &answer[O]{out}, err
	})
}

type answer[O any] struct{ Body O }

// file is a route inside an organisation that answers with something else
// than JSON, of one of the types that are named with blanks between. Its handler looks
// everything up first, and returns a function that writes headers and body.
func file[I any](path string, may projectr.Permission, id, summary, contentTypes string, h func(context.Context, Caller, I) (writeTo, error)) route {
	return route{method: "GET", path: path, may: may, id: id, summary: summary, join: func(s *server, a huma.API, rt route) {
		op := s.operation(rt)
		op.Middlewares = huma.Middlewares{s.enter(rt)}
		op.Responses["200"] = bytesOf(contentTypes)
		huma.Register(a, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			c := ctx.Value(callerKey{}).(Caller)
			write, err := h(ctx, c, *in)
			if err := s.ended(ctx, c, err); err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) { streamed(ctx, hc, write) }}, nil
		})
	}}
}

// bytesOf describes an answer of one of the types that are named with blanks between.
func bytesOf(contentTypes string) *huma.Response {
	r := &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{}}
	for t := range strings.FieldsSeq(contentTypes) {
		r.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
	return r
}

// streamed has write write the answer.
func streamed(ctx context.Context, hc huma.Context, write writeTo) {
	r, w := humago.Unwrap(hc)
	if err := write(ctx, w); err != nil && r.Context().Err() == nil {
		traceOf(ctx).err = err
		panic(http.ErrAbortHandler) // the only way to say it after the headers: the answer breaks off
	}
}

// writeTo writes an answer. An error breaks the connection off, so that
// nobody takes half an answer for the whole.
type writeTo func(context.Context, http.ResponseWriter) error

// anyone is a route outside organisations, open to all.
func anyone[I, O any](method, path, id, summary string, h func(context.Context, Visitor, I) (O, error)) route {
	return visit(false, method, path, id, summary, h)
}

// signedIn is a route outside organisations for whoever is signed in.
func signedIn[I, O any](method, path, id, summary string, h func(context.Context, Visitor, I) (O, error)) route {
	return visit(true, method, path, id, summary, h)
}

// madeOutside is a route outside organisations that makes something: 201.
func madeOutside(rt route) route {
	rt.status = http.StatusCreated
	return rt
}

// table is a route outside organisations that answers with a table for spreadsheets.
func table(rt route) route {
	rt.bytes = "text/csv"
	return rt
}

// asked is a route that takes something in which is done later: 202.
func asked(rt route) route { return status(http.StatusAccepted, rt) }

// status is a route with an answer of its own when it is done.
func status(code int, rt route) route {
	rt.status = code
	return rt
}

func visit[I, O any](signed bool, method, path, id, summary string, h func(context.Context, Visitor, I) (O, error)) route {
	return route{method: method, path: path, id: id, summary: summary, join: func(s *server, a huma.API, rt route) {
		op := s.operation(rt)
		if !signed {
			op.Security = []map[string][]string{{}}
		}
		op.Middlewares = huma.Middlewares{s.visit(signed)}
		if rt.bytes != "" {
			op.Responses["200"] = bytesOf(rt.bytes)
		}
		huma.Register(a, op, func(ctx context.Context, in *I) (*O, error) {
			v := ctx.Value(visitorKey{}).(Visitor)
			out, err := h(ctx, v, *in)
			if err := s.endedOutside(ctx, v, err); err != nil {
				return nil, err
			}
			return &out, nil
		})
	}}
}

const maxBody = 64 << 10

func (s *server) operation(rt route) huma.Operation {
	op := huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: base + rt.path, Summary: rt.summary,
		DefaultStatus: rt.status, MaxBodyBytes: maxBody, Tags: []string{tagOf(rt.path)},
		Responses: map[string]*huma.Response{
			"default": {Description: "A problem document", Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: &huma.Schema{Ref: schemas + "Problem"}},
			}},
		},
	}
	if rt.may != "" {
		op.Description = "Asks for the permission " + string(rt.may) + "."
	}
	return op
}

// tagOf groups routes in the description by what they are about.
func tagOf(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if parts[0] == "operator" {
		return "operator"
	}
	if parts[0] != "orgs" {
		return "sign-in"
	}
	if len(parts) < 3 {
		return "organisation"
	}
	switch parts[2] {
	case "projects", "emails":
		return parts[2]
	case "review", "sample", "filing-rules", "rereads":
		return "emails"
	case "facts", "unsure", "actions":
		return "facts"
	case "search", "changes", "events":
		return "what is new"
	}
	return "organisation"
}

// register joins the routes to the mux and returns their description.
func (s *server) register(mux *http.ServeMux) *description {
	a := humago.New(mux, s.humaConfig())
	for _, rt := range routes {
		rt.join(s, a, rt)
	}
	return describe(a.OpenAPI())
}

// copyHeld copies r to w and holds the last part back until r has said that it
// is whole: what proves to be damaged at its end is broken off, not served.
func copyHeld(w io.Writer, r io.Reader) error {
	const size = 64 << 10
	bufs := [2][]byte{make([]byte, size), make([]byte, size)}
	var held []byte
	for i := 0; ; i = 1 - i {
		n, err := io.ReadFull(r, bufs[i])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		if _, err := w.Write(held); err != nil {
			return err
		}
		held = bufs[i][:n]
		if err != nil {
			_, err := w.Write(held)
			return err
		}
	}
}
