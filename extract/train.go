package extract

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"projectr/message"
)

// Sample is one sentence with its label, to train or to measure with.
type Sample struct {
	Text string
	Asks bool // it asks somebody to do or to tell something
}

// TrainingSamples reads the sentences to train on: email-intent in the folder of
// the shared sets, and the labelled mails of the repository that are not kept
// for measuring.
func TrainingSamples(corpora, repository string) ([]Sample, error) {
	out, err := IntentSamples(filepath.Join(corpora, "email-intent", "train.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{"testdata/construction-gold", "extract/testdata/own-gold/dev"} {
		mails, err := filepath.Glob(filepath.Join(repository, dir, "eml", "*.eml"))
		if err != nil || len(mails) == 0 {
			return nil, fmt.Errorf("%s holds no labelled mails: %w", dir, os.ErrNotExist)
		}
		for _, mail := range mails {
			m, g, err := ReadLabelled(mail)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", mail, err)
			}
			out = append(out, samplesOf(m, g)...)
		}
	}
	return out, nil
}

// IntentSamples reads sentences in the layout of email-intent.
func IntentSamples(path string) ([]Sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct {
			Text   string   `json:"text"`
			Labels []string `json:"labels"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, Sample{row.Text, len(row.Labels) > 0})
	}
	return out, lines.Err()
}

// ReadLabelled reads a mail DIR/eml/ID.eml and its gold DIR/gold/ID.json.
func ReadLabelled(mail string) (*message.Message, Gold, error) {
	raw, err := os.Open(mail)
	if err != nil {
		return nil, Gold{}, err
	}
	defer raw.Close()
	m, err := message.Parse(raw)
	if err != nil {
		return nil, Gold{}, err
	}
	label, err := os.Open(filepath.Join(filepath.Dir(filepath.Dir(mail)), "gold", strings.TrimSuffix(filepath.Base(mail), ".eml")+".json"))
	if err != nil {
		return nil, Gold{}, err
	}
	defer label.Close()
	g, err := ReadGold(label)
	return m, g, err
}

// samplesOf makes samples of the sentences of a mail with gold: what stands in an
// action item that its author does not do himself asks, what stands in none does
// not. Questions outside of items are left out where the mail wants an answer,
// since gold does not say which sentence wants it.
func samplesOf(m *message.Message, g Gold) []Sample {
	r := newReading(m)
	flat := flatten(m.Text)
	var out []Sample
	for _, p := range r.passages() {
		for i := range p.sentences {
			s := &p.sentences[i]
			words := flatten(s.text(m.Text))
			k := slices.IndexFunc(g.ActionItems, func(it GoldItem) bool { return overlap(flat, words, flatten(it.Evidence)) })
			switch {
			case k >= 0 && (g.ActionItems[k].Owner == nil || !sameOwner(*g.ActionItems[k].Owner, p.author.name)):
				out = append(out, Sample{words, true})
			case k < 0 && !(s.question && g.RequiresResponse):
				out = append(out, Sample{words, false})
			}
		}
	}
	return out
}

// Train makes a model, in the form in which it stands in the program: the same
// samples in the same order always give the same bytes.
func Train(samples []Sample) []byte {
	set := make([]example, len(samples))
	for i, s := range samples {
		set[i] = newExample(s.Text, s.Asks)
	}
	return model{heads: []head{trainHead(set, intentBits)}}.encode()
}

// intentBits is the size of a head: 2^18 weights of one byte.
const intentBits = 18

// example is a sample in numbers.
type example struct {
	features []uint32
	yes      bool
}

func newExample(text string, yes bool) example {
	return example{features(nil, tokenise(text, 0, len(text))), yes}
}

// trainHead trains on all examples, after it has found slope, offset and cut by
// four rounds in which the weights come from the other three quarters.
func trainHead(set []example, bits uint32) head {
	sums := make([]int32, len(set))
	const rounds = 4
	for k := range rounds {
		var rest []example
		for i := range set {
			if i%rounds != k {
				rest = append(rest, set[i])
			}
		}
		h := weigh(rest, bits)
		for i := k; i < len(set); i += rounds {
			sums[i] = h.sum(set[i].features)
		}
	}
	h := weigh(set, bits)
	h.cut = bestCut(sums, set)
	h.slope, h.offset = logistic(sums, set)
	return h
}

// fineness is how many units of a weight are one: weights are kept in
// hundredths of the margin.
const fineness = 100

// weigh finds the weights: a support vector machine with squared loss over
// features that are scaled by how unevenly they fall to the two classes (Wang
// and Manning, "Baselines and Bigrams", 2012), by dual coordinate descent
// (Hsieh and others, 2008). Products are written as float64(a*b) so that no
// machine joins them with the addition that follows, and rounds otherwise.
func weigh(set []example, bits uint32) head {
	const (
		penalty = 0.03 // of a sentence on the wrong side
		epochs  = 8
	)
	h := head{weights: make([]int8, 1<<bits), shift: 32 - bits}
	scale := unevenness(set, bits)
	w := make([]float64, 1<<bits)
	bias := 0.0
	alpha := make([]float64, len(set))
	norm := make([]float64, len(set))
	for i := range set {
		norm[i] = 1 + 0.5/penalty
		for _, f := range set[i].features {
			norm[i] += float64(scale[f>>h.shift] * scale[f>>h.shift])
		}
	}
	order := make([]int, len(set))
	for i := range order {
		order[i] = i
	}
	seed := uint64(1)
	for range epochs {
		for i := len(order) - 1; i > 0; i-- {
			seed = seed*6364136223846793005 + 1442695040888963407
			j := int(seed>>33) % (i + 1)
			order[i], order[j] = order[j], order[i]
		}
		for _, i := range order {
			e := &set[i]
			y := -1.0
			if e.yes {
				y = 1
			}
			margin := bias
			for _, f := range e.features {
				margin += float64(w[f>>h.shift] * scale[f>>h.shift])
			}
			gradient := float64(y*margin) - 1 + float64(alpha[i]*(0.5/penalty))
			next := max(alpha[i]-gradient/norm[i], 0)
			if d := float64((next - alpha[i]) * y); d != 0 {
				alpha[i] = next
				bias += d
				for _, f := range e.features {
					w[f>>h.shift] += float64(d * scale[f>>h.shift])
				}
			}
		}
	}
	h.bias = int32(math.Round(bias * fineness))
	for k := range w {
		h.weights[k] = int8(min(127, max(-127, math.Round(float64(w[k]*scale[k])*fineness))))
	}
	return h
}

// unevenness says for each weight how much more often its features stand in
// examples of one class than of the other, as a logarithm in 256ths.
func unevenness(set []example, bits uint32) []float64 {
	yes, no := make([]int, 1<<bits), make([]int, 1<<bits)
	seen := make([]int, 1<<bits)
	all := [2]int{}
	for i := range set {
		in, n := no, 0
		if set[i].yes {
			in, n = yes, 1
		}
		all[n]++
		for _, f := range set[i].features {
			if k := f >> (32 - bits); seen[k] != i+1 {
				seen[k] = i + 1
				in[k]++
			}
		}
	}
	out := make([]float64, 1<<bits)
	for k := range out {
		a := float64(yes[k]+1) / float64(all[1]+2)
		b := float64(no[k]+1) / float64(all[0]+2)
		out[k] = math.Round(math.Abs(math.Log(a/b))*256) / 256
	}
	return out
}

// bestCut returns the sum from which on calling an example yes gives the best
// F1.
func bestCut(sums []int32, set []example) int32 {
	order := make([]int, len(set))
	wanted := 0
	for i := range order {
		order[i] = i
		if set[i].yes {
			wanted++
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(sums[b]) - int(sums[a]) })
	best, cut, hits := 0.0, int32(0), 0
	for n, i := range order {
		if set[i].yes {
			hits++
		}
		if n+1 < len(order) && sums[order[n+1]] == sums[i] {
			continue
		}
		if f := (Count{hits, n + 1, wanted}).F1(); f > best {
			best, cut = f, sums[i]
		}
	}
	return cut
}

// logistic fits the curve of Platt to sums: the likelihood of yes is
// 1/(1+e^(-slope·sum-offset)).
func logistic(sums []int32, set []example) (slope, offset float64) {
	for range 100 { // Newton's steps; a dozen suffice
		var g0, g1, h00, h01, h11 float64
		for i, s := range sums {
			x := float64(s) / fineness
			p := 1 / (1 + math.Exp(-slope*x-offset))
			d := p
			if set[i].yes {
				d--
			}
			v := max(p*(1-p), 1e-9)
			g0 += d
			g1 += d * x
			h00 += v
			h01 += v * x
			h11 += v * x * x
		}
		h00, h11 = h00+1e-3, h11+1e-3
		det := h00*h11 - h01*h01
		offset -= (h11*g0 - h01*g1) / det
		slope -= (h00*g1 - h01*g0) / det
	}
	return math.Round(slope*1000) / 1000 / fineness, math.Round(offset*1000) / 1000
}
