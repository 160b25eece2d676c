package message

import (
	"strings"
	"testing"
)

func TestHidden(t *testing.T) {
	for _, c := range []struct{ name, in, seen, hidden string }{
		{"nothing", `<p>Pour on Friday.</p>`, "Pour on Friday.", ""},
		{"an element", `<p>Pour <b style="display:none">never</b>on Friday.</p>`, "Pour on Friday.", "a part of it is not shown: never"},
		{"elements in it", `<div hidden>one <b>two</b></div><p>Pour.</p>`, "Pour.", "a part of it is not shown: one two"},
		{"a class of a style sheet", `<style>p.x, .y { display : none } .z{color:#fff}</style><p class="a x">no</p><p class=y>no</p><p class=z>yes</p>`, "yes", "a part of it is not shown: no; a part of it is not shown: no"},
		{"an id of a style sheet", `<style>/* all */ #x{visibility:hidden}</style><p id=x>no</p><p>yes</p>`, "yes", "a part of it is not shown: no"},
		{"a rule for some screens", `<style>@media (max-width:400px){.x{display:none}}</style><p class=x>yes</p>`, "yes", ""},
		{"a rule inside of others", `<style>.m .x{display:none}</style><p class=x>yes</p>`, "yes", ""},
		{"white on white", `<p>yes</p><p style="color: rgb(255, 255, 255)">no</p>`, "yes", "letters in the colour of their ground: no"},
		{"white on dark", `<table bgcolor="#333333"><tr><td style="color:#fff">yes</td></tr></table>`, "yes", ""},
		{"dark on the same dark", `<table bgcolor="#333333"><tr><td>yes <font color="#323232">no</font></td></tr></table>`, "yes", "letters in the colour of their ground: no"},
		{"on a picture nobody loads", `<div style="background:url(x.png)"><span style="color:#fff">yes</span></div>`, "yes", ""},
		{"no colour at all", `<div style="background:#000;color:transparent">no</div><p>yes</p>`, "yes", "a part of it is not shown: no"},
		{"left open", `<p>yes</p><div style="font-size:0">no`, "yes", "a part of it is not shown: no"},
		{"a comment and a title", `<title>T</title><!-- C --><p>yes</p><!--[if mso]>M<![endif]-->`, "yes", "the title of its HTML: T; a comment: C"},
		{"a description", `<img alt="A &amp; B"><p>yes</p>`, "yes", "the description of a part of it: A & B"},
		{"tags", "<p>yes\U000e0048\U000e0069</p>", "yes", "letters that no program shows: Hi"},
	} {
		m, err := Parse(strings.NewReader("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + c.in))
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, h := range m.Hidden() {
			all = append(all, h.Where+": "+h.Text)
		}
		if seen, hidden := strings.TrimSpace(m.Text), strings.Join(all, "; "); seen != c.seen || hidden != c.hidden {
			t.Errorf("%s: seen %q, hidden %q; want %q, %q", c.name, seen, hidden, c.seen, c.hidden)
		}
	}
}
