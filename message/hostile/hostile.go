// Package hostile makes mails that try to act in the dashboard of whoever opens
// them: to run a script, to ask a host for something, to send a form, to move
// the page. Tests alone use it; what they expect is that nothing happens.
//
// A script that runs says so by Script on the console. A request that leaves
// goes to a host that Host names, or to the canary. Everything is made by code
// and is the same each time.
package hostile

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"strconv"
	"strings"
)

// Mail is one mail made to harm.
type Mail struct {
	N     int    `json:"n"`     // from 1
	Class string `json:"class"` // what it tries, in one word
	// Raw is the whole mail (RFC 5322), with CRLF.
	Raw []byte `json:"raw"`
	// Page is the HTML as it came, which a browser would be given if nobody
	// cleaned it. Nil where the mail has none.
	Page []byte `json:"page"`
	// Press says that it acts when somebody presses what it shows at its top.
	Press bool `json:"press"`
}

// Script is what the console hears when the script of mail n runs.
func Script(n int) string { return strconv.Itoa(7_000_000 + n) }

// Host is the host that mail n wants to be asked. It is in a domain that nobody
// can have (RFC 2606).
func Host(n int) string { return fmt.Sprintf("evil-%d.example", n) }

// tried is a way to harm, before it is a mail. In all its texts @JS@ stands for
// a script, @HOST@ for a host, @URL@ for an address there, @CANARY@ for a
// loopback host with its port, and @N@ for the number.
type tried struct {
	class   string
	html    string
	charset string                // of the HTML part; empty: utf-8
	encode  func(s string) []byte // bytes of the HTML part; nil: as it is
	press   bool
	subject string // empty: a harmless one
	from    string // display name; empty: a harmless one
	plain   string // text/plain part; empty: a harmless one
	files   []file
	parts   []string // HTML parts after the first, side by side with it
}

type file struct{ contentType, name, id, body string }

// Mails returns every mail, addressed to to. canary is the host:port that
// those ask which want something on the machine itself.
func Mails(to, canary string) []Mail {
	all := everything()
	mails := make([]Mail, len(all))
	for i, t := range all {
		mails[i] = t.mail(i+1, to, canary)
	}
	return mails
}

func (t tried) mail(n int, to, canary string) Mail {
	fill := strings.NewReplacer("@JS@", "console.log("+Script(n)+")", "@URL@", "http://"+Host(n)+"/"+strconv.Itoa(n),
		"@HOST@", Host(n), "@CANARY@", canary+"/"+strconv.Itoa(n), "@N@", strconv.Itoa(n)).Replace
	page := []byte(fill(t.html))
	if t.encode != nil {
		page = t.encode(fill(t.html))
	}
	subject, from, plain, charset := fmt.Sprintf("Hostile %d %s", n, t.class), "Kirsten Dobry", fmt.Sprintf("Mail %d of the class %s.", n, t.class), "utf-8"
	if t.subject != "" {
		subject = strconv.Itoa(n) + " " + fill(t.subject)
	}
	if t.from != "" {
		from = fill(t.from)
	}
	if t.plain != "" {
		plain = fill(t.plain)
	}
	if t.charset != "" {
		charset = t.charset
	}

	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	part := func(boundary, contentType, more string, body []byte) {
		line("--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64%s\r\n", boundary, contentType, more)
		for text := base64.StdEncoding.EncodeToString(body); text != ""; {
			cut := min(len(text), 76)
			line("%s", text[:cut])
			text = text[cut:]
		}
	}
	line("From: %s <hostile@elsewhere.example>", word(from))
	line("To: <%s>", to)
	line("Subject: %s", word(subject))
	line("Date: Mon, 02 Mar 2026 %02d:%02d:00 -0500", 1+n/60, n%60)
	line("Message-ID: <hostile.%d@elsewhere.example>", n)
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/mixed; boundary=m\r\n")
	if len(t.parts) == 0 {
		line("--m\r\nContent-Type: multipart/alternative; boundary=a\r\n")
		part("a", "text/plain; charset=utf-8", "", []byte(plain))
		if t.html != "" {
			part("a", "text/html; charset="+charset, "", page)
		}
		line("--a--")
	} else {
		part("m", "text/html; charset="+charset, "", page)
		for _, p := range t.parts {
			next := []byte(fill(p))
			part("m", "text/html; charset="+charset, "", next)
			page = append(append(page, "\n"...), next...)
		}
	}
	for _, f := range t.files {
		more := "\r\nContent-Disposition: attachment; filename*=UTF-8''" + percent(fill(f.name))
		if f.id != "" {
			more = "\r\nContent-ID: <" + fill(f.id) + ">\r\nContent-Disposition: inline; filename*=UTF-8''" + percent(fill(f.name))
		}
		part("m", f.contentType, more, []byte(fill(f.body)))
	}
	line("--m--")
	if t.html == "" {
		page = nil
	}
	return Mail{N: n, Class: t.class, Raw: b.Bytes(), Page: page, Press: t.press}
}

// word writes text for a header, in encoded words (RFC 2047) that nothing of it
// gets out of.
func word(s string) string {
	var words []string
	for _, r := range chunks(s, 30) {
		words = append(words, mime.BEncoding.Encode("utf-8", r+"\u200b")) // never plain ASCII, so always encoded
	}
	return strings.Join(words, "\r\n ")
}

func chunks(s string, n int) []string {
	var out []string
	for runes := []rune(s); len(runes) > 0; {
		cut := min(len(runes), n)
		out = append(out, string(runes[:cut]))
		runes = runes[cut:]
	}
	return out
}

// percent encodes all but letters and digits (RFC 8187).
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
