package message

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
	"unicode"

	"projectr"
)

// corpora is the folder of labelled mails that others made. It is no part of
// the repository; without it these tests skip.
const corpora = "../../shared/corpora"

// floors are the shares reached so far. They only ever rise.
var floors = []struct {
	name  string
	score func(*testing.T) tally
	floor float64
}{
	{"mime-stalwart, all fields", scoreStalwart, 0.8},
	{"mime-stalwart, labels that lost nothing", scoreStalwartWhole, 0.95},
	{"mime-stalwart, address headers", scoreStalwartAddresses, 0.75},
	{"mime-stalwart, content types", scoreStalwartTypes, 0.78},
	{"mime-stalwart, date headers", scoreStalwartDates, 0.87},
	{"mime-stalwart, id headers", scoreStalwartIDs, 0.87},
	{"mime-mime4j, part bytes", scoreMime4j, 0.94},
	{"mime-mime4j, labels that lost no line", scoreMime4jWhole, 1},
	{"mime-misc, agreement", scoreMisc, 0.89},
	{"mime-misc, what the reference made out", scoreMiscSeen, 0.96},
	{"mime-misc, read", scoreMiscRead, 1},
	{"reply-crisp, visible text", scoreCrisp, 0.92},
	{"reply-discourse, trimmed text", scoreDiscourse, 0.9},
	{"reply-talon, mails", scoreTalon, 0.85},
	{"reply-talon, html", scoreTalonHTML, 1},
	{"reply-talon, signatures", scoreTalonSignatures, 1},
	{"forward-crisp, all", scoreForward, 0.99},
	{"forward-crisp, English", scoreForwardEnglish, 1},
	{"threading-mbox, parents by header", scoreThreading, 1},
	{"threading-mbox, without headers, B-cubed F1", scoreThreadingBare, 0.97},
	{"enron, construction-gold: known when forwarded", scoreSame, 0.99},
	{"construction-gold, evidence in text", scoreGoldEvidence, 1},
	{"construction-gold, evidence new or forwarded", scoreGoldSpans, 0.98},
	{"construction-gold, history not new", scoreGoldHistory, 1},
	{"prompt-injection, hidden text not read", scoreHidden, 1},
	{"enron, spamassassin: read", scoreRead, 1},
}

// tally counts what was right, and says what was not.
type tally struct {
	right, all int
	wrong      []string
	measure    float64 // stands for right by all where a set has a measure of its own
}

func (t *tally) add(ok bool, name string, why ...any) {
	t.all++
	if ok {
		t.right++
		return
	}
	t.wrong = append(t.wrong, name+": "+fmt.Sprint(why...))
}

func (t tally) share() float64 {
	if t.measure > 0 {
		return t.measure
	}
	return float64(t.right) / float64(max(t.all, 1))
}

// TestCorpora scores the package over every labelled set and prints one table.
// Run with -v to see each item that was read otherwise than its label says.
func TestCorpora(t *testing.T) {
	if _, err := os.Stat(corpora); err != nil {
		t.Skipf("SKIPPED, NOTHING MEASURED: no corpora at %s", corpora)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-48s %9s %8s %8s\n", "set", "right", "share", "floor")
	for _, f := range floors {
		got := f.score(t)
		fmt.Fprintf(&table, "%-48s %4d/%4d %7.1f%% %7.1f%%\n", f.name, got.right, got.all, 100*got.share(), 100*f.floor)
		if got.all == 0 {
			t.Errorf("%s: no items", f.name)
		}
		if got.share() < f.floor {
			t.Errorf("%s: %.3f is below its floor of %.3f", f.name, got.share(), f.floor)
		}
		for _, w := range got.wrong {
			if testing.Verbose() {
				t.Logf("%s | %s", f.name, w)
			}
		}
	}
	t.Log(table.String())
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readLines[T any](t testing.TB, path string) []T {
	t.Helper()
	var out []T
	sc := bufio.NewScanner(bytes.NewReader(readFile(t, path)))
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v)
	}
	return out
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpora, pattern))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(files)
	return files
}

// parseWatched reads a mail and gives the decoded bytes of its leaves too.
func parseWatched(raw []byte) (*Message, *mail, map[*part]*bytes.Buffer, *parser, error) {
	p := newParser(bytes.NewReader(raw))
	seen := map[*part]*bytes.Buffer{}
	p.watch = func(pt *part, b []byte) {
		if seen[pt] == nil {
			seen[pt] = &bytes.Buffer{}
		}
		seen[pt].Write(b)
	}
	root, err := p.read()
	if err != nil {
		return nil, nil, nil, nil, err
	}
	return p.message(root), root, seen, p, nil
}

// fileParts lists the parts of a mail that are its attachments.
func fileParts(pt *part) []*part {
	if pt == nil {
		return nil
	}
	if pt.multipart() == "" || len(pt.kids) == 0 {
		if pt.body && !pt.filed || pt.multipart() != "" {
			return nil
		}
		return []*part{pt}
	}
	var out []*part
	for _, k := range pt.kids {
		out = append(out, fileParts(k)...)
	}
	return out
}

// --- mime-stalwart

type stalwartMail struct {
	TextBody    []int          `json:"text_body"`
	Attachments []int          `json:"attachments"`
	Parts       []stalwartPart `json:"parts"`
}

type stalwartPart struct {
	Headers []struct {
		Name  any             `json:"name"`
		Value json.RawMessage `json:"value"`
	} `json:"headers"`
	Body json.RawMessage `json:"body"`
	From int             `json:"offset_body"`
	To   int             `json:"offset_end"`
}

func (p stalwartPart) header(name string) json.RawMessage {
	for _, h := range p.Headers {
		if h.Name == name {
			return h.Value
		}
	}
	return nil
}

type stalwartAddress struct {
	Name    *string `json:"name"`
	Address *string `json:"address"`
}

type stalwartAddresses struct {
	List  []stalwartAddress
	Group []struct {
		Addresses []stalwartAddress `json:"addresses"`
	}
}

func (a stalwartAddresses) all() []stalwartAddress {
	out := a.List
	for _, g := range a.Group {
		out = append(out, g.Addresses...)
	}
	return out
}

type stalwartDate struct {
	Year, Month, Day, Hour, Minute, Second int
	Before                                 bool `json:"tz_before_gmt"`
	TZHour                                 int  `json:"tz_hour"`
	TZMinute                               int  `json:"tz_minute"`
}

func (d stalwartDate) time() time.Time {
	off := d.TZHour*3600 + d.TZMinute*60
	if d.Before {
		off = -off
	}
	return time.Date(d.Year, time.Month(d.Month), d.Day, d.Hour, d.Minute, d.Second, 0, time.FixedZone("", off))
}

func (p stalwartPart) name() string {
	for _, hn := range []struct{ header, attr string }{{"content_disposition", "filename"}, {"content_type", "name"}} {
		var v struct {
			ContentType struct {
				Attributes []struct{ Name, Value string }
			}
		}
		if json.Unmarshal(p.header(hn.header), &v) == nil {
			for _, a := range v.ContentType.Attributes {
				if a.Name == hn.attr {
					return a.Value
				}
			}
		}
	}
	return ""
}

func scoreStalwart(t *testing.T) tally      { return scoreStalwartOf(t, false) }
func scoreStalwartWhole(t *testing.T) tally { return scoreStalwartOf(t, true) }

// lost reports whether a label has less of the mail than the mail has: letters
// that were not decoded, a NUL, a file left in its transfer encoding or with its
// line ends changed, a delimiter of a multipart taken for text, or the name of a
// file passed over.
func (w stalwartMail) lost(raw []byte) bool {
	signs := []string{"\uFFFD", "\x00", "\nbegin 6"}
	for _, p := range w.Parts {
		var v struct {
			ContentType struct {
				Attributes []struct{ Name, Value string }
			}
		}
		if json.Unmarshal(p.header("content_type"), &v) == nil {
			for _, a := range v.ContentType.Attributes {
				if a.Name == "boundary" {
					signs = append(signs, "\n--"+a.Value)
				}
			}
		}
	}
	for _, p := range w.Parts {
		var body struct {
			Text                 *string
			Binary, InlineBinary []int
			Message              *stalwartMail
		}
		_ = json.Unmarshal(p.Body, &body) // other bodies are judged by their header
		seen := string(p.header("subject")) + p.name()
		if body.Text != nil {
			seen += "\n" + *body.Text
		}
		if body.Message != nil {
			for _, in := range body.Message.Parts {
				seen += "\n" + strings.ReplaceAll(string(in.Body), "\\n", "\n")
			}
		}
		file := make([]byte, 0, len(body.Binary)+len(body.InlineBinary))
		for _, n := range append(body.Binary, body.InlineBinary...) {
			file = append(file, byte(n))
		}
		if bytes.HasPrefix(file, []byte("\nbegin 6")) || string(p.header("content_disposition")) == "\"Empty\"" {
			return true
		}
		if whole := bytes.ReplaceAll(file, lf, crlf); len(whole) > len(file) && bytes.Contains(raw, whole) {
			return true
		}
		for _, s := range signs {
			if strings.Contains(seen, s) {
				return true
			}
		}
	}
	return false
}

func scoreStalwartOf(t *testing.T, whole bool) tally {
	var got tally
	for _, path := range glob(t, "mime-stalwart/*/*.eml") {
		raw := readFile(t, path)
		var want stalwartMail
		if err := json.Unmarshal(readFile(t, strings.TrimSuffix(path, ".eml")+".json"), &want); err != nil {
			t.Fatal(err)
		}
		if whole && want.lost(raw) {
			continue
		}
		name := strings.TrimPrefix(path, corpora+"/")
		m, root, seen, p, err := parseWatched(raw)
		if err != nil {
			got.add(false, name, err)
			continue
		}
		why := diffStalwart(raw, want, m, root, seen, p)
		got.add(why == "", name, why)
	}
	return got
}

func diffStalwart(raw []byte, want stalwartMail, m *Message, root *mail, seen map[*part]*bytes.Buffer, p *parser) string {
	top := want.Parts[0]
	var subject struct{ Text string }
	if v := top.header("subject"); v != nil {
		_ = json.Unmarshal(v, &subject) // "Empty" is a bare string
	}
	if collapse(subject.Text) != collapse(m.Subject) {
		return fmt.Sprintf("subject %q, want %q", m.Subject, subject.Text)
	}
	for _, f := range []struct {
		name string
		got  []projectr.MailAddress
	}{{"from", m.From}, {"to", m.To}} {
		var v struct{ Address stalwartAddresses }
		if h := top.header(f.name); h != nil {
			_ = json.Unmarshal(h, &v)
		}
		if why := diffAddresses(f.got, v.Address.all(), false); why != "" {
			return f.name + " " + why
		}
	}
	var date struct{ DateTime *stalwartDate }
	if v := top.header("date"); v != nil {
		_ = json.Unmarshal(v, &date)
	}
	if date.DateTime == nil != m.Date.IsZero() || date.DateTime != nil && !date.DateTime.time().Equal(m.Date) {
		return fmt.Sprintf("date %v, want %+v", m.Date, date.DateTime)
	}
	files := fileParts(root.body)
	if len(files) != len(want.Attachments) || len(m.Attachments) != len(files) {
		return fmt.Sprintf("%d (%d) attachments, want %d", len(m.Attachments), len(files), len(want.Attachments))
	}
	for i, n := range want.Attachments {
		w := want.Parts[n]
		if oneLine(w.name()) != m.Attachments[i].Filename {
			return fmt.Sprintf("attachment %d is called %q, want %q", i, m.Attachments[i].Filename, w.name())
		}
		b := append(files[i].text, files[i].html...) // of a text that is a file as well
		if s := seen[files[i]]; s != nil {
			b = s.Bytes()
		}
		if why := diffBody(raw, w, b, files[i], p); why != "" {
			return fmt.Sprintf("attachment %d: %s", i, why)
		}
	}
	if len(want.TextBody) > 0 {
		var body struct{ Text *string }
		if json.Unmarshal(want.Parts[want.TextBody[0]].Body, &body) == nil && body.Text != nil {
			var lists bodyLists
			lists.walk([]*part{root.body}, "mixed", false)
			first := &written{}
			p.writeTexts(first, lists.text[:min(1, len(lists.text))])
			if g, w := collapse(first.String()), collapse(*body.Text); g != w {
				return fmt.Sprintf("text %.200q, want %.200q", g, w)
			}
		}
	}
	return ""
}

func diffBody(raw []byte, w stalwartPart, b []byte, pt *part, p *parser) string {
	var body struct {
		Text, Html           *string
		Binary, InlineBinary []int
		Message              *struct{}
	}
	if err := json.Unmarshal(w.Body, &body); err != nil {
		return err.Error()
	}
	nums := append(body.Binary, body.InlineBinary...)
	switch {
	case body.Text != nil || body.Html != nil:
		want := body.Text
		if want == nil {
			want = body.Html
		}
		if g := p.decode(b, pt.charset); collapse(g) != collapse(*want) {
			return fmt.Sprintf("%.100q, want %.100q", g, *want)
		}
	case body.Message != nil:
		if pt.enc != identity {
			return ""
		}
		if want := raw[w.From:w.To]; !bytes.Equal(bytes.TrimSpace(want), bytes.TrimSpace(b)) {
			return fmt.Sprintf("mail %.100q, want %.100q", b, want)
		}
	default:
		want := make([]byte, len(nums))
		for i, n := range nums {
			want[i] = byte(n)
		}
		if !bytes.Equal(want, b) {
			return fmt.Sprintf("%d bytes %.60q, want %d %.60q", len(b), b, len(want), want)
		}
	}
	return ""
}

func diffAddresses(got []projectr.MailAddress, want []stalwartAddress, names bool) string {
	str := func(s *string) string {
		if s == nil {
			return ""
		}
		return collapse(*s)
	}
	var g, w []string
	for _, a := range got {
		s := a.Address
		if names {
			s = a.Name + " <" + s + ">"
		}
		g = append(g, s)
	}
	for _, a := range want {
		s := str(a.Address)
		if names {
			s = str(a.Name) + " <" + s + ">"
		}
		w = append(w, s)
	}
	if strings.Join(g, "|") != strings.Join(w, "|") {
		return fmt.Sprintf("%q, want %q", g, w)
	}
	return ""
}

func scoreStalwartAddresses(t *testing.T) tally {
	var got tally
	type row struct {
		Header   string
		Expected json.RawMessage
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "mime-stalwart/headers/address.jsonl")) {
		var want stalwartAddresses
		if json.Unmarshal(r.Expected, &want) != nil {
			continue // "Empty": nothing to compare
		}
		p := newParser(strings.NewReader(""))
		why := diffAddresses(p.addresses(unfold(r.Header), ""), want.all(), true)
		got.add(why == "", fmt.Sprintf("%q", r.Header), why)
	}
	return got
}

// unfold does to a header value what the parser does on its way.
func unfold(s string) string {
	p := newParser(strings.NewReader("To:" + s + "\n"))
	var h head
	p.header(&h)
	return h.v[kTo]
}

func scoreStalwartTypes(t *testing.T) tally {
	var got tally
	type row struct {
		Header   string
		Expected struct {
			Type       string  `json:"c_type"`
			Subtype    *string `json:"c_subtype"`
			Attributes []json.RawMessage
		}
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "mime-stalwart/headers/content_type.jsonl")) {
		p := newParser(strings.NewReader(""))
		v := p.parseValue(unfold(r.Header))
		token := r.Expected.Type
		if r.Expected.Subtype != nil {
			token += "/" + *r.Expected.Subtype
		}
		var g, w []string
		for _, a := range v.params {
			g = append(g, a.name+"="+collapse(a.value))
		}
		for _, raw := range r.Expected.Attributes {
			var a struct{ Name, Value string }
			var pair []string
			if json.Unmarshal(raw, &a) != nil && json.Unmarshal(raw, &pair) == nil && len(pair) == 2 {
				a.Name, a.Value = pair[0], pair[1]
			}
			w = append(w, a.Name+"="+collapse(a.Value))
		}
		sort.Strings(g)
		sort.Strings(w)
		ok := strings.EqualFold(token, v.token) && strings.Join(g, "|") == strings.Join(w, "|")
		got.add(ok, fmt.Sprintf("%q", r.Header), fmt.Sprintf("%s %q, want %s %q", v.token, g, token, w))
	}
	return got
}

func scoreStalwartDates(t *testing.T) tally {
	var got tally
	type row struct {
		Header   string
		Expected stalwartDate
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "mime-stalwart/headers/date.jsonl")) {
		d, ok := ParseDate(r.Header)
		invalid := r.Expected.Year == 0
		got.add(ok && d.Equal(r.Expected.time()) || invalid && !ok, fmt.Sprintf("%q", r.Header), d, ok, " want ", r.Expected.time())
	}
	return got
}

func scoreStalwartIDs(t *testing.T) tally {
	var got tally
	type row struct {
		Header   string
		Expected []string
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "mime-stalwart/headers/id.jsonl")) {
		ids := messageIDs(unfold(r.Header))
		got.add(strings.Join(ids, "|") == strings.Join(r.Expected, "|"), fmt.Sprintf("%q", r.Header), ids, r.Expected)
	}
	return got
}

// --- mime-mime4j

func scoreMime4j(t *testing.T) tally      { return scoreMime4jOf(t, false) }
func scoreMime4jWhole(t *testing.T) tally { return scoreMime4jOf(t, true) }

func scoreMime4jOf(t *testing.T, whole bool) tally {
	var got tally
	for _, path := range glob(t, "mime-mime4j/*/*.msg") {
		base := strings.TrimSuffix(path, ".msg")
		want, err := filepath.Glob(base + "_decoded_[0-9]*")
		if err != nil {
			t.Fatal(err)
		}
		raw := readFile(t, path)
		tree := string(readFile(t, base+"_decoded.xml"))
		if whole && lostLine(t, raw, tree, want) {
			continue
		}
		_, root, seen, _, err := parseWatched(raw)
		if err != nil {
			got.add(false, base, err)
			continue
		}
		leaves := map[string][]byte{}
		numberMime4j(root.body, "_1", seen, leaves)
		why := ""
		for _, w := range want {
			if !strings.Contains(tree, filepath.Base(w)) {
				continue // no leaf of the label's own tree
			}
			pos := strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(w, ".txt"), ".bin"), base+"_decoded")
			b := readFile(t, w)
			g, ok := leaves[pos]
			if !ok {
				why = fmt.Sprintf("no part %s among %d", pos, len(leaves))
			} else if !bytes.Equal(b, g) {
				why = fmt.Sprintf("part %s: %d bytes %.120q, want %d %.120q", pos, len(g), g, len(b), b)
			}
		}
		got.add(why == "", strings.TrimPrefix(base, corpora+"/"), why)
	}
	return got
}

// lostLine reports whether a line of a mail of one plain part is neither in the
// header nor in the body that the label makes of it.
func lostLine(t *testing.T, raw []byte, tree string, decoded []string) bool {
	if strings.Contains(tree, "<multipart>") || bytes.Contains(bytes.ToLower(raw), []byte("content-transfer-encoding")) || len(decoded) != 1 {
		return false
	}
	kept := html.UnescapeString(tree) + string(readFile(t, decoded[0]))
	for line := range strings.Lines(string(raw)) {
		if !strings.Contains(kept, strings.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}

// numberMime4j names the leaves as the set does: a number for each level, and
// one more for an attached mail.
func numberMime4j(pt *part, pos string, seen map[*part]*bytes.Buffer, out map[string][]byte) {
	switch {
	case pt == nil:
	case pt.mail != nil:
		numberMime4j(pt.mail.body, pos+"_1", seen, out)
	case pt.multipart() != "":
		for i, k := range pt.kids {
			numberMime4j(k, fmt.Sprintf("%s_%d", pos, i+1), seen, out)
		}
	default:
		out[pos] = []byte{}
		if s := seen[pt]; s != nil {
			out[pos] = s.Bytes()
		}
	}
}

// --- mime-misc

type miscRow struct {
	File      string
	Reference struct {
		Subject     string
		From        []string
		Attachments []miscFile
		Defects     []string
		TextStart   string `json:"text_start"`
	}
}

type miscFile struct{ Name, Type string }

func scoreMisc(t *testing.T) tally     { return scoreMiscOf(t, false) }
func scoreMiscSeen(t *testing.T) tally { return scoreMiscOf(t, true) }

// scoreMiscOf compares with the reference. With seen, what the reference did not
// make out of a mail is not held against us: letters, fields that it lost, parts
// of a mail whose structure it gave up.
func scoreMiscOf(t *testing.T, seen bool) tally {
	var got tally
	for _, r := range readLines[miscRow](t, filepath.Join(corpora, "mime-misc/reference.jsonl")) {
		m, err := Parse(bytes.NewReader(readFile(t, filepath.Join(corpora, "mime-misc", r.File))))
		if err != nil {
			got.add(false, r.File, err)
			continue
		}
		var from []string
		for _, a := range m.From {
			from = append(from, a.Address)
		}
		files := 0
		for _, a := range m.Attachments {
			if a.Filename != "" {
				files++
			}
		}
		ref := r.Reference
		gaveUp := slices.ContainsFunc(ref.Defects, func(d string) bool {
			return d == "StartBoundaryNotFoundDefect" || d == "MissingHeaderBodySeparatorDefect" || d == "FirstHeaderLineIsContinuationDefect"
		})
		if seen && (letters(ref.Subject, m.Subject) || ref.Subject == "" && gaveUp) {
			ref.Subject = m.Subject
		}
		if list := strings.Join(ref.From, "|"); seen && (letters(strings.ReplaceAll(list, "?", "\uFFFD"), strings.Join(from, "|")) || list == "" && (gaveUp || ref.From == nil)) {
			ref.From = from
		}
		if seen { // it does not open the files of Outlook
			ref.Attachments = slices.DeleteFunc(ref.Attachments, func(a miscFile) bool { return a.Type == typeTNEF })
		}
		var why string
		switch {
		case collapse(m.Subject) != collapse(ref.Subject):
			why = fmt.Sprintf("subject %q, reference %q", m.Subject, ref.Subject)
		case strings.Join(from, "|") != strings.Join(ref.From, "|"):
			why = fmt.Sprintf("from %q, reference %q", from, ref.From)
		case files != len(ref.Attachments) && len(m.Attachments) != len(ref.Attachments) && !(seen && gaveUp):
			why = fmt.Sprintf("%d/%d attachments, reference %v %v", files, len(m.Attachments), ref.Attachments, ref.Defects)
		}
		got.add(why == "", r.File, why)
	}
	return got
}

// letters reports whether got is label but for what stands between the first
// and the last letter that the label lost.
func letters(label, got string) bool {
	i, j := strings.Index(label, "\uFFFD"), strings.LastIndex(label, "\uFFFD")
	return i >= 0 && strings.HasPrefix(got, label[:i]) && strings.HasSuffix(got, label[j+len("\uFFFD"):])
}

func scoreMiscRead(t *testing.T) tally {
	var got tally
	for _, r := range readLines[miscRow](t, filepath.Join(corpora, "mime-misc/reference.jsonl")) {
		_, err := Parse(bytes.NewReader(readFile(t, filepath.Join(corpora, "mime-misc", r.File))))
		got.add(err == nil, r.File, err)
	}
	return got
}

// --- replies

func scoreCrisp(t *testing.T) tally {
	var got tally
	type row struct{ ID, Text, Visible string }
	for _, r := range readLines[row](t, filepath.Join(corpora, "reply-crisp/cases.jsonl")) {
		reply := reading{}.divide(cleanText(r.Text)).reply
		got.add(collapse(reply) == collapse(r.Visible), r.ID, diffTail(reply, r.Visible))
	}
	return got
}

func scoreDiscourse(t *testing.T) tally {
	var got tally
	for _, path := range glob(t, "reply-discourse/emails/*.txt") {
		name := filepath.Base(path)
		want := string(readFile(t, filepath.Join(corpora, "reply-discourse/trimmed", name)))
		reply := reading{}.divide(cleanText(string(readFile(t, path)))).reply
		got.add(collapse(reply) == collapse(want), name, diffTail(reply, want))
	}
	return got
}

// diffTail shows where two texts part.
func diffTail(got, want string) string {
	g, w := collapse(got), collapse(want)
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	i = max(0, i-20)
	return fmt.Sprintf("got …%.120q, want …%.120q", g[min(i, len(g)):], w[min(i, len(w)):])
}

func scoreTalon(t *testing.T) tally {
	var got tally
	type row struct{ ID, Raw, Reply string }
	for _, r := range readLines[row](t, filepath.Join(corpora, "reply-talon/standard_replies.jsonl")) {
		m, err := Parse(strings.NewReader(r.Raw))
		if err != nil {
			got.add(false, r.ID, err)
			continue
		}
		got.add(squeeze(m.Reply) == squeeze(r.Reply), r.ID, diffTail(m.Reply, r.Reply))
	}
	return got
}

func scoreTalonHTML(t *testing.T) tally {
	var got tally
	type row struct {
		ID, HTML string
		Reply    string `json:"reply_text_no_whitespace"`
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "reply-talon/html_replies.jsonl")) {
		m, err := Parse(strings.NewReader("Subject: Re: Test message\nContent-Type: text/html; charset=utf-8\n\n" + r.HTML))
		if err != nil {
			got.add(false, r.ID, err)
			continue
		}
		got.add(squeeze(m.Reply) == r.Reply, r.ID, diffTail(m.Reply, r.Reply))
	}
	return got
}

func scoreTalonSignatures(t *testing.T) tally {
	var got tally
	type row struct{ ID, Body, Sender, Signature string }
	for _, r := range readLines[row](t, filepath.Join(corpora, "reply-talon/signatures.jsonl")) {
		body := strings.ReplaceAll(cleanText(r.Body), "#sig#", "")
		in := reading{from: []projectr.MailAddress{headingMailbox(r.Sender)}}
		var sig strings.Builder
		for _, s := range in.divide(body).spans {
			if s.Kind == projectr.SpanSignature {
				q, _ := projectr.Quoted(body, s.Start, s.End)
				sig.WriteString(q)
			}
		}
		want := strings.ReplaceAll(r.Signature, "#sig#", "")
		got.add(squeeze(sig.String()) == squeeze(want), r.ID, diffTail(sig.String(), want))
	}
	return got
}

// --- forwards

func scoreForward(t *testing.T) tally        { return scoreForwardOf(t, "") }
func scoreForwardEnglish(t *testing.T) tally { return scoreForwardOf(t, "_en_") }

func scoreForwardOf(t *testing.T, part string) tally {
	var got tally
	type row struct {
		ID, Body string
		Subject  *string
		Expected struct {
			Forwarded bool
			From      struct{ Address, Name *string }
			Subject   *string
			Body      *string
			Message   *string
		}
	}
	str := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "forward-crisp/cases.jsonl")) {
		if !strings.Contains(r.ID, part) {
			continue
		}
		d := reading{subject: strings.TrimSpace(str(r.Subject))}.divide(cleanText(r.Body))
		var why string
		e := r.Expected
		switch {
		case (len(d.forwarded) > 0) != e.Forwarded:
			why = fmt.Sprintf("forwarded %v, want %v", len(d.forwarded) > 0, e.Forwarded)
		case !e.Forwarded:
		case len(d.forwarded[0].From) != 1 || d.forwarded[0].From[0].Address != str(e.From.Address) || d.forwarded[0].From[0].Name != str(e.From.Name):
			why = fmt.Sprintf("from %v, want %q %q", d.forwarded[0].From, str(e.From.Name), str(e.From.Address))
		case collapse(d.forwarded[0].Subject) != collapse(str(e.Subject)):
			why = fmt.Sprintf("subject %q, want %q", d.forwarded[0].Subject, str(e.Subject))
		case collapse(d.forwarded[0].Text) != collapse(str(e.Body)):
			why = "body " + diffTail(d.forwarded[0].Text, str(e.Body))
		case collapse(d.reply) != collapse(str(e.Message)):
			why = "message " + diffTail(d.reply, str(e.Message))
		case d.forwarded[0].Date.IsZero():
			why = "no date"
		}
		got.add(why == "", r.ID, why)
	}
	return got
}

// --- threads

func scoreThreading(t *testing.T) tally {
	var got tally
	type row struct {
		MessageID string `json:"message_id"`
		Parent    *string
	}
	for _, path := range glob(t, "threading-mbox/*.mbox") {
		messages := map[string]*Message{}
		for _, raw := range splitMbox(readFile(t, path)) {
			m, err := Parse(bytes.NewReader(raw))
			if err != nil {
				got.add(false, path, err)
				continue
			}
			messages[m.MessageID] = m
		}
		for _, r := range readLines[row](t, strings.TrimSuffix(path, ".mbox")+".threads.jsonl") {
			m := messages[trimID(r.MessageID)]
			if m == nil {
				got.add(false, r.MessageID, "not found")
				continue
			}
			parent, want := "", ""
			if n := len(m.References); n > 0 {
				parent = m.References[n-1]
			} else if len(m.InReplyTo) > 0 {
				parent = m.InReplyTo[0]
			}
			if r.Parent != nil {
				want = trimID(*r.Parent)
			}
			got.add(parent == want, r.MessageID, parent, " want ", want)
		}
	}
	return got
}

// scoreThreadingBare groups the mails of each file without In-Reply-To,
// References and Thread-Index, in the order they came in, each by those before
// it alone. A mail counts as right when its group is just its thread; the
// measure is the B-cubed F1 over all files.
func scoreThreadingBare(t *testing.T) tally {
	type row struct {
		MessageID string `json:"message_id"`
		Root      string
	}
	var got tally
	var allWant, allGroups []string
	for _, path := range glob(t, "threading-mbox/*.mbox") {
		roots := map[string]string{}
		for i, r := range readLines[row](t, strings.TrimSuffix(path, ".mbox")+".threads.jsonl") {
			if r.Root == "" {
				r.Root = fmt.Sprint("row ", i)
			}
			roots[trimID(r.MessageID)] = trimID(r.Root)
		}
		var want, groups, labelled, subjects []string
		var clues []Clue
		for i, raw := range splitMbox(readFile(t, path)) {
			m, err := Parse(bytes.NewReader(raw))
			if err != nil {
				got.add(false, path, err)
				continue
			}
			clue := NewClue(m, nil)
			group, best := fmt.Sprint(path, " ", i), 0.0
			for j, older := range clues {
				if older.Subject.Lookup != clue.Subject.Lookup {
					continue
				}
				if score, ok := Continues(clue, older); ok && score >= best {
					group, best = groups[j], score
				}
			}
			clues, groups = append(clues, clue), append(groups, group)
			if root, ok := roots[m.MessageID]; ok { // a few mails have no label
				want, labelled, subjects = append(want, path+" "+root), append(labelled, group), append(subjects, m.Subject)
			}
		}
		f1, exact := bcubed(want, labelled)
		t.Logf("threading-mbox, without headers: %.4f over the %d mails of %s", f1, len(want), filepath.Base(path))
		for i, ok := range exact {
			got.add(ok, filepath.Base(path), subjects[i])
		}
		allWant, allGroups = append(allWant, want...), append(allGroups, labelled...)
	}
	got.measure, _ = bcubed(allWant, allGroups)
	return got
}

// bcubed is the B-cubed F1 of a grouping: for each item, what share of its
// group belongs there, and what share of those that belong there it has. exact
// says of which items both are all.
func bcubed(want, groups []string) (f1 float64, exact []bool) {
	var precision, recall float64
	exact = make([]bool, len(want))
	for i := range want {
		wanted, grouped, both := 0, 0, 0
		for j := range want {
			w, g := want[i] == want[j], groups[i] == groups[j]
			if w {
				wanted++
			}
			if g {
				grouped++
			}
			if w && g {
				both++
			}
		}
		precision += float64(both) / float64(grouped)
		recall += float64(both) / float64(wanted)
		exact[i] = both == wanted && both == grouped
	}
	if precision+recall == 0 {
		return 0, exact
	}
	return 2 * precision * recall / (precision + recall) / float64(len(want)), exact
}

// splitMbox divides an mbox file at its From lines.
func splitMbox(b []byte) [][]byte {
	var out [][]byte
	for len(b) > 0 {
		i := bytes.Index(b[1:], []byte("\n\nFrom "))
		if i < 0 {
			return append(out, b)
		}
		out = append(out, b[:i+2])
		b = b[i+3:]
	}
	return out
}

// --- construction-gold

type gold struct {
	name    string
	msg     *Message
	history []string
	quotes  []string
}

func readGold(t *testing.T) []gold {
	var out []gold
	for _, path := range glob(t, "construction-gold/eml/*.eml") {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".eml")
		var g map[string]any
		if err := json.Unmarshal(readFile(t, filepath.Join(corpora, "construction-gold/gold", name+".json")), &g); err != nil {
			t.Fatal(err)
		}
		item := gold{name: name, msg: m}
		for _, v := range g {
			list, _ := v.([]any)
			for _, e := range list {
				if fact, ok := e.(map[string]any); ok {
					if q, ok := fact["evidence"].(string); ok {
						item.quotes = append(item.quotes, q)
					}
				}
			}
		}
		hist, _ := g["must_not_extract"].([]any)
		for _, h := range hist {
			item.history = append(item.history, h.(string))
		}
		out = append(out, item)
	}
	return out
}

// spansOf joins the text of the spans of some kinds.
func spansOf(m *Message, kinds ...projectr.SpanKind) string {
	var b strings.Builder
	for _, s := range m.Spans {
		for _, k := range kinds {
			if s.Kind == k {
				q, _ := projectr.Quoted(m.Text, s.Start, s.End)
				b.WriteString(q)
			}
		}
	}
	return collapse(b.String())
}

func scoreGoldEvidence(t *testing.T) tally {
	var got tally
	for _, g := range readGold(t) {
		for _, q := range g.quotes {
			got.add(strings.Contains(collapse(g.msg.Text), collapse(q)), g.name, q)
		}
	}
	return got
}

func scoreGoldSpans(t *testing.T) tally {
	var got tally
	for _, g := range readGold(t) {
		text := spansOf(g.msg, projectr.SpanNew, projectr.SpanForwarded)
		for _, q := range g.quotes {
			got.add(strings.Contains(text, collapse(q)), g.name, q)
		}
	}
	return got
}

func scoreGoldHistory(t *testing.T) tally {
	var got tally
	for _, g := range readGold(t) {
		text := spansOf(g.msg, projectr.SpanNew)
		for _, h := range g.history {
			got.add(!strings.Contains(text, collapse(h)), g.name, h)
		}
	}
	return got
}

// --- text that is hidden from the eye

func scoreHidden(t *testing.T) tally {
	var got tally
	type row struct {
		File, Placement string
		Forbidden       []string
	}
	for _, r := range readLines[row](t, filepath.Join(corpora, "prompt-injection/construction.jsonl")) {
		if r.Placement == "middle" || r.Placement == "end" {
			continue // plain to see: the extractor's affair
		}
		m, err := Parse(bytes.NewReader(readFile(t, filepath.Join(corpora, "prompt-injection", r.File))))
		if err != nil {
			got.add(false, r.File, err)
			continue
		}
		why := ""
		for _, f := range r.Forbidden {
			if strings.Contains(m.Text, f) {
				why = r.Placement + " shows " + f
			}
		}
		got.add(why == "", r.File, why)
	}
	return got
}

// --- large sets, read for errors only

func scoreRead(t *testing.T) tally {
	var got tally
	for _, dir := range []string{"enron-raw", "enron-categories", "spamassassin", "bc3-threads", "prompt-injection"} {
		err := filepath.WalkDir(filepath.Join(corpora, dir), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Base(path) == "README.md" || strings.HasSuffix(path, ".jsonl") || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".cats") {
				return err
			}
			m, err := Parse(bytes.NewReader(readFile(t, path)))
			if err == nil {
				if why := badSpans(m); why != "" {
					err = fmt.Errorf("%s", why)
				}
			}
			got.add(err == nil, path, err)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return got
}

// badSpans says what is wrong with the spans of m, if anything: they must cover
// the text, in order, without gap or overlap.
func badSpans(m *Message) string {
	pos := 0
	for _, s := range m.Spans {
		if s.Start != pos || s.End <= s.Start {
			return fmt.Sprintf("span %+v does not begin at %d", s, pos)
		}
		pos = s.End
	}
	if n := len([]rune(m.Text)); pos != n {
		return fmt.Sprintf("spans end at %d of %d", pos, n)
	}
	return ""
}
