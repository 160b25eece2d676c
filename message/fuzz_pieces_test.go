package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/quotedprintable"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"projectr"
)

// The budget of one mail (invariant I-26).
const (
	budgetCPU    = 2 * time.Second
	budgetMemory = 64 << 20 // and four times the mail
)

// withinBudget does what should cost little, and fails where it does not. What
// is in the heap is looked at every millisecond.
func withinBudget(t *testing.T, size int, do func()) {
	t.Helper()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	held := func() uint64 { metrics.Read(heap); return heap[0].Value.Uint64() }
	before, peak := held(), uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				peak = max(peak, held())
			case <-stop:
				peak = max(peak, held())
				return
			}
		}
	}()
	start := cpuTime(t)
	do()
	used := cpuTime(t) - start
	close(stop)
	<-stopped
	t.Logf("%v of CPU, %d MiB for %d bytes", used, (peak-before)>>20, size)
	if used > raceFactor*budgetCPU {
		t.Errorf("%v of CPU for %d bytes", used, size)
	}
	if peak > before+budgetMemory+4*uint64(size) {
		t.Errorf("%d bytes of memory for %d bytes", peak-before, size)
	}
}

func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// seedFields adds the values of one field of the golden mails.
func seedFields(f *testing.F, k key) {
	for _, raw := range goldenMails(f) {
		p := newParser(bytes.NewReader(raw))
		var h head
		p.header(&h)
		if h.v[k] != "" {
			f.Add(h.v[k])
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\r\nb\n\rc\n"))
	f.Add([]byte("a\rb\rc"))
	f.Add([]byte(strings.Repeat("x", lineBuffer+3) + "\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		read := func(r io.Reader) (got []string) {
			l := lines{src: r}
			for {
				line := l.next()
				if len(line) == 0 {
					return got
				}
				got = append(got, string(line))
			}
		}
		got := read(bytes.NewReader(b))
		if strings.Join(got, "") != string(b) {
			t.Fatalf("%q", got)
		}
		if slow := read(iotest.OneByteReader(bytes.NewReader(b))); !slices.Equal(got, slow) {
			t.Fatalf("byte by byte %q, else %q", slow, got)
		}
	})
}

// FuzzHeader reads any header; its line ends make no difference.
func FuzzHeader(f *testing.F) {
	for _, raw := range goldenMails(f) {
		h, _, _ := bytes.Cut(raw, []byte("\n\n"))
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		read := func(b []byte) (h head, more bool) {
			more = newParser(bytes.NewReader(b)).header(&h)
			return h, more
		}
		h, more := read(b)
		for k, v := range h.v {
			if strings.ContainsAny(v, "\n") {
				t.Fatalf("field %d: %q", k, v)
			}
		}
		if bytes.IndexByte(b, '\r') >= 0 {
			return
		}
		if h2, more2 := read(bytes.ReplaceAll(b, lf, crlf)); h != h2 || more != more2 {
			t.Fatalf("with CRLF %q, else %q", h2.v, h.v)
		}
	})
}

func FuzzMessageIDs(f *testing.F) {
	for _, s := range []string{"<a@b> <c@d>", "<a@b", "a@b", "Your message of <x@y>", "<a @ b>", "<<a>>", "<a@b><a@b>"} {
		f.Add(s)
	}
	seedFields(f, kReferences)
	f.Fuzz(func(t *testing.T, s string) {
		ids := messageIDs(s)
		seen := map[string]bool{}
		for _, id := range ids {
			if id == "" || seen[id] || strings.ContainsAny(id, " \t\r\n") {
				t.Fatalf("%q in %q", id, ids)
			}
			seen[id] = true
		}
		if len(ids) > maxReferences {
			t.Fatalf("%d ids", len(ids))
		}
		all := "<" + strings.Join(ids, "> <") + ">"
		if len(ids) > 0 && strings.Count(all, "<") == len(ids) && strings.Count(all, ">") == len(ids) && !slices.Equal(messageIDs(all), ids) {
			t.Fatalf("%q became %q", ids, messageIDs(all))
		}
	})
}

// FuzzExtended writes a file name in the pieces of RFC 2231 and reads it.
func FuzzExtended(f *testing.F) {
	f.Add("Plan – Ebene 2.pdf", uint8(5))
	f.Add("a'b'c%20 \"d\"; x*0*=y", uint8(1))
	f.Fuzz(func(t *testing.T, name string, width uint8) {
		// What looks like ISO-2022-JP is taken for it, whatever it says of itself.
		if !utf8.ValidString(name) || strings.Contains(name, "=?") || strings.Contains(name, "\x1b") || len(name) == 0 || len(name) > 400 {
			return
		}
		var field strings.Builder
		field.WriteString("attachment")
		w := int(width)%40 + len(name)/150 + 1 // 200 parameters are read
		for i := 0; i*w < len(name); i++ {
			fmt.Fprintf(&field, "; filename*%d*=", i)
			if i == 0 {
				field.WriteString("utf-8''")
			}
			for _, c := range []byte(name[i*w : min(len(name), i*w+w)]) {
				fmt.Fprintf(&field, "%%%02X", c)
			}
		}
		if got := newParser(strings.NewReader("")).parseValue(field.String()).get("filename"); got != name {
			t.Fatalf("%q became %q by %s", name, got, field.String())
		}
	})
}

// FuzzCharset decodes any bytes by any name of a charset. Where it has to guess,
// what is ASCII stays.
func FuzzCharset(f *testing.F) {
	for _, cs := range []string{"", "utf-8", "iso-8859-1", "windows-1250", "iso-2022-jp", "utf-7", "gb18030", "big5", "shift_jis", "euc-kr", "utf-16", "utf-32le", "klingon", "cp950", "hz-gb-2312", "x-mac-cyrillic", "macintosh"} {
		f.Add([]byte("Caf\xe9 \x1b$B%F\x1b(B +AOk- \xa4\xa2"), cs)
	}
	f.Fuzz(func(t *testing.T, b []byte, charset string) {
		p := newParser(strings.NewReader(""))
		got := p.decode(b, charset)
		if !utf8.ValidString(got) {
			t.Fatalf("%q", got)
		}
		if charsetOf(charset) != nil || bytes.IndexByte(b, 0x1b) >= 0 {
			return
		}
		ascii := func(r rune) rune {
			if r < utf8.RuneSelf {
				return r
			}
			return -1
		}
		want := string(slices.DeleteFunc(bytes.Clone(b), func(c byte) bool { return c >= utf8.RuneSelf }))
		if strings.Map(ascii, got) != want {
			t.Fatalf("%q lost words: %q", b, got)
		}
	})
}

// FuzzBoundary puts two files between delimiters and finds them again.
func FuzzBoundary(f *testing.F) {
	f.Add("----=_Part_1", []byte("a\r\nb"), []byte("--x\r\n\r\n"))
	f.Add("b", []byte(""), []byte("--"))
	f.Fuzz(func(t *testing.T, boundary string, a, b []byte) {
		ok := boundary != "" && len(boundary) <= 70
		for _, c := range []byte(boundary) {
			ok = ok && (asciiLetter(c) || c >= '0' && c <= '9' || c == '-' || c == '_')
		}
		if !ok || bytes.Contains(a, []byte("--"+boundary)) || bytes.Contains(b, []byte("--"+boundary)) {
			return
		}
		if bytes.HasSuffix(a, cr) || bytes.HasSuffix(b, cr) || bytes.Contains(a, []byte("--")) || bytes.Contains(b, []byte("--")) && strings.Contains(boundary, "--") {
			return
		}
		part := "--" + boundary + "\r\nContent-Type: application/x-plan\r\n\r\n"
		raw := "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n" + part + string(a) + "\r\n" + part + string(b) + "\r\n--" + boundary + "--\r\n"
		var got []*box
		if err := EachAttachment(strings.NewReader(raw), func(projectr.Attachment) io.WriteCloser {
			got = append(got, &box{})
			return got[len(got)-1]
		}); err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || !bytes.Equal(got[0].Bytes(), a) || !bytes.Equal(got[1].Bytes(), b) {
			t.Fatalf("%q and %q became %d files", a, b, len(got))
		}
	})
}

// decoded runs a decoder over lines.
func decoded(enc transfer, b []byte) (out []byte, damaged bool) {
	d := decoder{enc: enc, put: func(b []byte) { out = append(out, b...) }}
	for line := range bytes.Lines(b) {
		text, eol := cutEOL(line)
		d.line(text, len(eol) > 0)
		if eol != nil {
			d.eol(eol)
		}
	}
	d.end()
	return out, d.damaged
}

func FuzzBase64(f *testing.F) {
	f.Add([]byte("any bytes\x00\xff"), uint8(76))
	f.Fuzz(func(t *testing.T, b []byte, width uint8) {
		enc := base64.StdEncoding.EncodeToString(b)
		var lines strings.Builder
		for w := int(width)%100 + 1; enc != ""; enc = enc[min(w, len(enc)):] {
			lines.WriteString(enc[:min(w, len(enc))] + "\r\n")
		}
		if got, damaged := decoded(base64Encoding, []byte(lines.String())); damaged || !bytes.Equal(got, b) {
			t.Fatalf("%q became %q (damaged %v)", b, got, damaged)
		}
	})
}

func FuzzQuotedPrintable(f *testing.F) {
	f.Add([]byte("caf\xc3\xa9 = 3 \t\nend "))
	f.Fuzz(func(t *testing.T, b []byte) {
		var enc bytes.Buffer
		w := quotedprintable.NewWriter(&enc)
		w.Binary = true
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got, damaged := decoded(quotedPrintable, enc.Bytes()); damaged || !bytes.Equal(got, b) {
			t.Fatalf("%q became %q by %q", b, got, enc.Bytes())
		}
	})
}

func FuzzUUEncode(f *testing.F) {
	f.Add([]byte("any bytes\x00\xff and more of them than one line takes, so that there are two"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var enc bytes.Buffer
		enc.WriteString("begin 644 a\n")
		letter := func(v byte) byte {
			if v == 0 {
				return '`'
			}
			return v + ' '
		}
		for rest := b; len(rest) > 0; {
			n := min(45, len(rest))
			enc.WriteByte(byte(n) + ' ')
			for i := 0; i < n; i += 3 {
				var q [3]byte
				copy(q[:], rest[i:n])
				enc.Write([]byte{letter(q[0] >> 2), letter(q[0]<<4&63 | q[1]>>4), letter(q[1]<<2&63 | q[2]>>6), letter(q[2] & 63)})
			}
			enc.WriteByte('\n')
			rest = rest[n:]
		}
		enc.WriteString("`\nend\n")
		if got, damaged := decoded(uuencode, enc.Bytes()); damaged || !bytes.Equal(got, b) {
			t.Fatalf("%q became %q (damaged %v)", b, got, damaged)
		}
	})
}

// FuzzSniff: the type that is shown is the one declared or one we know, and
// would be shown again for a file that declares it.
func FuzzSniff(f *testing.F) {
	for _, m := range magic {
		f.Add("plan.pdf", "text/plain", []byte(m.start+"\x00\x00"))
	}
	f.Add("a.docx", "application/zip", []byte(zipOf("word/document.xml")))
	f.Add("a.eml", "", []byte("From: a@x\nTo: b@x\nSubject: c\n\nd"))
	f.Add("a.ics", typeAny, []byte("BEGIN:VCALENDAR"))
	f.Fuzz(func(t *testing.T, name, declared string, head []byte) {
		typ, odd := typeOf(name, declared, head)
		if typ != declared && formatNamed(typ) == nil {
			t.Fatalf("%q", typ)
		}
		if strings.ContainsAny(odd, "\r\n\x00") {
			t.Fatalf("%q", odd)
		}
		if again, _ := typeOf(name, typ, head); again != typ {
			t.Fatalf("%q, then %q", typ, again)
		}
	})
}

// FuzzForward puts a header block of some language over any text. Who is named
// as author stands in the text, and nowhere is a word of it lost.
func FuzzForward(f *testing.F) {
	blocks := []string{
		"---------- Forwarded message ---------\nFrom: Jo Doe <jo@x.example>\nDate: Mon, Sep 2, 2024 at 10:00 AM\nSubject: slab\nTo: <mike@y.example>\n\n",
		"Von: Jo Doe <jo@x.example>\nGesendet: Montag, 2. September 2024 10:00\nAn: Mike\nBetreff: Decke\n\n",
		"________________________________\nDe : Jo Doe <jo@x.example>\nEnvoyé : lundi 2 septembre 2024 10:00\nÀ : Mike\nObjet : dalle\n\n",
		"Begin forwarded message:\n\nFrom: Jo Doe <jo@x.example>\nSubject: slab\nDate: September 2, 2024\nTo: mike@y.example\n\n",
	}
	for i := range blocks {
		f.Add(i, "see below\n\n", "The slab is poured on Friday.\n")
	}
	f.Fuzz(func(t *testing.T, i int, before, after string) {
		text := cleanText(strings.ToValidUTF8(before, "?")) + blocks[uint(i)%uint(len(blocks))] + cleanText(strings.ToValidUTF8(after, "?"))
		d := reading{subject: "FW: slab"}.divide(text)
		if why := badSpans(&Message{Text: text, Spans: d.spans}); why != "" {
			t.Fatal(why)
		}
		flat := squeeze(text)
		for _, in := range d.forwarded {
			for _, a := range in.From {
				if !strings.Contains(flat, squeeze(a.Address)) {
					t.Fatalf("author %q is not in %q", a.Address, text)
				}
			}
		}
	})
}

// FuzzUnflow joins lines and loses nothing but marks and blanks.
func FuzzUnflow(f *testing.F) {
	f.Add("a \nb\n> c \n> d\n-- \nsig\n", false)
	f.Add("a \nb\n", true)
	f.Fuzz(func(t *testing.T, s string, delsp bool) {
		s = strings.ToValidUTF8(s, "?") // it is decoded by then
		words := func(s string) string { return strings.ReplaceAll(squeeze(s), ">", "") }
		if got := unflow(s, delsp); words(got) != words(s) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

// FuzzSaysOtherwise: a text says what it says.
func FuzzSaysOtherwise(f *testing.F) {
	f.Add("Please pour the slab on Friday, the trucks come early and pumps are ordered.", "<style>p{}</style><p>Please<!-- x --> pour")
	f.Fuzz(func(t *testing.T, text, html string) {
		saysOtherwise(text, html)
		if plain := strings.NewReplacer("<", " ", ">", " ").Replace(text); saysOtherwise(plain, plain) {
			t.Fatalf("%q is not itself", plain)
		}
	})
}

// TestBudget reads mails of 8 MB that are as dear as they can be made.
func TestBudget(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(30)) // what is held counts, not when garbage is collected
	const size = 8 << 20
	rng := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, size)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, raw := range map[string]string{
		"text":            "From: a@x.example\n\n" + fill("Please send the revised ceiling plan by Friday.\n"),
		"html":            "From: a@x.example\nContent-Type: text/html\n\n" + fill("<p><b>Please</b> send the <a href='http://x.example'>plan</a></p>\n"),
		"nested html":     "From: a@x.example\nContent-Type: text/html\n\n" + fill("<div>"),
		"a ground":        "From: a@x.example\nContent-Type: text/html\n\n<p style='background:" + fill("a ") + "'>a",
		"a style sheet":   "From: a@x.example\nContent-Type: text/html\n\n<style>" + fill(".x,.y{font-size:0}") + "</style><p class='x y'>a",
		"comments":        "From: a@x.example\nContent-Type: text/html\n\n<style>" + fill(`/*\6*/a\69{}`) + "</style>a",
		"quotes":          "From: a@x.example\n\n" + fill("> > > a\n"),
		"blocks":          "From: a@x.example\n\n" + fill("From: Jo <jo@x.example>\nSent: Monday, September 2, 2024\nTo: Mike\nSubject: slab\n\nwords\n\n"),
		"attributions":    "From: a@x.example\n\n" + fill("On Mon, 2 Sep 2024 at 10:00, Jo <jo@x.example> wrote:\n> a\n"),
		"header":          fill("Subject: =?utf-8?q?a?= =?utf-8?b?YQ==?=\n"),
		"addresses":       "To: " + fill("Jo Doe <jo@x.example>, ") + "\n\nx\n",
		"parts":           "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n"),
		"text parts":      "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\n\nFrom: Jo <jo@x.example>\nSent: x\nSubject: y\n\nz\n"),
		"base64":          "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + fill(strings.Repeat("QUJD", 19)+"\n"),
		"noise":           "From: a@x.example\n\n" + string(noise),
		"noise in base64": "From: a@x.example\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(noise[:size*3/4]),
		"attached mails":  fill("Content-Type: message/rfc822\n\n"),
		"delimiters":      "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b\n"),
		"flowed":          "Content-Type: text/plain; format=flowed; delsp=yes\n\n" + fill("> a \n"),
		"japanese":        "Content-Type: text/plain; charset=iso-2022-jp\n\n" + fill("\x1b$B%F%9%H\x1b(B\n"),
		"utf-7":           "Content-Type: text/plain; charset=utf-7\n\n" + fill("+AOkA6Q-"),
		"tnef":            "Content-Type: application/ms-tnef; name=winmail.dat\n\n" + newTNEF().String() + fill(newTNEF().String()[6:]),
		"rtf":             tnefMailOf(rtfStream(fill(`{\'e9\u269?\par `)[:2<<20]), ""),
		"views":           "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n" + fill("words and others\n")[:size/2] + "--b\nContent-Type: text/html\n\n" + fill("<style>")[:size/2],
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			withinBudget(t, len(raw), func() {
				m, err := Parse(strings.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				if why := broken(m); why != "" {
					t.Error(why)
				}
			})
		})
	}
}

// rtfStream is a TNEF stream whose text is this RTF, not compressed.
func rtfStream(rtf string) []byte {
	head := []byte{0, 0, 0, 0, byte(len(rtf)), byte(len(rtf) >> 8), byte(len(rtf) >> 16), byte(len(rtf) >> 24), 'M', 'E', 'L', 'A', 0, 0, 0, 0}
	w := newTNEF()
	w.attribute(1, attMAPIProps, props(variableProp(0x102, propRTF, append(head, rtf...))))
	return w.Bytes()
}
