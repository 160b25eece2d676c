package postal

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
)

// Lesson is a text whose addresses are known.
type Lesson struct {
	Text   string
	Labels []Label // in order
}

// Label says what the bytes [Start,End) of a text are.
type Label struct {
	Start, End int
	Tag        Tag
}

// Train learns a tagger from lessons: an averaged structured perceptron. The same
// lessons, rounds and seed make the same tagger.
func Train(lessons []Lesson, rounds int, seed uint64) *Tagger {
	type task struct {
		toks []token
		gold []Tag
		rows [][]int32
	}
	ids, names, count := map[uint64]int32{}, []string{}, []int32{}
	tasks := make([]task, 0, len(lessons))
	for _, l := range lessons {
		t := task{toks: tokenise(l.Text)}
		t.gold = make([]Tag, len(t.toks))
		at := 0
		for i := range t.toks {
			for at < len(l.Labels) && l.Labels[at].End <= t.toks[i].start {
				at++
			}
			if at < len(l.Labels) && l.Labels[at].Start < t.toks[i].end {
				t.gold[i] = l.Labels[at].Tag
			}
			var rows []int32
			features(t.toks, i, func(kind string, a, b, c part) {
				k := key(kind, a, b, c)
				id, ok := ids[k]
				if !ok {
					id = int32(len(count))
					ids[k] = id
					names = append(names, nameOf(kind, a, b, c))
					count = append(count, 0)
				}
				count[id]++
				rows = append(rows, id)
			})
			t.rows = append(t.rows, rows)
		}
		tasks = append(tasks, t)
	}
	// Weights, and their sum over all steps, kept lazily: total holds what a
	// weight was worth until step, times the steps.
	w, total := make([]float64, len(count)*tags), make([]float64, len(count)*tags)
	var moves, moveTotal [tags + 1][tags]float64
	step := 1.0
	change := func(rows []int32, tag Tag, by float64) {
		for _, r := range rows {
			k := int(r)*tags + int(tag)
			w[k] += by
			total[k] += by * step
		}
	}
	move := func(from int, to Tag, by float64) {
		moves[from][to] += by
		moveTotal[from][to] += by * step
	}
	guess := func(t *task) []Tag {
		score, back := make([][tags]float64, len(t.toks)), make([][tags]Tag, len(t.toks))
		for i := range t.toks {
			for _, r := range t.rows[i] {
				for k, v := range w[int(r)*tags : int(r)*tags+tags] {
					score[i][k] += v
				}
			}
			for k := range tags {
				if i == 0 {
					score[i][k] += moves[tags][k]
					continue
				}
				best, from := score[i-1][0]+moves[0][k], 0
				for p := 1; p < tags; p++ {
					if v := score[i-1][p] + moves[p][k]; v > best {
						best, from = v, p
					}
				}
				score[i][k] += best
				back[i][k] = Tag(from)
			}
		}
		out := make([]Tag, len(t.toks))
		best := Tag(0)
		last := len(t.toks) - 1
		for k := range tags {
			if score[last][k] > score[last][best] {
				best = Tag(k)
			}
		}
		for i := last; i >= 0; i-- {
			out[i] = best
			best = back[i][best]
		}
		return out
	}
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range rounds {
		rnd.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
		for n := range tasks {
			t := &tasks[n]
			if len(t.toks) == 0 {
				continue
			}
			got := guess(t)
			if !slices.Equal(got, t.gold) {
				fromGold, fromGot := tags, tags
				for i := range t.toks {
					if got[i] != t.gold[i] {
						change(t.rows[i], t.gold[i], 1)
						change(t.rows[i], got[i], -1)
					}
					if got[i] != t.gold[i] || fromGold != fromGot {
						move(fromGold, t.gold[i], 1)
						move(fromGot, got[i], -1)
					}
					fromGold, fromGot = int(t.gold[i]), int(got[i])
				}
			}
			step++
		}
	}
	mean := func(now, sum float64) int16 {
		v := (now - sum/step) * 100
		return int16(max(-32000, min(32000, v)))
	}
	out := &Tagger{row: map[uint64]int32{}}
	for from := range moves {
		for to := range moves[from] {
			out.moves[from][to] = int32(mean(moves[from][to], moveTotal[from][to]))
		}
	}
	for id, f := range names {
		if count[id] < 4 {
			continue // seen too seldom: chance
		}
		var row [tags]int16
		heavy := false
		for k := range row {
			row[k] = mean(w[id*tags+k], total[id*tags+k])
			if row[k] > -20 && row[k] < 20 {
				row[k] = 0
			}
			heavy = heavy || row[k] != 0
		}
		if heavy {
			out.names = append(out.names, f)
			out.row[keyOf(f)] = int32(len(out.w))
			out.w = append(out.w, row[:]...)
		}
	}
	return out
}

// Write writes the weights as text, a feature a line, in order.
func (t *Tagger) Write(to io.Writer) error {
	features := slices.Sorted(slices.Values(t.names))
	var b strings.Builder
	line := func(f string, weight func(int) int) {
		b.WriteString(f + "\t")
		sep := ""
		for k := range tags {
			if v := weight(k); v != 0 {
				fmt.Fprintf(&b, "%s%d:%d", sep, k, v)
				sep = " "
			}
		}
		b.WriteString("\n")
	}
	for from := range t.moves {
		line(fmt.Sprintf("> %d", from), func(k int) int { return int(t.moves[from][k]) })
	}
	for _, f := range features {
		at := t.row[keyOf(f)]
		line(f, func(k int) int { return int(t.w[int(at)+k]) })
	}
	_, err := io.WriteString(to, b.String())
	return err
}
