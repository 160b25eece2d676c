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
		{"an @media for every screen", `<style>@media screen { .x{display:none} } @media print{.y{display:none}} .z{display:none}</style><p class=x>no</p><p class=y>yes</p><p class=z>no</p>`, "yes", "a part of it is not shown: no; a part of it is not shown: no"},
		{"a comment and a title", `<title>T</title><!-- C --><p>yes</p><!--[if mso]>M<![endif]-->`, "yes", "the title of its HTML: T; a comment: C"},
		{"a description", `<img alt="A &amp; B"><p>yes</p>`, "yes", "the description of a part of it: A & B"},
		{"folded", `<details><summary>seen</summary>no <b>no</b><details open>no</details></details><details open><summary>and</summary>this</details>`, "seen\nand\nthis", "a part of it is not shown: no no no"},
		{"one summary only", `<details>no<summary>yes</summary><summary>no</summary></details>`, "yes", "a part of it is not shown: no; a part of it is not shown: no"},
		{"a summary that is none", `<details><p><summary>no</summary></p></details><summary>yes</summary>`, "yes", "a part of it is not shown: no"},
		{"a dialog", `<dialog>no</dialog><dialog open>yes</dialog>`, "yes", "a part of it is not shown: no"},
		{"for who has no scripts, and templates", `<noscript>no</noscript><template>no<template>no</template>no</template>yes`, "yes", "a part of it is not shown: no; a part of it is not shown: no no no"},
		{"to choose from", `<select><option>no</select><canvas>no</canvas>yes`, "yes", "a part of it is not shown: no; a part of it is not shown: no"},
		{"deeper than is looked", strings.Repeat("<b>", 500) + `yes<i style="display:none">no <u>no</u>` + strings.Repeat("</b>", 500) + " yes", "yes yes", "a part of it is not shown: no no"},
		{"a head left open", `<html><head><title>T</title><body><p>yes`, "yes", "the title of its HTML: T"},
		{"raised cents and footnotes", `<p>$12<sup>50</sup>, $5,000<sup><a href=#f>1</a></sup>, 1<sup>1</sup>/<sub>2</sub> inch, 40 m<sup>2</sup>, the 9<sup>th</sup>, 5 <sup>1</sup></p>`, "$12⁵⁰, $5,000¹, 1¹/2 inch, 40 m2, the 9th, 5 1", ""},
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

// TestHiddenByStyle has one way to hide words each, and beside it what looks like one and is seen.
func TestHiddenByStyle(t *testing.T) {
	for _, style := range []string{
		"clip-path:inset(100%)", "-webkit-clip-path: inset(50%)", "clip-path:inset(0 100% 0 0)", "clip-path:circle(0)", "clip-path:polygon(0 0, 0 0, 0 0)",
		"filter:opacity(0)", "filter:blur(2px) opacity( 5% )", "opacity:1%",
		"margin-left:-9999px", "margin:0 0 0 -9999px", "margin:-9999px 0", "margin-top:-100em", "text-indent:-9999px", "position:absolute;left:-999em", "position:absolute;left:9999px",
		"color:rgba(0,0,0,.01)", "color:rgba(0,0,0,0)", "color: rgba(10, 20, 30, 0.0)", "color:rgb(0 0 0 / 0%)", "color:#0000", "color:#12345600", "color:hsla(0,0%,0%,0)",
		"-webkit-text-fill-color:transparent", "-webkit-text-fill-color:transparent;color:#000", "-webkit-text-fill-color:#fff",
		"color:hsl(0,0%,100%)", "color:hsl(240 100% 99%)", "color:rgb(255 255 255)", "color:rgb(100%,100%,100%)", "color:snow", "color:#ffffffff",
		"transform:translateX(-5000px)", "transform: rotate(1deg) translate(-5000px, 0)", "transform:translate3d(0,-9999px,0)", "transform:scale(0)", "transform:scale(0, 0)", "transform:scaleY(0)",
		"font-size:0.01em", "font-size:1%", "font-size:0", "font:0/0 a", "font: bold 1px/1px arial", "overflow:hidden;height:1px", "max-height:1px; overflow: hidden",
	} {
		if seen := htmlSeen(t, style); strings.TrimSpace(seen) != "yes" {
			t.Errorf("%s: seen %q", style, seen)
		}
	}
	for _, style := range []string{
		"clip-path:inset(0)", "clip-path:inset(10% 5%)", "clip-path:circle(50%)", "clip-path:polygon(0 0, 100% 0, 100% 100%)", "clip-path:none",
		"filter:opacity(1)", "filter:opacity(80%)", "filter:grayscale(0)", "opacity:50%", "opacity:1",
		"margin-left:-9.0pt", "margin:0 -15px", "margin:0in 0in .0001pt .5in", "margin:auto", "text-indent:-.25in", "text-indent:-18.0pt", "left:-10.5px", "margin-left:600px", "left:-100%",
		"color:rgba(0,0,0,.87)", "color:rgb(0 0 0 / 87%)", "color:#000f", "color:#000000ff", "color:hsl(0,0%,20%)", "color:hsl(210, 50%, 50%)", "color:transparent;color:#333",
		"color:transparent;-webkit-text-fill-color:#333", "background:linear-gradient(red,blue);-webkit-background-clip:text;-webkit-text-fill-color:transparent",
		"background:hsl(0,0%,20%);color:#fff", "color:inherit", "color:currentcolor", "color:windowtext",
		"transform:translateX(-50%)", "transform:translate(-50%,-50%) scale(1)", "transform:scale(0.95)", "transform:none", "transform:rotate(0)",
		"font-size:.8em", "font-size:90%", "font-size:small", "font:12px/1.5 arial", "font:bold 11.0pt Calibri", "font:400 14px arial", "font:inherit", "font:700 0.9em x",
		"height:1px", "overflow:hidden;height:1em", "overflow:hidden;height:20px",
	} {
		if seen := htmlSeen(t, style); strings.Join(strings.Fields(seen), " ") != "word yes" {
			t.Errorf("%s: seen %q", style, seen)
		}
	}
}

func htmlSeen(t *testing.T, style string) string {
	m, err := Parse(strings.NewReader("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div style=\"" + style + "\">word</div><p>yes</p>"))
	if err != nil {
		t.Fatal(err)
	}
	return m.Text
}

// TestHiddenByWhatHolds has letters that are hidden by an element around them: seen are those that
// an element between has otherwise, where it can.
func TestHiddenByWhatHolds(t *testing.T) {
	for _, c := range []struct{ name, in, seen string }{
		{"MJML", `<table><tr><td style="font-size:0px;padding:10px 25px;word-break:break-word;"><div style="font-family:Arial;font-size:13px;line-height:1;text-align:left;color:#000000;">yes</div></td></tr></table>`, "yes"},
		{"columns", `<div style="font-size:0">no<div style="font-size:16px">one</div> <div style="font-size:1rem">two</div>no</div>`, "one\ntwo"},
		{"lines", `<div style="font-size:0"><span style="font-size:13px">one</span></div><div style="font-size:0"><span style="font-size:13px">two</span><br><br><span style="font-size:13px">three</span></div>`, "one\ntwo\nthree"},
		{"a quote", `<div style="font-size:0"><blockquote style="font-size:12px">yes</blockquote></div>`, "yes"},
		{"times nothing", `<div style="font-size:0"><b style="font-size:2em">no</b><b style="font-size:200%">no</b><b style="font-size:larger">no</b><small>no</small><b style="font-size:inherit">no</b></div>yes`, "yes"},
		{"smaller and smaller", `<div style="font-size:.5em">yes<div style="font-size:.5em">yes<div style="font-size:50%">no</div></div></div>`, "yes\nyes"},
		{"a font", `<div style="font-size:0"><font size="2">yes</font><b style="font:bold 12px/1.5 arial">yes</b><b style="font:12pt arial">yes</b></div>`, "yesyesyes"},
		{"words and sums", `<div style="font-size:0"><b style="font-size:small">yes</b><b style="font-size:calc(1px + 1em)">yes</b><b style="font-size:calc(0px)">no</b><b style="font-size:12bogus">no</b></div>`, "yesyes"},
		{"the last one", `<p style="font-size:0;font-size:14px">yes</p><p style="font-size:14px;font-size:0">no</p><p style="font-size:0!important;font-size:14px">no</p><p style="font-size:0;font-size:bogus">no</p>`, "yes"},
		{"classes", `<style>.w{font-size:0} .t{font-size:14px} td.u{font-size:0}</style><div class=w>no<p class="t">yes</p><p class="u">no</p></div><p class="t w">yes</p><p class="u">yes</p>`, "yes\n\nyes\n\nyes"},
		{"a class that counts more", `<style>.w{font-size:0!important} #i{visibility:visible} .v{visibility:hidden}</style><p class=w style="font-size:14px">no</p><p class=v id=i>yes</p>`, "yes"},
		{"a tag", `<style>ins{display:none}</style><ins>no</ins><b>yes</b>`, "yes"},
		{"a sheet in a comment", `<style><!-- .x{display:none} --></style><p class=x>no</p>yes`, "yes"},
		{"a sheet for paper", `<style media="print">.x{display:none}</style><style media="screen">.y{display:none}</style><p class=x>yes</p><p class=y>no</p>`, "yes"},
		{"comments and escapes", `<p style="display:/* */none">no</p><p style="d\69 splay:n\6fne">no</p>yes`, "yes"},
		{"an attribute twice", `<p style="display:none" style="display:block">no</p>yes`, "yes"},
		{"lines without height", `<div style="line-height:0">yes</div>`, "yes"},
		{"visible again", `<div style="visibility:hidden">no <b style="visibility:visible">yes <i>yes</i></b> no</div>`, "yes yes"},
		{"not shown at all", `<div style="display:none"><b style="display:block;visibility:visible;font-size:14px;color:#000">no</b></div><div style="opacity:0"><b style="opacity:1">no</b></div><div style="mso-hide:all"><b style="mso-hide:none">no</b></div>yes`, "yes"},
		{"another colour", `<div style="color:#fff">no <span style="color:#333">yes</span> no</div>`, "yes"},
		{"another ground", `<div style="color:#fff">no<table bgcolor="#222222"><tr><td>yes</td></tr></table></div>`, "yes"},
		{"a white ground on a dark one", `<div style="background:#333"><div style="background:#ffffff"><p style="color:#333">yes</p><p style="color:#fff">no</p></div></div>`, "yes"},
		{"a ground in the colour of letters", `<div style="color:#101010">yes <span style="background-color:#000">no</span></div>`, "yes"},
		{"a link", `<div style="color:#fff"><a href="https://a.example">yes</a><a>no</a><a href=x style="color:#fff">no</a></div>`, "yes"},
		{"clear letters", `<div style="color:transparent">no <b style="color:#000">yes</b></div><div style="-webkit-text-fill-color:transparent"><b style="color:#000">no</b></div>`, "yes"},
		{"letters cut out", `<div style="background:linear-gradient(red,blue);background-clip:text;color:transparent"><b>yes</b></div>`, "yes"},
		{"the ground of a class", `<style>.hero{background:#102030} .text{color:#ddd}</style><div class=hero><p style="color:#fff">yes</p><p class=text>yes</p></div>`, "yes\n\nyes"},
		{"a ground with more", `<div style="background:#fff none no-repeat"><p style="color:#fff">no</p></div><div style="background:transparent"><p style="color:#fff">no</p>yes</div>`, "yes"},
		{"a colour that is as around", `<div style="color:#fff"><b style="color:inherit">no</b></div>yes`, "yes"},
	} {
		m, err := Parse(strings.NewReader("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + c.in))
		if err != nil {
			t.Fatal(err)
		}
		if seen := strings.TrimSpace(m.Text); seen != c.seen {
			t.Errorf("%s: seen %q, want %q", c.name, seen, c.seen)
		}
	}
}
