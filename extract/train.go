package extract

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"projectr"
	"projectr/message"
)

// Train makes the model from the labelled sets in corpora and the labelled
// sentences and mails of the repository, in the form in which it stands in the
// program. The same sets always give the same weights.
func Train(corpora, repository string) ([]byte, error) {
	intent, err := intentExamples(filepath.Join(corpora, "email-intent", "train.jsonl"))
	if err != nil {
		return nil, err
	}
	m := &weights{}
	m.heads[headAsks], _ = trainHead(intent, nil, intentBits)
	extra, mails, err := kindSamples(m, corpora, repository)
	if err != nil {
		return nil, err
	}
	m.trainKinds(extra, mails)
	return pack(m.encode())
}

// kindSamples reads what the heads of kinds are trained on: sentences written
// for it, and mails with gold. The head for asking must be trained already.
func kindSamples(m *weights, corpora, repository string) (extra, mails []sample, err error) {
	extra, err = labelledSentences(m, filepath.Join(repository, "extract", "testdata", "sentences.tsv"))
	if err != nil {
		return nil, nil, err
	}
	intent, err := readIntent(filepath.Join(corpora, "email-intent", "train.jsonl"))
	if err != nil {
		return nil, nil, err
	}
	for _, row := range intent { // no mail of a job: they say what is none of the kinds
		s, acts := lookAt(m, row.text)
		s.group = len(extra)
		s.not = 1 << headAdvert // there are newsletters among them
		switch question := strings.Contains(row.text, "?"); {
		case question && row.asks:
			s.labels[headAnswer] = true
		case question || row.asks: // some wait for an answer, and some do not
			s.not |= 1 << headAnswer
		}
		switch forms := len(acts) > 0; {
		case row.asks && forms:
			s.labels[headTask] = true
		case row.asks || forms:
			s.not |= 1 << headTask
		}
		extra = append(extra, s)
	}
	for _, dir := range trainingMails {
		more, err := labelledMails(m, filepath.Join(repository, dir))
		if err != nil {
			return nil, nil, err
		}
		if filepath.Base(dir) == "train" { // which do not say who waits for an answer
			for i := range more {
				more[i].not |= 1 << headAnswer
				more[i].mail = noMail
			}
		}
		mails = append(mails, more...)
	}
	brief, err := readBrief(filepath.Join(repository, briefMails))
	if err != nil {
		return nil, nil, err
	}
	for _, b := range brief {
		more := m.samplesOf(b.msg, b.gold, "brief", b.group)
		for i := range more {
			more[i].headless, more[i].other = !b.whole, b.other
			if b.other { // whether mail is read is told by mail of jobs and what nobody asked for
				more[i].not |= 1 << headJob
			}
		}
		mails = append(mails, more...)
	}
	return extra, mails, nil
}

// trainingMails are the folders of mails with gold that the model is trained on.
var trainingMails = []string{"testdata/construction-gold", "extract/testdata/own-gold/dev", "extract/testdata/own-gold/train"}

// briefMails are mails without headers, of which every sentence is labelled.
const briefMails = "extract/testdata/labelled-mails.tsv"

// mailGroup is the group of a mail, by the name of its file.
func mailGroup(path string) int { return int(hashOf(filepath.Base(path)) >> 8) }

// trainKinds trains the heads of kinds, and grows the forests from what heads say of
// mails that they were not trained on. Sentences that were written to train with are no
// measure of how often a kind comes up, so cut and likelihood come from the sentences of
// mails alone.
func (m *weights) trainKinds(extra, mails []sample) {
	said := make([][headCount]int32, len(mails))
	var heads sync.WaitGroup
	turn := make(chan struct{}, runtime.GOMAXPROCS(0))
	for k := headTask; k < headCount; k++ {
		heads.Go(func() { // no head knows of another, so that it does not matter which is first
			turn <- struct{}{}
			m.trainKind(k, extra, mails, said)
			<-turn
		})
	}
	heads.Wait()
	m.growForests(mails, said)
}

// trainKind trains one head, and notes for each sentence what it says that was not
// trained on its mail.
func (m *weights) trainKind(k int, extra, mails []sample, said [][headCount]int32) {
	keep := func(sums []int32) {
		for i, sum := range sums {
			said[i][k] = sum
		}
	}
	var sums []int32
	switch k {
	case headMail:
		whole, _ := wholeMails(mails, k)
		m.heads[k], _ = trainHead(whole, nil, kindBits)
	case headWaits:
		whole, at := wholeMails(mails, k)
		m.heads[k], sums = trainHead(whole, nil, kindBits)
		for i, s := range mails {
			if w, ok := at[s.group]; ok {
				said[i][k] = sums[w]
			}
		}
	case headAdvert, headJob: // no labelled mail advertises, and all are of a job
		m.heads[k], sums = trainHead(slices.Concat(examples(extra, k), examples(mails, k)), nil, kindBits)
		keep(sums[len(extra):])
	default:
		m.heads[k], sums = trainHead(examples(mails, k), examples(extra, k), kindBits)
		keep(sums)
	}
}

// growForests grows the forests of kinds and of mails from what heads say of samples.
func (m *weights) growForests(mails []sample, said [][headCount]int32) {
	var kinds [waitsForest][]seenExample
	var waiting []seenExample
	for from := 0; from < len(mails); {
		to := from
		for to < len(mails) && mails[to].group == mails[from].group {
			to++
		}
		var at []int
		var opinions []opinion
		var signs []sentenceSigns
		for i := from; i < to; i++ {
			if !mails[i].title {
				at = append(at, i)
				opinions = append(opinions, m.opinionOf(&said[i]))
				signs = append(signs, mails[i].signs)
			}
		}
		for n, v := range views(opinions) {
			s := &mails[at[n]]
			for f := range kinds {
				if k := headDecision + f; s.not>>k&1 == 0 {
					kinds[f] = append(kinds[f], seenExample{v[:], s.labels[k], s.group, s.headless || s.other})
				}
			}
		}
		if len(at) > 0 && mails[at[0]].mail != noMail {
			s := &mails[at[0]]
			about := s.about
			about.words = m.heads[headWaits].small(said[at[0]][headWaits])
			waiting = append(waiting, seenExample{waitsView(opinions, signs, about), s.mail == waits, s.group, s.headless})
		}
		from = to
	}
	for f := range kinds {
		m.forests[f] = growCalibrated(kinds[f], treesOfSentences, false)
	}
	m.forests[waitsForest] = growCalibrated(waiting, treesOfMails, true)
}

// wholeMails puts the words of each mail together, and says for each group which it is.
// For headMail yes are those that say anything, of a job or of other work; private mail
// and mail of few words teach it nothing, see mailLike. For headWaits yes are those that
// wait for an answer, by the words of their author.
func wholeMails(list []sample, k int) ([]example, map[int]int) {
	at := map[int]int{}
	var out []example
	for _, s := range list {
		if k == headWaits && (s.mail == noMail || s.signs.forwarded) || k == headMail && s.other && !s.labels[headJob] {
			continue
		}
		i, seen := at[s.group]
		if !seen {
			i = len(out)
			at[s.group] = i
			out = append(out, example{group: s.group, headless: s.headless, yes: k == headMail && s.labels[headJob] || k == headWaits && s.mail == waits, whole: true})
		}
		out[i].features = append(out[i].features, s.words...)
	}
	for i := range out {
		slices.Sort(out[i].features)
		out[i].features = slices.Compact(out[i].features)
	}
	if k == headMail {
		out = slices.DeleteFunc(out, func(e example) bool { return len(e.features) < enoughWords/4 })
	}
	return out, at
}

func examples(list []sample, k int) []example {
	out := make([]example, len(list))
	for i, s := range list {
		out[i] = example{features: s.features, yes: s.labels[k], group: s.group, unknown: s.not>>k&1 > 0, headless: s.headless || s.other}
		switch k {
		case headAnswer:
			if !s.title {
				out[i].mail = s.mail
			}
		case headAdvert, headJob: // judge whole mails, before the rules look at them
			out[i].features, out[i].headless = s.words, s.headless
		}
	}
	return out
}

const (
	intentBits = 18 // 2^18 weights of one byte
	kindBits   = 19
)

// sample is one sentence as the heads of kinds see it, with its labels.
type sample struct {
	features []uint32
	words    []uint32 // the features of its words alone
	labels   [headCount]bool
	group    int      // what must not be divided between training and judging: its mail
	not      uint32   // bits of the heads that its labels say nothing for
	mail     mailWait // whether its mail does
	set      string
	title    bool // no sentence, but the subject
	headless bool // of a mail without a header, which nobody gets
	other    bool // of a mail of no construction job: its sentences do not say where a cut is best
	signs    sentenceSigns
	about    mailSigns
}

// mailWait is what gold says of a whole mail.
type mailWait uint8

const (
	noMail mailWait = iota
	waitsNot
	waits
)

// example is a sentence in numbers, with one label.
type example struct {
	features []uint32
	yes      bool
	group    int
	unknown  bool     // not trained on
	headless bool     // trained on, but not judged by
	mail     mailWait // when set, it is mails that are judgement, by their highest sentence
	whole    bool     // a whole mail, whose features count the less the more there are
}

// counts is how much each feature of an example counts.
func (e *example) counts() float64 {
	if e.whole {
		return weightOfEach(len(e.features))
	}
	return 1
}

// sumExample is what a head says of an example.
func (h *head) sumExample(e *example) int32 {
	if e.whole {
		return h.sumOf(e.features)
	}
	return h.sum(e.features)
}

func newExample(text string, yes bool) example {
	all, _ := features(nil, tokenise(text, 0, len(text)))
	return example{features: all, yes: yes}
}

// intentRow is one sentence of email-intent.
type intentRow struct {
	text string
	asks bool
}

func intentExamples(path string) ([]example, error) {
	rows, err := readIntent(path)
	out := make([]example, len(rows))
	for i, row := range rows {
		out[i] = newExample(row.text, row.asks)
		out[i].group = int(hashOf(row.text) >> 8)
	}
	return out, err
}

// readIntent reads sentences in the layout of email-intent.
func readIntent(path string) ([]intentRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []intentRow
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
		out = append(out, intentRow{row.Text, len(row.Labels) > 0})
	}
	return out, lines.Err()
}

// labelledSentences reads lines of labels, a tab and a sentence. A label is a
// letter: a for asked, p for promised, d, s, t, r and k for the other kinds, q
// where the writer waits for an answer, x for what an advertisement or a
// newsletter says; - is for none.
func labelledSentences(m *weights, path string) ([]sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	heads := map[rune]int{'a': headTask, 'p': headTask, 'd': headDecision, 's': headScope, 't': headTimeline, 'r': headRisk, 'k': headKey, 'q': headAnswer, 'x': headAdvert}
	var out []sample
	for lines := bufio.NewScanner(f); lines.Scan(); {
		labels, text, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			return nil, fmt.Errorf("%s: no tab in %q", path, lines.Text())
		}
		var s sample
		for _, l := range labels {
			if k, ok := heads[l]; ok {
				s.labels[k] = true
			} else if l != '-' {
				return nil, fmt.Errorf("%s: no label %q", path, l)
			}
		}
		s.labels[headJob] = labels != "x"
		if labels == "-" {
			s.not = 1 << headJob // much of this is said anywhere
		}
		seen, _ := lookAt(m, text)
		s.features, s.words = seen.features, seen.words
		s.group = len(out)
		out = append(out, s)
	}
	return out, nil
}

// lookAt sees a sentence as a mail of its own, and the actions in it.
func lookAt(m *weights, text string) (sample, []action) {
	note := &message.Message{Text: text, Date: time.Date(2024, 5, 14, 9, 0, 0, 0, time.UTC), Spans: []projectr.Span{{Kind: projectr.SpanNew, End: utf8.RuneCountInString(text)}}}
	r := newReading(note, m)
	var out sample
	var acts []action
	for _, p := range r.passages() {
		r.survey(&p)
		for i := range p.sentences {
			var j judgement
			out.features = r.look(out.features, &p, i, &j)
			out.words = m.says(out.words, p.sentences[i].toks)
			acts = append(acts, j.acts...)
		}
	}
	return out, acts
}

// labelledMails reads the sentences of DIR/eml/*.eml, with their labels from
// DIR/gold.
func labelledMails(m *weights, dir string) ([]sample, error) {
	mails, err := filepath.Glob(filepath.Join(dir, "eml", "*.eml"))
	if err != nil || len(mails) == 0 {
		return nil, fmt.Errorf("%s holds no labelled mails: %w", dir, os.ErrNotExist)
	}
	var out []sample
	for _, mail := range mails {
		msg, g, err := readLabelled(mail)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", mail, err)
		}
		out = append(out, m.samplesOf(msg, g, filepath.Base(dir), mailGroup(mail))...)
	}
	return out, nil
}

// samplesOf takes the sentences of a mail apart, with the labels of its gold. A mail
// that a program sent is never judged, and gives none.
func (m *weights) samplesOf(msg *message.Message, g Gold, set string, group int) []sample {
	if msg.Automatic != "no" {
		return nil
	}
	title := sample{group: group, set: set, not: 1<<headCount - 1 - 1<<headJob, words: m.says(nil, tokenise(msg.Subject, 0, len(msg.Subject)))}
	title.labels[headJob] = !g.Negative
	title.title, title.mail = true, waitsNot
	if g.RequiresResponse {
		title.mail = waits
	}
	out := []sample{title}
	answers := false
	var asked, told []int // the sentences that may be those that want an answer
	r := newReading(msg, m)
	flat := flatten(msg.Text)
	passages := r.passages()
	for i := range passages {
		p := &passages[i]
		r.survey(p)
		for k := range p.sentences {
			s := &p.sentences[k]
			one := sample{group: group, set: set, about: mailSigns{group: passages[0].group, recipients: len(msg.To) + len(msg.Cc)}}
			one.labels[headJob] = !g.Negative
			if g.Negative {
				one.not |= 1 << headAdvert // some are mailings, some chatter
			}
			words := flatten(s.text(msg.Text))
			for kind, head := range kindHeads {
				one.labels[head] = slices.ContainsFunc(g.items(kind), func(it GoldItem) bool { return overlap(flat, words, flatten(it.Evidence)) })
			}
			one.labels[headAnswer] = slices.ContainsFunc(g.questions, func(q string) bool { return overlap(flat, words, q) })
			one.mail = waitsNot
			if g.RequiresResponse {
				one.mail = waits
				if !one.labels[headAnswer] && (s.question || one.labels[headTask]) {
					if one.not |= 1 << headAnswer; s.question {
						asked = append(asked, len(out))
					} else {
						told = append(told, len(out))
					}
				}
			}
			answers = answers || one.labels[headAnswer]
			var j judgement
			one.features = r.look(nil, p, k, &j)
			one.signs = sentenceSigns{s.question, p.forwarded, len(j.acts)}
			one.words = m.says(nil, s.toks)
			out = append(out, one)
		}
	}
	// Of a mail that waits for an answer where nobody said in which words, it is the
	// questions, and where there are none what somebody is to do.
	if len(asked) == 0 {
		asked = told
	}
	for _, i := range asked {
		if !answers {
			out[i].labels[headAnswer] = true
			out[i].not &^= 1 << headAnswer
		}
	}
	return out
}

// briefMail is a mail of testdata/labelled-mails.tsv with what its labels say.
type briefMail struct {
	msg   *message.Message
	gold  Gold
	group int
	whole bool // with a header, and labels for owners, deadlines and amounts
	other bool // of no construction job
}

// readBrief reads mails as blocks of lines with an empty line between them. The
// first line of a block is #, answer=yes or answer=no, the subject, negative where
// nothing may be found, elsewhere where it is of no construction job, and from=, to= and cc= with names where the mail has a header;
// each other line is the letters of a sentence's labels, as labelledSentences has them,
// and the sentence. In a mail with a header ! marks what may not be found, > what it
// quotes, and behind an item stand its owner, its deadline and its amounts.
func readBrief(path string) ([]briefMail, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []briefMail
	for block := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n\n") {
		head, rest, _ := strings.Cut(block, "\n")
		fields := strings.Split(head, "\t")
		if len(fields) < 3 || fields[0] != "#" || fields[1] != "answer=yes" && fields[1] != "answer=no" || rest == "" {
			return nil, fmt.Errorf("%s: no head of a mail: %q", path, head)
		}
		var b briefMail
		b.gold.ID = fields[2]
		b.gold.RequiresResponse = fields[1] == "answer=yes"
		header := map[string]string{}
		for _, f := range fields[3:] {
			name, value, _ := strings.Cut(f, "=")
			header[name] = value
		}
		_, b.gold.Negative = header["negative"]
		_, b.other = header["elsewhere"]
		_, b.whole = header["from"]
		var text strings.Builder
		before := ""
		for line := range strings.SplitSeq(rest, "\n") {
			labels, words, ok := strings.Cut(line, "\t")
			words, more, _ := strings.Cut(words, "\t")
			if words = strings.TrimSpace(words); !ok || words == "" {
				return nil, fmt.Errorf("%s: no sentence in %q", path, line)
			}
			quoted := labels == ">"
			if quoted {
				words = "> " + words
			} else if err := b.gold.note(labels, flatten(words), more); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			text.WriteString(between(before, words) + words)
			before = words
		}
		b.group = int(hashOf(fields[2]+text.String()) >> 8) // whatever is labelled, a mail stays in its group
		if b.whole {
			if b.msg, err = message.Parse(strings.NewReader(briefHeader(fields[2], header) + text.String() + "\n")); err != nil {
				return nil, fmt.Errorf("%s: %q: %w", path, head, err)
			}
		} else {
			b.msg = &message.Message{Subject: fields[2], Text: text.String(), Reply: text.String(), Automatic: "no", Date: briefDay,
				From:  []projectr.MailAddress{{Address: "author@job.example"}},
				To:    []projectr.MailAddress{{Address: "reader@firm.example"}},
				Spans: []projectr.Span{{Kind: projectr.SpanNew, End: utf8.RuneCountInString(text.String())}}}
		}
		out = append(out, b)
	}
	return out, nil
}

// briefDay is when a mail of labelled-mails.tsv is said to be sent.
var briefDay = time.Date(2024, 5, 14, 9, 0, 0, 0, time.UTC)

// briefHeader writes the header of a mail. Who is named by an address has no name.
func briefHeader(subject string, header map[string]string) string {
	var b strings.Builder
	for _, field := range []string{"from", "to", "cc"} {
		var list []string
		for name := range strings.SplitSeq(header[field], ", ") {
			if name == "" {
				continue
			}
			a := mail.Address{Name: name, Address: name}
			if strings.Contains(name, "@") {
				a.Name = ""
			} else {
				a.Address = strings.Join(nameWords(name), ".") + "@job.example"
			}
			list = append(list, a.String())
		}
		if len(list) > 0 {
			fmt.Fprintf(&b, "%s: %s\r\n", strings.ToUpper(field[:1])+field[1:], strings.Join(list, ", "))
		}
	}
	fmt.Fprintf(&b, "Subject: %s\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", mime.QEncoding.Encode("utf-8", subject), briefDay.Format(time.RFC1123Z))
	return b.String()
}

// between says what stands between two sentences of a mail: a blank where they run
// on in one paragraph.
func between(before, next string) string {
	switch {
	case before == "":
		return ""
	case bulletMark(next) > 0, headerLine(before) && headerLine(next):
		return "\n"
	case bulletMark(before) == 0 && len(before) > 30 && strings.ContainsAny(before[len(before)-1:], ".!?") && len(next) > 20 && !headerLine(next) && !headerLine(before):
		return " "
	}
	return "\n\n"
}

// headerLine reports whether a line belongs to the header of a mail that is forwarded,
// or to a quote.
func headerLine(line string) bool {
	for _, begin := range []string{"> ", "-----", "From: ", "Sent: ", "Date: ", "To: ", "Cc: ", "Subject: "} {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return false
}

// note adds a sentence with its letters, and what is said of its items: the owner, a
// date as the deadline, and amounts behind the sign of their currency.
func (g *Gold) note(labels, words, more string) error {
	item := GoldItem{Text: words, Evidence: words}
	for part := range strings.SplitSeq(more, "; ") {
		_, err := time.Parse(time.DateOnly, part)
		switch amount := strings.TrimLeft(part, "$€£"); {
		case part == "":
		case amount != part:
			g.BudgetMentions = append(g.BudgetMentions, GoldItem{Text: words, Evidence: words, Amount: json.Number(amount)})
		case err == nil:
			item.Deadline = &part
		default:
			item.Owner = &part
		}
	}
	lists := map[rune]*[]GoldItem{'a': &g.ActionItems, 'p': &g.ActionItems, 'd': &g.Decisions, 's': &g.ScopeChanges, 't': &g.TimelineChanges, 'r': &g.Risks, 'k': &g.KeyPoints}
	for _, l := range labels {
		if list := lists[l]; list != nil {
			*list = append(*list, item)
			continue
		}
		switch l {
		case 'q':
			g.questions = append(g.questions, words)
		case '!':
			g.MustNotExtract = append(g.MustNotExtract, words)
		case '-':
		default:
			return fmt.Errorf("no label %q", l)
		}
	}
	return nil
}

// readLabelled reads a mail DIR/eml/ID.eml and its gold DIR/gold/ID.json.
func readLabelled(mail string) (*message.Message, Gold, error) {
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

// trainHead trains on all examples, after it has found slope, offset and cut by
// four rounds in which the weights come from the other three quarters. Extra
// examples are trained on in every round. It returns too what those rounds said of the
// set.
func trainHead(set, extra []example, bits uint32) (head, []int32) {
	train := func(set []example) head {
		if len(extra) > 0 {
			set = slices.Concat(set, extra)
		}
		return weigh(slices.DeleteFunc(slices.Clone(set), func(e example) bool { return e.unknown }), bits)
	}
	sums := heldOut(set, func(e *example) int { return e.group }, func(rest []example) func(*example) int32 {
		h := train(rest)
		return h.sumExample
	})
	h := train(set)
	judged, of := withLabel(sums, set)
	if len(of) > 0 && of[0].mail != noMail {
		judged, of = highest(judged, of)
		h.slope, h.offset = logistic(judged, of)
		h.cut = h.middle()
		return h, sums
	}
	h.cut = bestCut(judged, of)
	h.slope, h.offset = logistic(judged, of)
	return h, sums
}

// heldOut is what is said of each example by a judge that was made in one of four rounds
// from the groups of the others.
func heldOut[E any](set []E, group func(*E) int, learn func([]E) func(*E) int32) []int32 {
	const rounds = 4
	sums := make([]int32, len(set))
	for k := range rounds {
		var rest []E
		for i := range set {
			if group(&set[i])%rounds != k {
				rest = append(rest, set[i])
			}
		}
		judge := learn(rest)
		for i := range set {
			if group(&set[i])%rounds == k {
				sums[i] = judge(&set[i])
			}
		}
	}
	return sums
}

// middle is the sum for which the curve says one half.
func (c curve) middle() int32 { return int32(math.Round(-c.offset / c.slope)) }

// withLabel leaves out the examples whose label is not known, but none of those that
// are judgement by their mail.
func withLabel(sums []int32, set []example) ([]int32, []example) {
	var s []int32
	var e []example
	for i := range set {
		if (!set[i].unknown || set[i].mail != noMail) && !set[i].headless {
			s, e = append(s, sums[i]), append(e, set[i])
		}
	}
	return s, e
}

// highest reduces the sentences of each mail to the one with the highest sum.
func highest(sums []int32, set []example) ([]int32, []example) {
	at := map[int]int{}
	var top []int32
	var mails []example
	for i, e := range set {
		k, seen := at[e.group]
		if !seen {
			k = len(mails)
			at[e.group] = k
			mails = append(mails, example{group: e.group, yes: e.mail == waits})
			top = append(top, sums[i])
		}
		top[k] = max(top[k], sums[i])
	}
	return top, mails
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
		penalty = 0.01 // of a sentence on the wrong side
		epochs  = 8
	)
	h := head{weights: make([]int8, 1<<bits), shift: 32 - bits}
	list, columns := inColumns(set, h.shift)
	scale := unevenness(set, list, len(columns))
	w := make([]float64, len(columns))
	scaled := make([]float64, len(columns)) // w times scale, which is what a margin is made of
	bias := 0.0
	alpha := make([]float64, len(set))
	norm := make([]float64, len(set))
	times := make([]float64, len(columns)) // how often the example has each feature
	for i := range set {
		norm[i] = 1 + 0.5/penalty
		for _, k := range list[i] {
			times[k]++
		}
		for _, k := range list[i] {
			v := float64(float64(times[k]*scale[k]) * set[i].counts())
			norm[i] += float64(v * v)
			times[k] = 0
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
			margin, c := 0.0, e.counts()
			for _, k := range list[i] {
				margin += scaled[k]
			}
			margin = float64(margin*c) + bias
			gradient := float64(y*margin) - 1 + float64(alpha[i]*(0.5/penalty))
			next := max(alpha[i]-gradient/norm[i], 0)
			if d := float64((next - alpha[i]) * y); d != 0 {
				alpha[i] = next
				bias += d
				for _, k := range list[i] {
					w[k] += float64(float64(d*c) * scale[k])
					scaled[k] = float64(w[k] * scale[k])
				}
			}
		}
	}
	h.bias = int32(math.Round(bias * fineness))
	for k, f := range columns {
		h.weights[f] = int8(min(127, max(-127, math.Round(scaled[k]*fineness))))
	}
	return h
}

// inColumns numbers the weights that a set touches in the order in which they are met,
// so that those that are touched most lie beside each other in memory: for each example
// the columns of its features, and for each column its weight.
func inColumns(set []example, shift uint32) (list [][]uint32, columns []uint32) {
	total := 0
	for i := range set {
		total += len(set[i].features)
	}
	all := make([]uint32, 0, total)
	list = make([][]uint32, len(set))
	number := make([]uint32, 1<<(32-shift)) // of a column, from one
	for i := range set {
		from := len(all)
		for _, f := range set[i].features {
			k := f >> shift
			if number[k] == 0 {
				columns = append(columns, k)
				number[k] = uint32(len(columns))
			}
			all = append(all, number[k]-1)
		}
		list[i] = all[from:]
	}
	return list, columns
}

// unevenness says for each column how much more often its features stand in
// examples of one class than of the other, as a logarithm in 256ths.
// A feature is counted smoothing times more than it was seen, divided among the
// classes as all examples are, so that what was never seen falls evenly.
func unevenness(set []example, list [][]uint32, columns int) []float64 {
	const smoothing = 2
	yes, no := make([]int32, columns), make([]int32, columns)
	seen := make([]int32, columns)
	all := [2]int{}
	for i := range set {
		in, n := no, 0
		if set[i].yes {
			in, n = yes, 1
		}
		all[n]++
		for _, k := range list[i] {
			if seen[k] != int32(i+1) {
				seen[k] = int32(i + 1)
				in[k]++
			}
		}
	}
	out := make([]float64, columns)
	if all[0] == 0 || all[1] == 0 {
		return out
	}
	share := float64(all[1]) / float64(all[0]+all[1])
	for k := range out {
		a := (float64(yes[k]) + float64(smoothing*share)) / (float64(all[1]) + float64(smoothing*share))
		b := (float64(no[k]) + float64(smoothing*(1-share))) / (float64(all[0]) + float64(smoothing*(1-share)))
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
// 1/(1+e^(-slope·sum-offset)). Newton's steps are halved until they make it better.
func logistic(sums []int32, set []example) (slope, offset float64) {
	loss := func(slope, offset float64) float64 {
		total := 1e-3 * (slope*slope + offset*offset)
		for i, s := range sums {
			x := slope*float64(s)/fineness + offset
			if set[i].yes {
				x = -x
			}
			total += math.Log1p(math.Exp(min(x, 500)))
		}
		return total
	}
	now := loss(0, 0)
	for range 50 {
		g0, g1, h00, h01, h11 := 2e-3*offset, 2e-3*slope, 2e-3, 0.0, 2e-3
		for i, s := range sums {
			x := float64(s) / fineness
			p := 1 / (1 + math.Exp(-slope*x-offset))
			d, v := p, p*(1-p)
			if set[i].yes {
				d--
			}
			g0 += d
			g1 += d * x
			h00 += v
			h01 += v * x
			h11 += v * x * x
		}
		det := h00*h11 - h01*h01
		a, b := (h00*g1-h01*g0)/det, (h11*g0-h01*g1)/det
		step := 1.0
		for ; step > 1e-6 && loss(slope-step*a, offset-step*b) > now; step /= 2 {
		}
		slope, offset = slope-step*a, offset-step*b
		next := loss(slope, offset)
		if now-next < 1e-9*now {
			break
		}
		now = next
	}
	return math.Round(slope*1000) / 1000 / fineness, math.Round(offset*1000) / 1000
}
