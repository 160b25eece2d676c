package message

import (
	"strings"
)

// phrases finds many fixed phrases in a text in one pass. Phrases begin where a
// word begins; all is in lower case.
type phrases struct {
	pairs [1 << 16]bool // first two bytes of the phrases
	by    map[string][]string
}

func newPhrases(lists ...[]string) *phrases {
	p := &phrases{by: map[string][]string{}}
	for _, list := range lists {
		for _, s := range list {
			p.pairs[pair(s)] = true
			p.by[s[:3]] = append(p.by[s[:3]], s)
		}
	}
	return p
}

func pair(s string) uint16 { return uint16(s[0])<<8 | uint16(s[1]) }

// at returns the phrases that s begins with, through yield.
func (p *phrases) at(s string, yield func(string) bool) bool {
	if len(s) < 3 || !p.pairs[pair(s)] {
		return true
	}
	for _, f := range p.by[s[:3]] {
		if strings.HasPrefix(s, f) && !yield(f) {
			return false
		}
	}
	return true
}

// all calls yield for each phrase in s until it returns false.
func (p *phrases) all(s string, yield func(string) bool) {
	word := false
	for i := 0; i+2 < len(s); i++ {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || c >= 0x80 || '0' <= c && c <= '9'
		if letter && (!word || c >= 0xe0) && !p.at(s[i:], yield) {
			return
		}
		word = letter
	}
}

// has reports whether any phrase stands in s.
func (p *phrases) has(s string) bool {
	found := false
	p.all(s, func(string) bool { found = true; return false })
	return found
}

// begins reports whether s begins with one of them.
func (p *phrases) begins(s string) bool {
	found := false
	p.at(s, func(string) bool { found = true; return false })
	return found
}

// Tables made once of the lists in headings.go. They are never written to.
var (
	boilerplate = newPhrases(disclaimerPhrases)
	notices     = newPhrases(disclaimerHints)
	openers     = newPhrases(mobileOpeners)
)
