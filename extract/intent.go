package extract

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"sync"
)

// A head is a linear classifier over the words of a sentence: each feature
// votes with its weight, and the sum says how likely the sentence is of the
// head's class. Weights are small integers found by a hash of the feature, so a
// model is one table and reads the same on every machine.
type head struct {
	weights []int8 // a power of two of them
	shift   uint32 // 32 less the bits of an index into weights
	bias    int32
	curve
	cut int32 // the sum from which on a sentence counts as of the class
}

// curve is the logistic curve that turns a sum into a probability, as calibrated on
// examples that the judge of them was not made from.
type curve struct{ slope, offset float64 }

func (c curve) likely(sum int32) float64 {
	return 1 / (1 + math.Exp(-c.slope*float64(sum)-c.offset))
}

// sum adds the votes of features.
func (h *head) sum(features []uint32) int32 { return h.bias + h.votes(features) }

func (h *head) votes(features []uint32) (n int32) {
	for _, f := range features {
		n += int32(h.weights[f>>h.shift])
	}
	return n
}

// sumOf adds the votes of the features of a whole mail, which count the less the more
// there are.
func (h *head) sumOf(features []uint32) int32 {
	return h.bias + int32(math.Round(float64(h.votes(features))*weightOfEach(len(features))))
}

// weightOfEach is how much each of n features of a mail counts. A short mail has few
// votes, and stays near what is so of most mails.
func weightOfEach(n int) float64 { return math.Sqrt(shortMail / float64(max(n, shortMail))) }

// shortMail is how many features a mail of a few lines has.
const shortMail = 400

// weights is what tools/train makes.
type weights struct {
	heads [headCount]head
	// rows holds the weights of all heads once more, those of a feature side by side: it
	// is memory that takes the time. Nil for weights that are being trained.
	rows    [][16]int8
	forests [forestCount]forest
}

// vote adds the votes of features for the heads from headTask to headJob.
func (m *weights) vote(features []uint32, out *[headCount]int32) {
	if m.rows == nil {
		for k := headTask; k <= headJob; k++ {
			out[k] += m.heads[k].votes(features)
		}
		return
	}
	for _, f := range features {
		row := &m.rows[f>>m.heads[headTask].shift]
		for k := headTask; k <= headJob; k++ {
			out[k] += int32(row[k])
		}
	}
}

// arrange fills rows, where the heads are of one size.
func (m *weights) arrange() {
	n := len(m.heads[headTask].weights)
	for k := range m.heads {
		if len(m.heads[k].weights) != n {
			return
		}
	}
	m.rows = make([][16]int8, n)
	for k := range m.heads {
		for i, w := range m.heads[k].weights {
			m.rows[i][k] = w
		}
	}
}

// The heads of a model. The first is trained on sentences of mail of all sorts
// and is one of the signs that the others look at.
const (
	headAsks = iota // somebody is asked to do or to tell something
	headTask        // an action item: asked, assigned or promised
	headDecision
	headScope
	headTimeline
	headRisk
	headKey
	headAnswer // the writer waits for an answer, a paper or a decision
	headAdvert // what advertisements and newsletters say
	headJob    // what is said of a construction job, of whatever kind
	headMail   // a whole mail that says something of a job, by all its words
	headWaits  // a whole mail that waits for an answer, by all its words
	headCount
)

// firstOfMails is the first head that judges by words alone, in whole mails; those
// before it judge sentences.
const firstOfMails = headAdvert

// intentBytes is a model as pack makes it small.
//
//go:embed intent.bin
var intentBytes []byte

// intents is the model that stands in the program. It is decoded when the first
// mail is read, so that a program that only trains another can start without it.
var intents = sync.OnceValue(func() *weights {
	raw, err := unpack(intentBytes)
	if err != nil {
		panic("extract: the model in the program: " + err.Error())
	}
	m, err := decodeModel(raw)
	if err != nil {
		panic("extract: the model in the program: " + err.Error())
	}
	m.arrange()
	return &m
})

// pack makes a model small: most weights are 0 or near it. What comes of it may differ
// from one version of Go to the next; what it holds does not.
func pack(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// unpack takes apart what pack made.
func unpack(b []byte) ([]byte, error) {
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), maxModel))
}

// maxModel is how many bytes a model has at most.
const maxModel = 64 << 20

// magic begins a model; its digit is the version of the features.
const magic = "PJLM9"

// decimals is the unit in which slope and offset are kept.
const decimals = 1e-6

// encode writes a model: magic, the number of heads, and for each its bits,
// bias, cut, slope and offset (in millionths), and weights; then the forests.
func (m weights) encode() []byte {
	b := append([]byte(magic), headCount)
	for i := range m.heads {
		h := &m.heads[i]
		b = append(b, byte(32-h.shift))
		for _, v := range []int32{h.bias, h.cut, int32(math.Round(h.slope / decimals)), int32(math.Round(h.offset / decimals))} {
			b = binary.BigEndian.AppendUint32(b, uint32(v))
		}
		for _, w := range h.weights {
			b = append(b, byte(w))
		}
	}
	for i := range m.forests {
		b = m.forests[i].encode(b)
	}
	return b
}

func decodeModel(b []byte) (weights, error) {
	if len(b) <= len(magic) || string(b[:len(magic)]) != magic {
		return weights{}, errors.New("it does not begin with " + magic + "; make it with `make train`")
	}
	var m weights
	if b[len(magic)] != headCount {
		return weights{}, errors.New("it does not have a head for each class; make it with `make train`")
	}
	b = b[len(magic)+1:]
	for i := range m.heads {
		if len(b) < 17 || b[0] < 8 || b[0] > 20 {
			return weights{}, errors.New("a head is cut short")
		}
		h := &m.heads[i]
		h.shift = 32 - uint32(b[0])
		field := func(k int) int32 { return int32(binary.BigEndian.Uint32(b[1+4*k:])) }
		h.bias, h.cut = field(0), field(1)
		h.slope, h.offset = float64(field(2))*decimals, float64(field(3))*decimals
		n := 1 << b[0]
		if b = b[17:]; len(b) < n {
			return weights{}, errors.New("the weights are cut short")
		}
		h.weights = make([]int8, n)
		for k := range h.weights {
			h.weights[k] = int8(b[k])
		}
		b = b[n:]
	}
	for i := range m.forests {
		n := viewSize
		if i == waitsForest {
			n = waitsSize
		}
		var err error
		if m.forests[i], b, err = decodeForest(b, n); err != nil {
			return weights{}, err
		}
	}
	if len(b) > 0 {
		return weights{}, errors.New("something follows the last forest")
	}
	return m, nil
}

// features appends the hashes of what is seen in the tokens of a sentence: its
// words one and two in a row; their shapes, in which the words that
// carry no grammar are only verb, name or number; pairs of small words that stand near
// each other; length, and who is spoken of. Behind these, from threes on, are three
// words or shapes in a row, which headAsks alone looks at.
func features(out []uint32, toks []token) (all []uint32, threes int) {
	const span = 64 // more of one sentence than this says nothing new
	var words, shapes [span + 2]uint32
	var small [span + 2]bool
	n := 1
	words[0], shapes[0] = beginSign, beginSign
	question, you, me := uint32(0), uint32(0), uint32(0)
	for i := 0; i < len(toks) && n <= span; i++ {
		t := &toks[i]
		k := vocabulary.of(t)
		w, shape := k.hash, k.hash
		switch {
		case t.kind == digits:
			w, shape = numberSign, numberSign
		case is(toks, i, "http", "https", "www") || t.low == "$" && glued(toks, i+1, "link"):
			w, shape = linkSign, linkSign
			for i+1 < len(toks) && !toks[i+1].gap {
				i++
			}
		case t.kind == mark:
			question |= flag(t.low == "?")
		case k.grammar:
			small[n] = true
		case k.verb:
			shape = verbSign
		case k.calendar:
			shape = daySign
		case t.cap && n > 1:
			shape = nameSign
		default:
			shape = k.ending
		}
		you |= k.you
		me |= k.me
		words[n], shapes[n] = w, shape
		n++
	}
	words[n], shapes[n] = endSign, endSign
	n++
	for i := range n {
		out = append(out, mix(1, words[i], 0, 0))
		if i+1 < n {
			out = append(out, mix(2, words[i], words[i+1], 0), mix(3, shapes[i], shapes[i+1], 0))
		}
		for k := i + 2; small[i] && k < n && k <= i+5; k++ {
			if small[k] || words[k] == questionMark {
				out = append(out, mix(6, words[i], words[k], 0))
			}
		}
	}
	out = append(out, mix(7, uint32(min(8, len(toks)/5)), 0, 0), mix(8, question, 0, 0), mix(9, question, you, 0), mix(10, you, me, 0), mix(11, question, shapes[min(1, n-1)], 0))
	threes = len(out)
	for i := range n - 2 {
		out = append(out, mix(4, words[i], words[i+1], words[i+2]), mix(5, shapes[i], shapes[i+1], shapes[i+2]))
	}
	return out, threes
}

// meanings appends the hashes of what the words of a sentence mean, by their
// classes in the lexicon: one and two in a row, where the words of grammar stand for
// themselves, and pairs that stand near each other.
func meanings(out []uint32, toks []token) []uint32 {
	const span = 64
	const window = 6
	var class, form [span + 2]uint32
	n := 1
	class[0], form[0] = beginSign, beginSign
	for i := 0; i < len(toks) && n <= span; i++ {
		t := &toks[i]
		k := vocabulary.of(t)
		switch {
		case k.class > 0:
			class[n] = uint32(k.class)
			form[n] = uint32(k.class) | uint32(k.form)<<8
		case t.kind == digits:
			class[n], form[n] = 1<<16, 1<<16
		case t.kind == mark:
			if t.low != "?" && t.low != "$" && t.low != ":" && t.low != "%" && t.low != "\"" {
				continue
			}
			class[n], form[n] = k.hash, k.hash
		case k.grammar:
			class[n], form[n] = k.hash, k.hash
		case k.calendar:
			class[n], form[n] = 1<<17, 1<<17
		case t.cap && i > 0:
			class[n], form[n] = 1<<18, 1<<18
		default:
			class[n], form[n] = k.ending, k.ending
		}
		n++
	}
	for i := range n {
		if class[i] < 256 {
			out = append(out, mix(50, class[i], 0, 0), mix(51, form[i], 0, 0))
		}
		if i+1 < n {
			out = append(out, mix(52, form[i], form[i+1], 0))
		}
		for k := i + 2; class[i] < 256 && k < n && k <= i+window; k++ {
			if class[k] < 256 {
				out = append(out, mix(54, class[i], class[k], 0))
			}
		}
	}
	return out
}

// grammar are the words that carry the shape of a sentence.
var grammar = set(`a an the i you u we he she it they me us him her them my your our his their its this that these those who what when where why how which whom
	can could would will shall should may might must do does did don't doesn't didn't is are was were be been am i'm i'll i'd i've we'll we're we've we'd you'll you're you've you'd it's that's there's let's lets let
	have has had please pls plz kindly thanks thank to of in on at by for from with without about if unless whether and or but so because as than then not no yes any some all each every both
	here there need needs want wants like know appreciate hope wondering possible soon asap just also still only ever never up out off over back down into attached below following`)

// ending tells words apart by how they end.
func ending(w string) string {
	if n := len(w); n > 4 {
		switch {
		case w[n-3:] == "ing":
			if stemVerb(w) {
				return "Ving"
			}
			return "Ning"
		case w[n-2:] == "ed":
			return "Ned"
		case w[n-2:] == "ly":
			return "Ly"
		}
	}
	return "N"
}

// Signs stand for what a feature tells apart by no word.
var (
	beginSign, endSign          = hashOf("^"), hashOf("$")
	numberSign, linkSign        = hashOf("0"), hashOf("link")
	verbSign, daySign, nameSign = hashOf("V"), hashOf("D"), hashOf("C")
	questionMark                = hashOf("?")
)

// hashOf is FNV-1a.
func hashOf(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// mix hashes up to three words and what is seen in them to a feature, whose
// upper bits are the index of its weight.
func mix(kind, a, b, c uint32) uint32 {
	h := kind*0x9e3779b1 ^ a
	h = (h ^ h>>15) * 0x85ebca6b
	h = (h ^ b) * 0xc2b2ae35
	h = (h ^ h>>13 ^ c) * 0x27d4eb2f
	return (h ^ h>>16) * 0x9e3779b1
}
