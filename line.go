package projectr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsLine reports whether s is one line of at most most characters that reads as
// it is written: UTF-8 without control characters, without the separators of
// lines and paragraphs, and without the signs that turn the direction of what
// follows (U+202A to U+202E, U+2066 to U+2069), by which a name can be made to
// look like another. What people call things is such a line everywhere.
func IsLine(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, breaksLine)
}

func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
