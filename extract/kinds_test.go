package extract

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"projectr"
	"projectr/message"
	"projectr/tools/quality"
)

// TestUnseenMails scores mails of the sets that the model is trained on, each
// read by a model that was trained without it. The rules were written with these
// mails in sight.
func TestUnseenMails(t *testing.T) {
	asked := weights{}
	asked.heads[headAsks] = intents().heads[headAsks]
	extra, mails, err := kindSamples(&asked, corpora, "..")
	if err != nil {
		t.Skipf("NOT MEASURED: %v", err)
	}
	const folds = 4
	var models [folds]weights
	for k := range folds {
		var rest []sample
		for _, s := range mails {
			if s.group%folds != k {
				rest = append(rest, s)
			}
		}
		models[k] = asked
		models[k].trainKinds(extra, rest)
	}
	read := func(dir string, add func(g Gold, text string, found Result)) (mails int) {
		return eachLabelled(t, filepath.Join("..", dir), func(path string, m *message.Message, g Gold) {
			add(g, m.Text, extract(m, &models[mailGroup(path)%folds]))
		})
	}
	var all, trained, brief, whole, pooled Score
	headed, mailsOfGold := 0, 0
	var sure []sureness
	for _, dir := range trainingMails[:2] {
		mailsOfGold += read(dir, func(g Gold, text string, found Result) {
			all.Add(g, text, found, nil)
			pooled.Add(g, text, found, nil)
			sure = append(sure, sureOf(g, text, found)...)
		})
	}
	read(trainingMails[2], func(g Gold, text string, found Result) { trained.Add(g, text, found, nil) })
	measured := eachLabelled(t, "testdata/own-gold/test", func(_ string, m *message.Message, g Gold) {
		pooled.Add(g, m.Text, extract(m, intents()), nil)
	})
	briefs, err := readBrief(filepath.Join("..", briefMails))
	if err != nil {
		t.Fatal(err)
	}
	briefs = slices.DeleteFunc(briefs, func(b briefMail) bool { return b.other }) // to train with, and not what is read
	for _, b := range briefs {
		found := extract(b.msg, &models[b.group%folds])
		brief.Add(b.gold, b.msg.Text, found, nil)
		if b.whole {
			headed++
			whole.Add(b.gold, b.msg.Text, found, nil)
		}
	}
	t.Logf("own-gold/train:\n%s", &trained)
	t.Logf("labelled-mails.tsv:\n%s", &brief)
	t.Logf("of these, mails with a header:\n%s", &whole)
	t.Logf("\n%s", &all)
	if testing.Verbose() {
		for _, list := range [][]string{all.Missed, all.False, all.Wrong, trained.Missed, trained.False, brief.Missed, brief.False, brief.Wrong} {
			t.Log(strings.Join(list, "\n"))
		}
	}
	const set, use = "construction-gold and own-gold/dev (59 mails), model trained without each mail", "writing rules and the sentences the model learns from: it flatters"
	rows := scoreRows(set, use, &all)
	for _, band := range []struct{ from, to float64 }{{0, 0.5}, {0.5, 0.7}, {0.7, 0.8}, {0.8, 0.9}, {0.9, 1}} {
		right, n, sum := 0, 0, 0.0
		for _, s := range sure {
			if s.confidence >= band.from && s.confidence < band.to {
				n++
				sum += s.confidence
				if s.right {
					right++
				}
			}
		}
		rows = append(rows, quality.Row{Set: set, Figure: fmt.Sprintf("right, of facts with a confidence from %.1f to %.1f", band.from, band.to), Value: fmt.Sprintf("%s (%d of %d; mean confidence %.2f)", quality.Ratio(share(right, n)), right, n, sum/float64(max(1, n))), Use: use})
	}
	rows = append(rows, scoreRows(fmt.Sprintf("these and own-gold/test (%d mails), none read by a model that was trained on it", mailsOfGold+measured), "as above, and for 31 of them measuring alone", &pooled)...)
	rows = append(rows, scoreRows(fmt.Sprintf("labelled-mails.tsv (%d mails), model trained without each mail", len(briefs)), "the sentences the model learns from; amounts, owners and deadlines are not labelled", &brief)...)
	rows = slices.DeleteFunc(rows, func(r quality.Row) bool {
		return strings.HasPrefix(r.Set, "labelled-mails") && !strings.Contains(r.Set, "header") && (strings.HasPrefix(r.Figure, "amounts") || strings.HasPrefix(r.Figure, "owner") || strings.HasPrefix(r.Figure, "deadline"))
	})
	rows = append(rows, scoreRows(fmt.Sprintf("labelled-mails.tsv (%d mails with a header), model trained without each mail", headed), "the sentences the model learns from; misses of owners, deadlines and amounts were looked at", &whole)...)
	quality.Keep(t, rows...)
}

// sureness is a fact's confidence, and whether gold has the fact.
type sureness struct {
	confidence float64
	right      bool
}

func sureOf(g Gold, text string, found Result) []sureness {
	flat := flatten(text)
	var out []sureness
	for _, f := range found.Facts {
		out = append(out, sureness{f.Confidence, slices.ContainsFunc(g.items(f.Kind), func(it GoldItem) bool { return alike(flat, f, it) > 0 })})
	}
	return out
}

// eachLabelled hands on the mails of a folder with their gold, and says how many there are.
func eachLabelled(t *testing.T, dir string, do func(path string, m *message.Message, g Gold)) int {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(dir, "eml", "*.eml"))
	if len(paths) == 0 {
		t.Fatalf("no mails in %s", dir)
	}
	for _, path := range paths {
		m, g, err := readLabelled(path)
		if err != nil {
			t.Fatal(err)
		}
		do(path, m, g)
	}
	return len(paths)
}

// TestMailsWithGold scores the mails of construction-gold and of own-gold: dev, from
// which the model learns as well, and test, which nobody looks at.
func TestMailsWithGold(t *testing.T) {
	for _, half := range []struct{ name, dir, use string }{
		{"construction-gold", "../testdata/construction-gold", "training and writing rules: it flatters"},
		{"own-gold/dev", "testdata/own-gold/dev", "training and writing rules: it flatters"},
		{"own-gold/test", "testdata/own-gold/test", "measuring alone"},
	} {
		var s Score
		mails := eachLabelled(t, half.dir, func(_ string, m *message.Message, g Gold) {
			s.Add(g, m.Text, extract(m, intents()), nil)
		})
		t.Logf("%s\n%s", half.name, &s)
		quality.Keep(t, scoreRows(fmt.Sprintf("%s (%d mails)", half.name, mails), half.use, &s)...)
	}
}

// scoreRows are the figures of a set in the layout of construction-gold that the
// product has goals for.
func scoreRows(set, use string, s *Score) []quality.Row {
	var rows []quality.Row
	add := func(figure, value, goal string) {
		rows = append(rows, quality.Row{Set: set, Figure: figure, Value: value, Goal: goal, Use: use})
	}
	for _, k := range []struct {
		kind       projectr.FactKind
		name, goal string
	}{
		{projectr.ActionItem, "action items", "≥ 0.80"}, {projectr.Decision, "decisions", "≥ 0.65"}, {projectr.ScopeChange, "scope changes", "≥ 0.65"},
		{projectr.TimelineChange, "timeline changes", "≥ 0.65"}, {projectr.Risk, "risks", "≥ 0.65"}, {projectr.KeyPoint, "key points", ""},
	} {
		c := s.Kinds[k.kind]
		add(k.name+", F1 (precision, recall)", fmt.Sprintf("%s (%.2f, %.2f)", quality.Ratio(c.F1()), c.Precision(), c.Recall()), k.goal)
	}
	add("amounts, F1", quality.Ratio(s.Amounts.F1()), "≥ 0.95")
	add("owner of matched action items", quality.Ratio(s.Owners.Recall()), "≥ 0.85")
	add("deadline of matched action items", quality.Ratio(s.Deadlines.Recall()), "≥ 0.92")
	add("requires_response", quality.Ratio(s.Response.Recall()), "≥ 0.90")
	add("facts in mails that must give none, facts of must_not_extract", fmt.Sprintf("%d, %d", s.Negatives, s.Forbidden), "0, 0")
	return rows
}
