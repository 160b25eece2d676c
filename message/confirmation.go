package message

import (
	"html"
	"net/url"
	"regexp"
	"strings"

	"projectr"
)

// forwarder is a mail provider that asks the target of an automatic forward
// whether it wants the mail.
type forwarder struct {
	name    string
	from    []string // the address it writes from, or a domain of it
	subject []string // words of the subject, folded to lower case; one must be there
	body    []string // words of the text; one must be there, if any are given
	links   []string // where its link may lead: a host, or hosts below it, and the path it begins with
	code    *regexp.Regexp
}

// The code of Gmail stands in the subject: "(#123456789) Gmail Forwarding ...".
var (
	gmailCode = regexp.MustCompile(`^\s*(?:[\[(（]\s*)?#\s?(\d{6,12})\b`)
	anyCode   = regexp.MustCompile(`(?i)(?:code|kod|kód|код|código|codice|コード|代码|代碼|验证码|驗證碼|확인 코드|kode|koodi)[^0-9\n]{0,60}?\n?\s*[^0-9\n]{0,20}?\b(\d{4,10})\b`)
	anyMailTo = regexp.MustCompile(`[\p{L}\p{N}._%+'*-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`)
)

// forwardWords and confirmWords are what a mail about a new forwarding address
// speaks of, in the languages of the product.
var (
	forwardWords = []string{"forward", "weiterleit", "umleit", "transfert", "réexpédition", "reenvío", "reenvio", "desvío", "inoltro", "encaminhamento", "reencaminhamento", "doorstuur", "doorsturen", "przekazywan", "przekierowan", "vidarebefordr", "videresend", "přeposílán", "přesměrován", "пересыл", "переадрес", "転送", "转发", "轉寄", "redirect", "redirection"}
	confirmWords = []string{"confirm", "verif", "vérifi", "bestätig", "conferma", "verifica", "bevestig", "potwierd", "bekräft", "bekræft", "bekreft", "potvr", "ověř", "подтвер", "確認", "确认", "確認", "验证", "驗證", "security code", "sicherheitscode", "activat", "aktivier"}
)

// askers are the providers that are known to ask. Each is recognised by
// the address it writes from and then by what it says; words alone never do.
var askers = []forwarder{
	{name: "Gmail", from: []string{"forwarding-noreply@google.com"}, subject: append([]string{"gmail"}, forwardWords...), links: []string{"mail.google.com/mail/vf-", "mail-settings.google.com/mail/vf-"}, code: gmailCode},
	{name: "Outlook", from: []string{"accountprotection.microsoft.com", "account.microsoft.com", "microsoftonline.com"}, subject: confirmWords, links: []string{"account.live.com/", "account.microsoft.com/", "login.live.com/", "outlook.live.com/"}, code: anyCode},
	{name: "Yahoo", from: []string{"yahoo.com", "yahoo-inc.com", "cc.yahoo-inc.com", "yahooinc.com"}, subject: forwardWords, links: []string{"yahoo.com/"}, code: anyCode},
	{name: "iCloud", from: []string{"apple.com", "icloud.com"}, subject: forwardWords, body: confirmWords, links: []string{"icloud.com/", "apple.com/"}, code: anyCode},
	{name: "Zoho", from: []string{"zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zohocorp.com", "zohomail.com"}, subject: forwardWords, body: confirmWords, links: []string{"zoho.com/", "zoho.eu/", "zoho.in/", "zoho.com.au/"}, code: anyCode},
	{name: "Fastmail", from: []string{"fastmail.com", "fastmailteam.com", "messagingengine.com"}, subject: append([]string{"verify"}, forwardWords...), body: confirmWords, links: []string{"fastmail.com/"}, code: anyCode},
	{name: "Proton", from: []string{"proton.me", "protonmail.com", "proton.ch", "protonmail.ch"}, subject: forwardWords, links: []string{"proton.me/", "protonmail.com/"}, code: anyCode},
	{name: "GMX", from: []string{"gmx.net", "gmx.de", "gmx.com", "gmxnet.de"}, subject: forwardWords, body: confirmWords, links: []string{"gmx.net/", "gmx.de/", "gmx.com/"}, code: anyCode},
	{name: "WEB.DE", from: []string{"web.de", "webde.de"}, subject: forwardWords, body: confirmWords, links: []string{"web.de/"}, code: anyCode},
	{name: "Yandex", from: []string{"yandex.ru", "yandex.com", "yandex-team.ru"}, subject: append([]string{"адрес"}, forwardWords...), body: confirmWords, links: []string{"yandex.ru/", "yandex.com/"}, code: anyCode},
	{name: "Mail.ru", from: []string{"corp.mail.ru", "e.mail.ru", "mail.ru"}, subject: forwardWords, body: confirmWords, links: []string{"mail.ru/"}, code: anyCode},
}

// noReply are the local parts that a provider writes from where its domain is
// one that people have addresses of as well.
var noReply = setOf("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer", "service", "support", "security", "info")

// confirmation recognises the mail by which a provider asks whether it may
// forward somebody's mail here. A link is given only where it leads to the
// provider itself by https.
func confirmation(m *Message) *projectr.Confirmation {
	if len(m.From) != 1 {
		return nil
	}
	from := strings.ToLower(m.From[0].Address)
	subject := strings.ToLower(m.Subject)
	text := m.Text[:min(len(m.Text), 64<<10)]
	for _, f := range askers {
		if !f.writesFrom(from) || !containsAny(subject, f.subject) {
			continue
		}
		if f.body != nil && !containsAny(strings.ToLower(text), f.body) && !containsAny(subject, f.body) {
			continue
		}
		c := &projectr.Confirmation{Provider: f.name, Code: f.codeIn(m.Subject, text), URL: f.linkIn(text, m.HTML), For: requester(m, text)}
		if c.Code == "" && c.URL == "" {
			continue // nothing to confirm with: it only tells of something
		}
		return c
	}
	return nil
}

func (f forwarder) writesFrom(from string) bool {
	local, domain, ok := strings.Cut(from, "@")
	if !ok {
		return false
	}
	for _, known := range f.from {
		if strings.Contains(known, "@") {
			if from == known {
				return true
			}
			continue
		}
		if !below(domain, known) {
			continue
		}
		if !projectr.PublicProvider(domain) || noReply[local] {
			return true
		}
	}
	return false
}

// below reports whether host is domain or a subdomain of it.
func below(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// codeIn finds the code: Gmail's in the subject, others' after the word.
func (f forwarder) codeIn(subject, text string) string {
	for _, s := range []string{subject, text} {
		for _, re := range []*regexp.Regexp{f.code, anyCode} {
			if found := re.FindStringSubmatch(s); found != nil {
				return found[1]
			}
		}
	}
	return ""
}

// linkIn finds the first link of the text, or else of the HTML, that leads to
// the provider.
func (f forwarder) linkIn(texts ...string) string {
	for _, s := range texts {
		s = s[:min(len(s), 256<<10)]
		for {
			i := strings.Index(s, "https://")
			if i < 0 {
				break
			}
			s = s[i:]
			end := strings.IndexAny(s, " \t\r\n<>\"'`\\^{|}")
			if end < 0 {
				end = len(s)
			}
			if link := f.own(html.UnescapeString(strings.TrimRight(s[:end], ".,;:!?)]"))); link != "" {
				return link
			}
			s = s[len("https://"):]
		}
	}
	return ""
}

// own gives a link back if it is one of the provider's own and asks for
// confirmation.
func (f forwarder) own(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Host != u.Hostname() || len(link) > 2000 || strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r == '"' || r == '<' || r == '>' || r >= 0x7f }) {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, l := range f.links {
		domain, path, _ := strings.Cut(l, "/")
		if path != "" {
			if host == domain && strings.HasPrefix(u.EscapedPath(), "/"+path) {
				return link
			}
			continue
		}
		if below(host, domain) && asksToConfirm(u) {
			return link
		}
	}
	return ""
}

// asksToConfirm tells the link that confirms from those to help pages and to
// settings: it says so, or carries a long token.
func asksToConfirm(u *url.URL) bool {
	low := strings.ToLower(u.EscapedPath() + "?" + u.RawQuery)
	if containsAny(low, []string{"help", "support", "privacy", "terms", "unsubscribe", "cancel", "deny", "reject", "settings", "policy", "legal"}) {
		return false
	}
	if containsAny(low, []string{"confirm", "verif", "activat", "validate", "accept", "approve", "bestaetig"}) {
		return true
	}
	for piece := range strings.FieldsFuncSeq(low, func(r rune) bool { return strings.ContainsRune("/?&=", r) }) {
		if len(piece) >= 24 && hasDigit(piece) {
			return true
		}
	}
	return false
}

// requester is the first address in subject or text that is neither one the
// mail was sent to nor the provider's own.
func requester(m *Message, text string) string {
	_, own, _ := strings.Cut(strings.ToLower(m.From[0].Address), "@")
	for _, s := range []string{m.Subject, text} {
		for _, addr := range anyMailTo.FindAllString(noise.ReplaceAllString(s, " "), 50) {
			addr = strings.Trim(addr, ".'-")
			local, domain, _ := strings.Cut(strings.ToLower(addr), "@")
			if strings.Contains(addr, "*") || domain == own && noReply[local] || isRecipient(m, addr) {
				continue // masked, the provider's, or ours
			}
			return addr
		}
	}
	return ""
}

func isRecipient(m *Message, addr string) bool {
	for _, list := range [][]projectr.MailAddress{m.To, m.Cc} {
		for _, to := range list {
			if strings.EqualFold(to.Address, addr) {
				return true
			}
		}
	}
	return false
}
