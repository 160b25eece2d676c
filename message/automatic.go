package message

import "strings"

// automatic classifies a mail by RFC 3834 and by practice:
//
//	bounce  a delivery report, or a mail from the null sender
//	reply   an automatic answer or notice
//	list    sent through a mailing list
//	bulk    sent to many
//	no      written by a person, as far as can be told
func automatic(root *mail, m *Message) string {
	h := &root.head
	typ := lower(h.v[kContentType])
	from := ""
	if len(m.From) > 0 {
		from = lower(m.From[0].Address)
	}
	local, _, _ := strings.Cut(from, "@")
	auto, _, _ := strings.Cut(lower(h.v[kAutoSubmitted]), ";")
	auto, _, _ = strings.Cut(strings.TrimSpace(auto), " ")
	switch {
	case strings.HasPrefix(typ, "multipart/report") && !strings.Contains(typ, "feedback-report"),
		hasType(root.body, "message/delivery-status"),
		h.v[kFailedRecipients] != "",
		local == "mailer-daemon",
		strings.ReplaceAll(h.v[kReturnPath], " ", "") == "<>" && local == "postmaster":
		return "bounce"
	case auto != "" && auto != "no",
		h.v[kAutoreply] != "" && !strings.EqualFold(strings.TrimSpace(h.v[kAutoreply]), "no"):
		return "reply"
	}
	precedence := lower(strings.TrimSpace(h.v[kPrecedence]))
	switch {
	case precedence == "auto_reply", outOfOffice(m.Subject):
		return "reply"
	case h.v[kList] != "" || precedence == "list":
		return "list"
	case precedence == "bulk" || precedence == "junk", strings.HasPrefix(typ, "multipart/report"):
		return "bulk"
	case strings.ReplaceAll(h.v[kReturnPath], " ", "") == "<>":
		return "reply"
	}
	return "no"
}

func hasType(pt *part, typ string) bool {
	if pt == nil || pt.typ == typ {
		return pt != nil
	}
	for _, k := range pt.kids {
		if hasType(k, typ) {
			return true
		}
	}
	return false
}

// outOfOffice recognises the subjects that vacation programs without headers
// write.
func outOfOffice(subject string) bool {
	s := lower(subject)
	for _, p := range [...]string{"automatic reply:", "auto reply:", "autoreply:", "auto-reply:", "out of office:", "out of office autoreply", "out of the office:",
		"abwesenheitsnotiz:", "automatische antwort:", "abwesend:", "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina",
		"risposta automatica", "resposta automática", "automatisch antwoord:", "automatiskt svar", "autosvar:", "automaattinen vastaus", "odpowiedź automatyczna", "automatická odpověď"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
