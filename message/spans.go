package message

import (
	"strings"
	"unicode/utf8"

	"projectr"
)

type reading struct {
	subject  string
	from, to []projectr.MailAddress
	marks    []mark
}

type divided struct {
	spans     []projectr.Span
	reply     string
	forwarded []Inner
}

func (r reading) divide(text string) divided {
	d := divided{spans: []projectr.Span{}}
	n := utf8.RuneCountInString(text)
	if n > 0 {
		d.spans = append(d.spans, projectr.Span{Kind: projectr.SpanNew, End: n})
	}
	d.reply = strings.TrimSpace(text)
	return d
}
