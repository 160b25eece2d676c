package message

import (
	"strings"
)

// automatic classifies a mail by RFC 3834 and by practice:
//
//	bounce  a delivery report, or a mail from a mail system
//	reply   an automatic answer, a receipt or a notice
//	list    sent through a mailing list, by whomever
//	bulk    sent to many
//	no      written by a person, as far as can be told
//
// What a person wrote and was taken for a machine's is not read, so a single
// weak sign is none: X-Auto-Response-Suppress and Feedback-ID are on ordinary
// mail too, and a subject counts only in the form in which programs write it.
func automatic(root *mail, m *Message) string {
	h := &root.head
	switch {
	case bounced(root, m):
		return "bounce"
	case answered(root, m):
		return "reply"
	}
	precedence := lower(strings.TrimSpace(h.v[kPrecedence]))
	switch {
	case h.v[kList] != "" || h.v[kListID] != "" || precedence == "list":
		return "list"
	case precedence == "bulk", precedence == "junk", h.v[kUnsubscribe] != "", reportType(root) == "feedback-report":
		return "bulk"
	case sentOn(root, m):
		return "no"
	case autoSubmitted(h) != "no", nullSender(h):
		return "reply"
	}
	return "no"
}

// bounced recognises delivery reports (RFC 3464) and those without their form.
func bounced(root *mail, m *Message) bool {
	h := &root.head
	switch report := reportType(root); {
	case report == "delivery-status", hasType(root.body, "message/delivery-status"), hasType(root.body, "message/global-delivery-status"):
		return true
	case report == "disposition-notification", report == "feedback-report", hasType(root.body, "message/disposition-notification"):
		return false
	case report != "", h.v[kFailedRecipients] != "":
		return true
	}
	local, _, _ := strings.Cut(author(m), "@")
	switch {
	case local == "mailer-daemon", local == "mail-daemon", local == "mailerdaemon", strings.HasPrefix(local, "microsoftexchange") && len(local) > 40:
		return true
	case local == "postmaster":
		return nullSender(h) || begins(m.Subject, undelivered) || autoSubmitted(h) != "no"
	}
	return nullSender(h) && begins(m.Subject, undelivered)
}

// answered recognises what a program answers for somebody: a vacation notice,
// a receipt, a demand to prove oneself, an answer to an invitation.
func answered(root *mail, m *Message) bool {
	h := &root.head
	auto := autoSubmitted(h)
	_, domain, _ := strings.Cut(author(m), "@")
	switch {
	case auto == "auto-replied",
		reportType(root) == "disposition-notification", hasType(root.body, "message/disposition-notification"),
		h.v[kAutoreply] != "" && !strings.EqualFold(strings.TrimSpace(h.v[kAutoreply]), "no"),
		strings.EqualFold(strings.TrimSpace(h.v[kPrecedence]), "auto_reply"),
		outOfOffice(m.Subject):
		return true
	case below(domain, "boxbe.com"), below(domain, "spamarrest.com"): // ask unknown senders to prove themselves
		return true
	case begins(m.Subject, readReceipts) && len(m.Text) < 2000 && containsAny(strings.ToLower(m.Text), readPhrases):
		return true
	}
	if inv := m.Invitation; inv != nil && (inv.Method == "REPLY" || inv.Method == "COUNTER") {
		// With words of its own it is a mail like any other. Google writes some
		// of itself.
		return m.Reply == "" || strings.HasPrefix(m.MessageID, "calendar-") || containsAny(lower(m.Reply), invitationPhrases)
	}
	return false
}

// sentOn reports whether a rule of somebody's mailbox passed an ordinary mail
// on. Exchange says of such a mail that it was generated, and gives it no
// sender, as it does with vacation notices; those ask to be answered by nothing.
func sentOn(root *mail, m *Message) bool {
	h := &root.head
	return h.v[kInboxRule] != "" && !(strings.EqualFold(strings.TrimSpace(h.v[kSuppress]), "all") && len(m.InReplyTo) > 0)
}

func author(m *Message) string {
	if len(m.From) == 0 {
		return ""
	}
	return lower(m.From[0].Address)
}

// autoSubmitted is the keyword of Auto-Submitted (RFC 3834 §5); "no" where it
// is missing.
func autoSubmitted(h *head) string {
	auto, _, _ := strings.Cut(lower(h.v[kAutoSubmitted]), ";")
	auto, _, _ = strings.Cut(strings.TrimSpace(auto), " ")
	if auto == "" {
		return "no"
	}
	return auto
}

func nullSender(h *head) bool { return strings.ReplaceAll(h.v[kReturnPath], " ", "") == "<>" }

// reportType is what a multipart/report (RFC 6522) reports; "?" where it does
// not say, and empty for any other mail.
func reportType(root *mail) string {
	if root.body.typ != "multipart/report" {
		return ""
	}
	if root.body.report == "" {
		return "?"
	}
	return lower(root.body.report)
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
	// Without what it answers to it may as well be a person's own subject.
	return begins(subject, vacationSubjects) && strings.ContainsAny(subject, ":：") || strings.HasPrefix(s, "auto: ") && strings.Contains(s, " (returning ") || strings.Contains(s, " is out of the office (returning ")
}

// begins reports whether a subject is one of the words, or begins with one and
// a colon.
func begins(subject string, words []string) bool {
	s := strings.TrimSpace(strings.ToLower(subject))
	for _, w := range words {
		if rest, ok := strings.CutPrefix(s, w); ok {
			rest = strings.TrimLeft(rest, " \u00a0")
			if rest == "" || rest[0] == ':' || strings.HasPrefix(rest, "：") {
				return true
			}
		}
	}
	return false
}

// The subjects and sentences below are what mail programs write in the
// languages they are sold in; all in lower case.
var vacationSubjects = []string{
	"automatic reply", "auto reply", "autoreply", "auto-reply", "auto response", "auto-response", "autoresponse", "automated reply", "automated response", "out of office", "out of the office", "out of office reply", "out of office autoreply", "out of office auto-reply", "out-of-office", "vacation reply", "vacation response", "vacation message",
	"automatische antwort", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsmeldung", "abwesenheitsassistent", "abwesend", "automatische abwesenheitsnotiz",
	"réponse automatique", "réponse automatique d'absence", "absence du bureau", "message d'absence", "notification d'absence", "absent du bureau",
	"respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina", "ausencia de la oficina",
	"risposta automatica", "fuori sede", "fuori ufficio", "assenza dall'ufficio",
	"resposta automática", "resposta automatica", "fora do escritório", "ausência temporária", "ausente do escritório",
	"automatisch antwoord", "automatisch bericht", "afwezigheidsbericht", "afwezig", "niet aanwezig",
	"odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem", "nieobecność w biurze",
	"autosvar", "automatiskt svar", "frånvaromeddelande", "frånvarande", "ej på kontoret",
	"automatisk svar", "fraværsmeddelelse", "ikke til stede", "fraværsmelding", "ikke på kontoret", "fraværende",
	"automatická odpověď", "mimo kancelář", "nepřítomnost v kanceláři", "oznámení o nepřítomnosti", "automatická odpoveď",
	"автоматический ответ", "автоответ", "нет на работе", "отсутствие на рабочем месте", "автоматична відповідь",
	"自動応答", "自動返信", "不在通知", "不在応答", "自动答复", "自动回复", "自動答覆", "自動回覆", "外出", "不在办公室", "자동 회신", "자동 응답",
	"automaattinen vastaus", "otomatik yanıt", "automatikus válasz", "răspuns automat", "αυτόματη απάντηση", "automatski odgovor", "samodejni odgovor", "automaatvastus",
}

var undelivered = []string{
	"undeliverable", "undelivered", "undelivered mail returned to sender", "undeliverable mail", "undeliverable message", "returned mail", "returned mail: see transcript for details", "mail delivery failed", "mail delivery failed: returning message to sender", "mail delivery failure", "delivery failure", "delivery failed", "delivery status notification (failure)", "delivery status notification (delay)", "delivery status notification", "failure notice", "message undeliverable", "mail system error - returned mail", "mail could not be delivered", "non delivery report", "non-delivery report", "delivery delayed", "delayed", "warning: could not send message for past 4 hours",
	"unzustellbar", "nicht zugestellt", "unzustellbare nachricht", "mail-zustellung fehlgeschlagen", "fehlgeschlagene zustellung", "non remis", "non distribuable", "échec de la remise", "échec de remise", "no se puede entregar", "no entregado", "correo no entregado", "error de entrega", "non recapitabile", "mancato recapito", "messaggio non recapitato", "não entregue", "não é possível entregar", "falha na entrega", "onbestelbaar", "niet bestelbaar", "kan niet worden bezorgd", "niedostarczone", "nie można dostarczyć", "niedostarczalne", "går inte att leverera", "kunde inte levereras", "kan ikke leveres", "ikke leveret", "ikke levert", "nedoručitelné", "nelze doručit", "nedoručeno",
	"не удается доставить", "недоставленное сообщение", "сообщение не доставлено", "配信不能", "配信できません", "未送達", "未传递", "无法投递", "退信", "系统退信", "無法傳遞", "無法傳送",
}

var readReceipts = []string{"read", "not read", "read receipt", "return receipt", "return receipt (displayed)", "disposition notification", "gelesen", "ungelesen gelöscht", "nicht gelesen", "lesebestätigung", "lu", "non lu", "accusé de réception", "accusé de lecture", "leído", "no leído", "confirmación de lectura", "acuse de recibo", "letto", "non letto", "conferma di lettura", "ricevuta di ritorno", "lida", "lido", "não lida", "confirmação de leitura", "gelezen", "niet gelezen", "leesbevestiging", "przeczytane", "nieprzeczytane", "potwierdzenie przeczytania", "läst", "oläst", "läskvitto", "læst", "ikke læst", "lest", "ulest", "lesebekreftelse", "přečteno", "nepřečteno", "potvrzení o přečtení", "прочитано", "не прочитано", "уведомление о прочтении", "開封済み", "開封確認", "未開封", "已读", "已讀", "未读", "阅读回执", "讀取"}

var readPhrases = []string{"was read on", "was read at", "was displayed on", "was deleted without being read", "this is a return receipt", "this is a receipt for the mail", "wurde gelesen", "gelesen am", "wurde am", "ungelesen gelöscht", "a été lu", "a été affiché", "supprimé sans avoir été lu", "fue leído", "se leyó", "ha sido leído", "è stato letto", "è stata letta", "è stato visualizzato", "foi lida", "foi lido", "is gelezen", "werd gelezen", "zostało przeczytane", "została przeczytana", "została wyświetlona", "lästes", "har lästs", "blev læst", "er læst", "ble lest", "er lest", "byla přečtena", "byla zobrazena", "было прочитано", "прочитано в", "開封されました", "に開封", "已于", "已在", "已被阅读", "已讀取"}

var invitationPhrases = []string{"has accepted this invitation", "has declined this invitation", "has replied \"maybe\" to this invitation", "has tentatively accepted this invitation"}

// listID reads the identifier out of a List-Id field (RFC 2919), in lower case;
// empty when it is none.
func listID(v string) string {
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		v, _, _ = strings.Cut(v[i+1:], ">")
	}
	if v = lower(strings.TrimSpace(v)); len(v) > 255 || strings.ContainsAny(v, " \t<>@\"") {
		return ""
	}
	return v
}
