package message

import "strings"

// comparedBytes is how much of a text is looked for in the HTML.
const comparedBytes = 64 << 10

// wordSet holds words by their hash. It may take one word for another, which
// makes texts look more alike, never less.
type wordSet [1 << 9]uint64

func (w *wordSet) add(h uint32) (isNew bool) {
	h %= uint32(len(w) * 64)
	bit := uint64(1) << (h % 64)
	isNew = w[h/64]&bit == 0
	w[h/64] |= bit
	return isNew
}

func (w *wordSet) has(h uint32) bool {
	h %= uint32(len(w) * 64)
	return w[h/64]&(1<<(h%64)) != 0
}

// saysOtherwise reports whether the plain text of a mail has clearly other words
// than its HTML. Only words of four ASCII letters and more are looked at:
// the two ways to write all others differ too much.
func saysOtherwise(text, html string) bool {
	var inHTML, inText wordSet
	htmlWords(html, func(h uint32) { inHTML.add(h) })
	all, found := 0, 0
	for field := range strings.FieldsSeq(text[:min(len(text), comparedBytes)]) {
		if strings.Contains(field, "://") || strings.ContainsAny(field, "@<>") {
			continue // links show in one of the two alone
		}
		asciiWords(field, func(h uint32) {
			if inText.add(h) {
				all++
				if inHTML.has(h) {
					found++
				}
			}
		})
	}
	return all >= 8 && found*3 < all
}

// asciiWords gives the hash of each word of s, in whatever case.
func asciiWords(s string, word func(uint32)) {
	n, h := 0, uint32(2166136261)
	for i := 0; i <= len(s); i++ {
		if i < len(s) {
			if c := s[i] | 0x20; c >= 'a' && c <= 'z' {
				h = (h ^ uint32(c)) * 16777619
				n++
				continue
			}
		}
		if n >= 4 {
			word(h)
		}
		n, h = 0, 2166136261
	}
}

// htmlWords gives the words between the tags of a document, those of its style
// and scripts aside.
func htmlWords(s string, word func(uint32)) {
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			i = len(s)
		}
		asciiWords(s[:i], word)
		s = s[i:]
		switch {
		case hasPrefixFold(s, "<style"):
			s = cutTo(s, "</style")
		case hasPrefixFold(s, "<script"):
			s = cutTo(s, "</script")
		case strings.HasPrefix(s, "<!--"):
			s = cutTo(s, "-->")
		}
		if i := strings.IndexByte(s, '>'); i >= 0 {
			s = s[i+1:]
		} else {
			s = ""
		}
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// cutTo cuts s at the next end, which begins with < or -; the end stays.
func cutTo(s, end string) string {
	for rest := s[1:]; ; {
		i := strings.IndexByte(rest, end[0])
		if i < 0 {
			return ""
		}
		if rest = rest[i:]; hasPrefixFold(rest, end) {
			return rest
		}
		rest = rest[1:]
	}
}
