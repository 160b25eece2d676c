package extract

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
)

// A forest judges once more what the heads have judged, with more in sight: of a
// sentence what all heads say of it, of its neighbours and of the whole mail; of a mail
// what they say of its sentences together. It is a sum of small trees over small
// integers, so it reads the same on every machine.
type forest struct {
	trees []tree
	bias  int32 // in units of a leaf
	curve
	cut int32 // the sum from which on the answer is yes
}

// tree asks three questions one after the other and ends in one of eight leaves.
type tree struct {
	feature [forks]uint8 // which feature fork i asks for; its ways lead to forks 2i+1 and 2i+2
	most    [forks]int8  // what it may be at most to go the first way
	leaf    [forks + 1]int16
}

const (
	forks     = 7
	leafUnit  = 1024 // leaves are kept in 1024ths of a logit
	opinions  = headJob - headTask + 1
	farthest  = 64 // an opinion is kept in eighths of a logit, up to 8 of them
	viewSize  = 5*opinions + 1
	waitsSize = 9
	// forestCount is how many there are: one for each head from headDecision to headKey,
	// and one that tells whether a mail waits for an answer.
	forestCount = headKey - headDecision + 2
	waitsForest = forestCount - 1
)

// sum adds the leaves that features lead to.
func (f *forest) sum(features []int8) int32 {
	sum := f.bias
	for i := range f.trees {
		t := &f.trees[i]
		sum += int32(t.leaf[t.way(features)])
	}
	return sum
}

// way returns the leaf that features lead to. It has no branch, for a processor could not
// guess where one goes.
func (t *tree) way(features []int8) int {
	at := 0
	for range 3 {
		k := at % forks
		more := uint(int(t.most[k])-int(features[t.feature[k]])) >> (bits.UintSize - 1)
		at = 2*at + 1 + int(more)
	}
	return at - forks
}

// opinion is what the heads from headTask to headJob say of a sentence.
type opinion [opinions]int8

// absent is the opinion of a sentence that is not there.
var absent = func() (o opinion) {
	for i := range o {
		o[i] = -farthest
	}
	return o
}()

// opinionOf puts the sums of heads into an opinion.
func (m *weights) opinionOf(sums *[headCount]int32) (o opinion) {
	for i := range o {
		o[i] = m.heads[headTask+i].small(sums[headTask+i])
	}
	return o
}

// small is a sum as an opinion holds it.
func (h *head) small(sum int32) int8 {
	x := math.Round((float64(h.slope*float64(sum)) + h.offset) * 8)
	return int8(min(farthest-1, max(-farthest, x)))
}

// view is what a forest sees of a sentence: the opinion of it, of the one before, of the
// one behind, the strongest of all others in the mail, the mean of all, and how many
// sentences there are.
type view [viewSize]int8

// views looks at the sentences of a mail.
func views(mail []opinion) []view {
	out := make([]view, len(mail))
	var sums [opinions]int
	first, second := absent, absent // the strongest, and the strongest of the others
	var at [opinions]int
	for i, o := range mail {
		for k, v := range o {
			sums[k] += int(v)
			switch {
			case i == 0 || v > first[k]:
				first[k], second[k], at[k] = v, first[k], i
			case v > second[k]:
				second[k] = v
			}
		}
	}
	for i := range mail {
		before, behind := &absent, &absent
		if i > 0 {
			before = &mail[i-1]
		}
		if i+1 < len(mail) {
			behind = &mail[i+1]
		}
		v := out[i][:0]
		v = append(append(append(v, mail[i][:]...), before[:]...), behind[:]...)
		for k := range opinions {
			if at[k] == i {
				v = append(v, second[k])
			} else {
				v = append(v, first[k])
			}
		}
		for k := range opinions {
			v = append(v, int8(sums[k]/len(mail)))
		}
		_ = append(v, int8(min(len(mail), math.MaxInt8)))
	}
	return out
}

// mailSigns is what is known of a mail when it is judged whether it waits for an answer.
type mailSigns struct {
	words      int8 // what headWaits says of its author's words
	group      bool // it is written to several people
	recipients int
}

// sentenceSigns is what is looked at of a sentence besides its opinion.
type sentenceSigns struct {
	question, forwarded bool
	acts                int
}

// waitsView is what the forest for mails sees: the two strongest sentences that wait for
// an answer, the strongest question, all words, and how many sentences, questions and
// actions there are. What was forwarded is another's question.
func waitsView(mail []opinion, signs []sentenceSigns, about mailSigns) []int8 {
	first, second, question := int8(-farthest), int8(-farthest), int8(-farthest)
	sentences, questions, acts := 0, 0, 0
	for i := range mail {
		if signs[i].forwarded {
			continue
		}
		v := mail[i][headAnswer-headTask]
		if v > first {
			first, second = v, first
		} else {
			second = max(second, v)
		}
		sentences++
		acts += signs[i].acts
		if signs[i].question {
			questions++
			question = max(question, v)
		}
	}
	few := func(n int) int8 { return int8(min(n, math.MaxInt8)) }
	return []int8{first, second, question, about.words, few(sentences), few(questions), few(acts), int8(flag(about.group)), few(about.recipients)}
}

// deliberate judges all sentences of a mail with the heads, says for each what the
// forests see of it, and whether the mail waits for an answer.
func (r *reading) deliberate(passages []passage) {
	var mail []opinion
	var signs []sentenceSigns
	for i := range passages {
		p := &passages[i]
		r.survey(p)
		p.judged = make([]judgement, len(p.sentences))
		for k := range p.sentences {
			s, j := &p.sentences[k], &p.judged[k]
			r.judge(p, k, j)
			mail = append(mail, r.by.opinionOf(&j.sums))
			signs = append(signs, sentenceSigns{s.question, p.forwarded, len(j.acts)})
		}
	}
	seen := views(mail)
	for i := range passages {
		for k := range passages[i].judged {
			passages[i].judged[k].seen, seen = &seen[0], seen[1:]
		}
	}
	f := &r.by.forests[waitsForest]
	r.wantsAnswer = f.sum(waitsView(mail, signs, mailSigns{r.waits, passages[0].group, len(r.m.To) + len(r.m.Cc)})) >= f.cut
}

// encode appends bias, cut, slope, offset and the trees.
func (f *forest) encode(b []byte) []byte {
	for _, v := range []int32{f.bias, f.cut, int32(math.Round(f.slope / decimals)), int32(math.Round(f.offset / decimals))} {
		b = binary.BigEndian.AppendUint32(b, uint32(v))
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(f.trees)))
	for i := range f.trees {
		t := &f.trees[i]
		for k := range forks {
			b = append(b, t.feature[k], byte(t.most[k]))
		}
		for _, v := range t.leaf {
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
	}
	return b
}

// decodeForest reads what encode wrote, of trees that ask for features below n, and
// returns what follows.
func decodeForest(b []byte, n int) (forest, []byte, error) {
	const head, each = 18, 2*forks + 2*(forks+1)
	var f forest
	if len(b) < head {
		return f, nil, errors.New("a forest is cut short")
	}
	field := func(k int) int32 { return int32(binary.BigEndian.Uint32(b[4*k:])) }
	f.bias, f.cut = field(0), field(1)
	f.slope, f.offset = float64(field(2))*decimals, float64(field(3))*decimals
	f.trees = make([]tree, binary.BigEndian.Uint16(b[16:]))
	if b = b[head:]; len(b) < len(f.trees)*each {
		return f, nil, errors.New("a forest is cut short")
	}
	for i := range f.trees {
		t := &f.trees[i]
		for k := range forks {
			if t.feature[k], t.most[k] = b[2*k], int8(b[2*k+1]); int(t.feature[k]) >= n {
				return f, nil, errors.New("a tree asks for what there is not")
			}
		}
		for k := range t.leaf {
			t.leaf[k] = int16(binary.BigEndian.Uint16(b[2*forks+2*k:]))
		}
		b = b[each:]
	}
	return f, b, nil
}
