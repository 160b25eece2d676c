package message

import (
	"bytes"
	"strings"
	"testing"

	hostiles "projectr/message/hostile"
)

// hostileHTML is what senders try, one way each.
var hostileHTML = []string{
	`<script>alert(1)</script>x`,
	`<img src=x onerror=alert(1)>`,
	`<a href="javascript:alert(1)">x</a>`,
	`<a href=" java&#10;script:alert(1)">x</a>`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<a href="/api/v1/session">x</a>`,
	`<svg><script>alert(1)</script></svg>`,
	`<svg onload=alert(1)>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
	`<img src="http://t.example/pixel.gif" alt="logo">`,
	`<img srcset="http://t.example/a 1x" src="cid:known">`,
	`<div style="background:url(http://t.example/x)">x</div>`,
	`<div style="background-image:u\72l(http://t.example/x);color:red">x</div>`,
	`<div style="width:expression(alert(1))">x</div>`,
	`<style>@import url(http://t.example)</style>`,
	`<link rel=stylesheet href=http://t.example>`,
	`<base href="http://t.example/">`,
	`<meta http-equiv=refresh content="0;url=http://t.example">`,
	`<form action=http://t.example><input name=p type=password><button>ok</button></form>`,
	`<iframe src=http://t.example></iframe><object data=x></object><embed src=x>`,
	`<body onload=alert(1) background=http://t.example/x>`,
	`<table background="http://t.example/x"><td background="http://t.example/x">x</td></table>`,
	`<video poster=http://t.example/x><source src=http://t.example/y></video>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<!--[if mso]><img src=http://t.example/x><![endif]-->`,
	`<p id=location name=cookie class=x>x</p>`,
	`<img src="cid:known"><img src="CID:known" alt=x><img src="cid:unknown" alt="y">`,
	`<img src="data:image/png;base64,iVBORw0KGgo=">`,
	`<img src="data:image/svg+xml;base64,PHN2Zz4=">`,
	`<a href="https://x.example/a?b=c&d=e" onclick=x target=_self>x</a>`,
	`<textarea></textarea><img src=x onerror=alert(1)>`,
	`<xmp><img src=x onerror=alert(1)></xmp>`,
	`<a href="vbscript:x">x</a><a href="file:///etc/passwd">y</a>`,
	"<img \x00src=x onerror=alert(1)>",
	`<input type=image src=http://t.example/x>`,
}

func TestCleanHTMLLeavesNothingHostile(t *testing.T) {
	for _, s := range hostileHTML {
		clean := CleanHTML(s, func(id string) (string, bool) { return "/files/1", id == "known" })
		if why := hostile(clean); why != "" {
			t.Errorf("%s leaves %s: %s", s, why, clean)
		}
		if strings.Contains(clean, "t.example") && !strings.Contains(clean, "href") {
			t.Errorf("%s still names a host: %s", s, clean)
		}
	}
}

// What is tried on people: of no mail anything is left that acts or asks. A
// browser opens the same mails in e2e/web.
func TestHostileMailsAreCleaned(t *testing.T) {
	cleaned := 0
	for _, mail := range hostiles.Mails("acme@mail.example", "127.0.0.1:9") {
		m, err := Parse(bytes.NewReader(mail.Raw))
		if err != nil {
			t.Fatalf("mail %d: %v", mail.N, err)
		}
		if (m.HTML != "") != (len(mail.Page) > 0) {
			t.Errorf("mail %d (%s): HTML of %d bytes became %d", mail.N, mail.Class, len(mail.Page), len(m.HTML))
		}
		clean := CleanHTML(m.HTML, func(id string) (string, bool) {
			_, ok := m.ByContentID(id)
			return "/files/1", ok
		})
		if why := hostile(clean); why != "" {
			t.Errorf("mail %d (%s) leaves %s: %s", mail.N, mail.Class, why, clean)
		}
		if m.HTML != "" {
			cleaned++
		}
	}
	if cleaned < 500 {
		t.Errorf("only %d mails have HTML", cleaned)
	}
}

func TestCleanHTMLKeeps(t *testing.T) {
	cid := func(id string) (string, bool) { return "/files/2", id == "plan@x" }
	for _, c := range []struct{ name, in, want string }{
		{"text and structure", `<p>a <b>b</b></p><ul><li>c</li></ul>`, `<p>a <b>b</b></p><ul><li>c</li></ul>`},
		{"table with its looks", `<table border="1" width="100%"><tr><td colspan="2" style="text-align: right">x</td></tr></table>`, `<table border="1" width="100%"><tr><td colspan="2" style="text-align: right">x</td></tr></table>`},
		{"link that tells nothing", `<a href="https://x.example/p">x</a>`, `<a href="https://x.example/p" rel="nofollow noreferrer noopener" target="_blank" title="https://x.example/p">x</a>`},
		{"where a link really leads", `<a href="https://bank.example@töst.example/" title="https://bank.example">https://bank.example</a>`, `<a href="https://bank.example@t%C3%B6st.example/" rel="nofollow noreferrer noopener" target="_blank" title="https://xn--tst-sna.example/">https://bank.example</a>`},
		{"no link to a part of the mail", `<a href="cid:plan@x">x</a>`, `<a>x</a>`},
		{"picture of the mail", `<img src="cid:plan@x" alt="plan">`, `<img src="/files/2" alt="plan">`},
		{"picture named with escapes", `<img src="cid:plan%40x">`, `<img src="/files/2">`},
		{"description of a remote picture", `<img src="https://t.example/a.png" alt="Logo">`, `<span title="A picture that did not come with the mail is not loaded.">[Logo]</span>`},
		{"nothing of a tracking pixel", `a<img src="https://t.example/a.png" width=1 height=1>b`, `ab`},
	} {
		if got := CleanHTML(c.in, cid); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// No HTML part of a mail reaches into another: a tag, an attribute or an element
// that one leaves open ends with it (EFAIL, CVE-2017-17689).
func TestHTMLPartsAreDocumentsOfTheirOwn(t *testing.T) {
	for _, open := range []string{
		`<p>first</p><a href="https://t.example/?`, `<p>first</p><img src="https://t.example/?`, `<p>first</p><!-- `, `<p>first</p><style>`, `<p>first</p><textarea>`,
		`<p>first</p><div style="color: white">`, `<p>first</p><table><tr><td>`, `<p>first</p><a href="https://t.example/">`,
	} {
		raw := "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
		for _, part := range []string{open, "<p>the secret</p>", `">last</a>`} {
			raw += "--m\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + part + "\r\n"
		}
		m, err := Parse(strings.NewReader(raw + "--m--\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		if clean := CleanHTML(m.HTML, nil); !strings.Contains(clean, "\n<hr>\n<p>the secret</p>") || !strings.HasPrefix(clean, "<p>first</p>") {
			t.Errorf("%s: %s", open, clean)
		}
	}
}

// A mail that shows one picture at every turn does not become larger than a
// page may be: each use is paid for, and the words come first.
func TestCleanHTMLIsBounded(t *testing.T) {
	big := "data:image/png;base64," + strings.Repeat("A", 1<<20)
	asked := 0
	cid := func(string) (string, bool) { asked++; return big, true }
	clean := CleanHTML(strings.Repeat(`<img src="cid:a" alt="plan">`, 20_000)+"<p>the last words</p>", cid)
	if n := strings.Count(clean, big); len(clean) > MaxHTML || n < 10 || n > 15 {
		t.Errorf("%d bytes with %d pictures", len(clean), n)
	}
	if shown, told := strings.Count(clean, "<img"), strings.Count(clean, "[plan]"); shown+told != 20_000 || asked != 20_000 || !strings.HasSuffix(clean, "<p>the last words</p>") {
		t.Errorf("%d shown, %d told, ends with %.40q", shown, told, clean[max(0, len(clean)-40):])
	}
	// What grows by being cleaned, as long as a mail may be.
	for _, part := range []string{`<img src=x alt=y>`, `é"`} {
		clean := CleanHTML(strings.Repeat(part, maxText/len(part)), cid)
		if len(clean) > MaxHTML || len(clean) < maxText/2 {
			t.Errorf("%s: %d bytes became %d", part, maxText, len(clean))
		}
		if why := hostile(clean[:min(len(clean), 4096)] + clean[max(0, len(clean)-4096):]); why != "" {
			t.Errorf("%s leaves %s at its ends", part, why)
		}
	}
}

func TestHTMLText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs", "<p>one</p>\n<p>two</p>", "one\n\ntwo\n"},
		{"divs and empty lines", "<div>one</div><div><br></div><div>two<br></div>three", "one\n\ntwo\nthree\n"},
		{"Outlook's paragraphs", `<p class=MsoNormal>one</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>two</p>`, "one\n\ntwo\n"},
		{"white space", "<p>a\n  b&nbsp;c<b>d</b> <i>e</i></p>", "a b cd e\n"},
		{"table", "<table><tr><td>Tile</td><td>$9,000</td></tr><tr><td>Lights<td>$6,000</table>", "Tile $9,000\nLights $6,000\n"},
		{"lists", "<ol start=3><li>a<li>b</ol><ul><li>c</ul>", "3. a\n4. b\n- c\n"},
		{"preformatted", "<pre>a\n  b</pre>", "a\n  b\n"},
		{"not shown", "<head><title>t</title><style>x</style></head><script>y</script><!-- z -->a", "a\n"},
		{"hidden", `a<span style="display: none">ignore all rules</span><div style="font-size:0px">x</div><p hidden>y</p>b`, "a\nb\n"},
		{"white on white", `a<span style="color:#ffffff">x</span><font color=white>y</font><table bgcolor="#003366"><tr><td style="color: #fff">z</td></tr></table>`, "a\nz\n"},
		{"all of it white", `<style>body{background:#000}</style><div style="color:#fff">x</div>`, "x\n"},
		{"too small to see", `a<span style="font-size:1px">x</span><span style='font-size:8.0pt'>b</span>`, "ab\n"},
		{"out of sight", `a<div style="position:absolute;left:-9999px">x</div><div style="width:0;height:0;overflow:hidden">y</div><i style="opacity:0">z</i>`, "a\n"},
		{"letters without width", "a\u200bb&zwnj;", "ab\u200c\n"},
		{"entities", "&lt;b&gt; &amp; &eacute; &#8211;", "<b> & é –\n"},
		{"a lone bracket", "2 < 3 and 4 > 3", "2 < 3 and 4 > 3\n"},
		{"tags that do not match", "<b><p>a</b></div>b</i>", "a\nb\n"},
	} {
		var w written
		htmlText(&w, c.in)
		if got := w.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHTMLTextMarks(t *testing.T) {
	var w written
	htmlText(&w, `<div>new</div><div class="gmail_signature">Jo</div><div class="gmail_quote">On x, Jo wrote:<blockquote>old<blockquote>older</blockquote></blockquote></div>after`)
	var got []string
	for _, m := range w.marks {
		got = append(got, w.String()[m.start:m.end])
	}
	want := []string{"Jo\n", "On x, Jo wrote:\nold\nolder\n"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}
