package extract

import (
	"math"

	"projectr"
)

// A sentence is judged by the heads of the model: each says how likely the
// sentence is of one class. What the tables of phrases and the rules for actions
// find is part of what the heads look at, so a phrase is never the whole reason
// for a fact, nor is a missing phrase the reason against one.

// kindHeads are the heads that tell kinds of fact.
var kindHeads = map[projectr.FactKind]int{
	projectr.ActionItem: headTask, projectr.Decision: headDecision, projectr.ScopeChange: headScope, projectr.TimelineChange: headTimeline, projectr.Risk: headRisk, projectr.KeyPoint: headKey,
}

// found is the strongest phrase of a table in a sentence.
type found struct {
	weight   float64
	from, to int
}

// judgement is what is known of a sentence before facts are made of it.
type judgement struct {
	acts []action
	cues [len(cueTables)]found
	sums [headCount]int32
	seen *view // for the forests
}

// The tables of phrases, by their place in judgement.cues.
const (
	decisionCue = iota
	undecidedCue
	scopeCue
	timelineCue
	riskCue
	factualCue
	indirectCue
)

var cueTables = [...]cues{decisionCues, undecided, scopeCues, timelineCues, riskCues, factual, indirect}

var judgedCues = newCueSet(cueTables[:])

// judge looks at a sentence with all heads of sentences.
func (r *reading) judge(p *passage, index int, j *judgement) {
	s := &p.sentences[index]
	r.seen = r.look(r.seen[:0], p, index, j)
	r.place(s)
	votes := s.votes
	r.by.vote(r.seen[len(s.words):], &votes)
	for k := headTask; k < firstOfMails; k++ {
		j.sums[k] = r.by.heads[k].bias + votes[k]
	}
	j.sums[headAdvert], j.sums[headJob] = s.says(r.by, headAdvert), s.says(r.by, headJob)
}

// look appends what the heads of kinds see of a sentence.
func (r *reading) look(out []uint32, p *passage, index int, j *judgement) []uint32 {
	s := &p.sentences[index]
	toks := s.toks
	r.weigh(s)
	j.sums[headAsks] = s.asks
	out = append(out, s.words...)
	judgedCues.find(toks, j.cues[:])
	for k := range j.cues {
		f := &j.cues[k]
		out = append(out, mix(20, uint32(k), uint32(f.weight*10), 0))
		if f.weight > 0 {
			out = append(out, mix(21, uint32(k), 0, 0))
		}
	}
	j.acts = r.findActions(p, s)
	for _, a := range j.acts {
		if !a.author {
			out = append(out, mix(40, flag(p.group), flag(a.owner == p.addressee), hashOf(lowAt(toks, a.verb))), mix(41, hashOf(lowAt(toks, a.verb)), flag(mentions(toks, "me", "us", "your")), 0), mix(42, flag(a.asks), flag(p.group), 0))
		}
		out = append(out, mix(22, flag(a.author), uint32(a.confidence*20), 0), mix(23, flag(a.author), 0, 0))
	}
	out = append(out,
		mix(24, uint32(len(j.acts)), flag(s.question), 0),
		mix(25, uint32(min(6, max(-6, j.sums[headAsks]/25))+6), 0, 0),
		mix(26, flag(imperative(toks, s.body)), flag(s.question), 0),
		mix(27, flag(len(s.dates(p)) > 0), flag(len(s.amounts) > 0), 0),
		mix(28, flag(hypothetical(toks)), 0, 0),
		mix(29, flag(s.bullet), flag(workHeading(s.heading)), 0),
		mix(30, flag(p.directive), flag(imperative(toks, s.body)), 0),
		mix(31, flag(p.answers), 0, 0),
		mix(32, flag(s.body > 0), flag(s.cells != nil), 0),
		mix(33, flag(p.punch), flag(s.bullet), 0),
		mix(35, flag(p.group), 0, 0),
		mix(36, flag(p.group), flag(s.question), uint32(len(j.acts))),
		mix(37, flag(p.group), flag(s.bullet), flag(len(j.acts) > 0)),
		mix(75, flag(p.changes), flag(imperative(toks, s.body)), flag(s.bullet)),
		mix(38, flag(p.forwarded), 0, 0),
		mix(39, flag(p.forwarded), flag(len(j.acts) > 0), flag(len(s.dates(p)) > 0)),
	)
	out = append(neighbour(out, 60, p, index, index-1),
		mix(62, uint32(min(index, 4)), 0, 0), mix(63, uint32(min(len(p.sentences)-index, 4)), 0, 0), mix(64, uint32(min(len(p.sentences)/3, 5)), 0, 0))
	out = neighbour(out, 61, p, index, index+1)
	if s.body > 0 {
		out = append(out, mix(34, hashOf(s.label), 0, 0))
	}
	return out
}

// says appends what the heads that judge whole mails see of a sentence.
func (m *weights) says(out []uint32, toks []token) []uint32 {
	out, threes := features(out, toks)
	return meanings(out[:threes], toks)
}

// weigh finds the features of a sentence's words, once, and what headAsks says of them.
func (r *reading) weigh(s *sentence) {
	if s.words != nil {
		return
	}
	if r.words == nil {
		r.words = make([]uint32, 0, 2*len(r.text)+1000)
	}
	from := len(r.words)
	all, threes := features(r.words, s.toks)
	s.asks = r.by.heads[headAsks].sum(all[from:])
	r.words = meanings(all[:threes], s.toks)
	s.words = r.words[from:len(r.words):len(r.words)]
}

// place has all heads vote once on the words of a sentence.
func (r *reading) place(s *sentence) {
	if !s.placed {
		r.weigh(s)
		r.by.vote(s.words, &s.votes)
		s.placed = true
	}
}

// says is what a head says of the words of a sentence that was placed.
func (s *sentence) says(by *weights, k int) int32 { return by.heads[k].bias + s.votes[k] }

// neighbour appends what is seen of the sentence that stands before or after another.
func neighbour(out []uint32, kind uint32, p *passage, index, other int) []uint32 {
	if other < 0 || other >= len(p.sentences) {
		return append(out, mix(kind, 1, 0, 0))
	}
	o := &p.sentences[other]
	return append(out, mix(kind, 2, flag(o.question), flag(o.bullet)), mix(kind, 3, flag(o.paragraph == p.sentences[index].paragraph), 0))
}

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// is reports whether the sentence counts as of a kind, and how likely it is, in
// hundredths. Actions are told by their head alone: who is asked for what stands in the
// sentence, and mail of other trades asks as well.
func (r *reading) is(j *judgement, kind projectr.FactKind) (likely float64, yes bool) {
	k := kindHeads[kind]
	if k == headTask {
		h := &r.by.heads[k]
		likely, yes = h.likely(j.sums[k]), j.sums[k] >= h.cut
	} else {
		f := &r.by.forests[k-headDecision]
		sum := f.sum(j.seen[:])
		likely, yes = f.likely(sum), sum >= f.cut
	}
	return math.Round(min(0.99, max(0.01, likely))*100) / 100, yes
}
