package extract

// wordID names a word of the vocabulary; 0 is every other word.
type wordID uint16

// A vocab holds the words that tables know of, with what they say, so that each word of
// a mail is looked up once and not once for each table.
type vocab struct {
	ids     map[string]wordID
	entries []entry // by wordID
}

// entry is what the tables say of a word.
type entry struct {
	hash, ending            uint32 // of the word, and of how it ends
	you, me                 uint32 // 1 when it is the reader or the writer
	grammar, verb, calendar bool
	lexeme
}

// vocabulary is complete when the program starts: newCues adds the words that begin
// phrases to those of the tables here.
var vocabulary = newVocabulary()

func newVocabulary() *vocab {
	v := &vocab{ids: map[string]wordID{}, entries: make([]entry, 1)}
	for _, table := range []map[string]bool{grammar, verbs} {
		for w := range table {
			v.add(w)
		}
	}
	for w := range lexemes {
		v.add(w)
	}
	for _, w := range []string{"u", "?", "$", ":", "%", `"`} {
		v.add(w)
	}
	for w := range months {
		v.add(w)
	}
	for w := range weekdays {
		v.add(w)
	}
	return v
}

// add returns the id of a word, a new one when it has none.
func (v *vocab) add(w string) wordID {
	id, ok := v.ids[w]
	if !ok {
		id = wordID(len(v.entries))
		v.ids[w] = id
		k := entry{hash: hashOf(w), ending: hashOf(ending(w)), grammar: grammar[w], verb: verbs[w], calendar: isCalendarWord(w), lexeme: lexemes[w]}
		switch w {
		case "you", "your", "you're", "you'll", "u":
			k.you = 1
		case "me", "us", "my", "our":
			k.me = 1
		}
		v.entries = append(v.entries, k)
	}
	return id
}

// of is what the tables say of the word of a token.
func (v *vocab) of(t *token) entry {
	if t.id > 0 {
		return v.entries[t.id]
	}
	return entry{hash: hashOf(t.low), ending: hashOf(ending(t.low))}
}
