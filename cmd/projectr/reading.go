package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"projectr"
	"projectr/extract"
	"projectr/match"
	"projectr/message"
)

const parseHelp = `
One JSON object a line for each raw mail. - reads standard input. What is broken
about a mail stands in its warnings; a mail that can be read at all is never
refused.`

const extractHelp = `
One JSON object a line for each raw mail. - reads standard input. With
--projects, a JSON list of known projects, the mail is matched to one of them;
what of it is about others stands in passages.
--extractor model sends the mail to the language model of the PROJECTR_OPENAI_…
settings; where it is silent the facts are by rules, and standard error says so.`

// mails calls use for each file; - is standard input. It goes on after a mail
// that cannot be read and reports the first such error at the end.
func (p *program) mails(files []string, use func(name string, raw io.Reader) error) error {
	if len(files) == 0 {
		return usagef("Name at least one file with a raw mail, or - for standard input.")
	}
	var first error
	for _, name := range files {
		err := func() error {
			if name == "-" {
				return use(name, p.in)
			}
			f, err := os.Open(name)
			if err != nil {
				return &projectr.Error{Kind: projectr.NotFound, Message: fmt.Sprintf("%s cannot be read: %v.", name, errors.Unwrap(err))}
			}
			defer f.Close()
			if info, err := f.Stat(); err == nil && info.IsDir() {
				return usagef("%s is a folder: name the mails in it, such as %s.", name, filepath.Join(name, "*.eml"))
			}
			return use(filepath.Base(name), f)
		}()
		if errors.Is(err, message.ErrMalformed) {
			err = &projectr.Error{Kind: projectr.Invalid, Message: name + " is not a mail: it has no header and no body."}
		}
		if err != nil && first == nil {
			first = err
		} else if err != nil {
			fmt.Fprintln(p.err, projectr.MessageOf(err))
		}
	}
	return first
}

func (p *program) parse(_ context.Context, args []string) error {
	files, err := parsed(p.flags("parse"), args)
	if err != nil {
		return err
	}
	return p.mails(files, func(name string, raw io.Reader) error {
		m, err := message.Parse(raw)
		if err != nil {
			return err
		}
		return p.line(struct {
			File string `json:"file"`
			*message.Message
		}{name, m})
	})
}

func (p *program) extract(ctx context.Context, args []string) error {
	f := p.flags("extract")
	which := f.String("extractor", "rules", "")
	registry := f.String("projects", "", "")
	files, err := parsed(f, args)
	if err != nil {
		return err
	}
	ex, err := p.extractor(*which)
	if err != nil {
		return err
	}
	var known []match.KeyedProject
	if *registry != "" {
		b, err := os.ReadFile(*registry)
		if err != nil {
			return &projectr.Error{Kind: projectr.NotFound, Message: fmt.Sprintf("%s cannot be read: %v.", *registry, errors.Unwrap(err))}
		}
		if known, err = match.LoadProjects(bytes.NewReader(b)); err != nil {
			return &projectr.Error{Kind: projectr.Invalid, Message: *registry + " is not a list of projects: " + err.Error() + "."}
		}
	}
	return p.mails(files, func(name string, raw io.Reader) error {
		m, err := message.Parse(raw)
		if err != nil {
			return err
		}
		res, err := ex.Extract(ctx, m)
		if err != nil {
			return err
		}
		if res.Again {
			fmt.Fprintf(p.err, "The language model was silent about %s: its facts are by rules.\n", name)
		}
		filing := match.Find(match.Input{Message: m, Projects: match.Projects(known)})
		key, project := keyed(known, filing.Project)
		out := extract.NewOutput(name, m, res, key, project)
		for _, passage := range filing.Passages {
			if key, project := keyed(known, passage.ProjectID); project != nil {
				out.AddPassage(passage, key, *project)
			}
		}
		return p.line(out)
	})
}

// matched returns the project of known that the mail belongs to, with its key;
// nil when no match is sure enough.
func matched(m *message.Message, known []match.KeyedProject) (string, *projectr.Project) {
	return keyed(known, match.Find(match.Input{Message: m, Projects: match.Projects(known)}).Project)
}

// keyed returns the project with an id, and its key; nil when none of known has it.
func keyed(known []match.KeyedProject, id projectr.ProjectID) (string, *projectr.Project) {
	for i := range known {
		if id != "" && known[i].ID == id {
			return known[i].Key, &known[i].Project
		}
	}
	return "", nil
}

const evalHelp = `
DIR holds eml/*.eml and gold/*.json, and projects.json when projects are to be
matched too. Prints precision, recall and F1 of each kind of fact, and how often
owner, deadline, amount, project and the need of an answer are right.`

func (p *program) eval(ctx context.Context, args []string) error {
	f := p.flags("eval")
	which := f.String("extractor", "rules", "")
	dirs, err := parsed(f, args)
	if err != nil {
		return err
	}
	if len(dirs) != 1 {
		return usagef("eval needs one folder. Run `projectr help eval`.")
	}
	ex, err := p.extractor(*which)
	if err != nil {
		return err
	}
	var known []match.KeyedProject
	if b, err := os.ReadFile(filepath.Join(dirs[0], "projects.json")); err == nil {
		if known, err = match.LoadProjects(bytes.NewReader(b)); err != nil {
			return err
		}
	}
	mails, err := filepath.Glob(filepath.Join(dirs[0], "eml", "*.eml"))
	if err != nil || len(mails) == 0 {
		return &projectr.Error{Kind: projectr.NotFound, Message: dirs[0] + " holds no eml/*.eml to score."}
	}
	var score extract.Score
	var used spent
	for _, mail := range mails {
		if err := evalOne(ctx, ex, &score, &used, known, mail); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(mail), err)
		}
	}
	return p.print(scoreJSON(len(mails), &score, used), func(w io.Writer) {
		fmt.Fprintln(w, score.String())
		if used.Calls > 0 {
			fmt.Fprintln(w, used)
		}
	})
}

// spent is what reading by a model took.
type spent struct {
	Calls     int             `json:"calls"`
	Tokens    projectr.Tokens `json:"tokens"`
	CostMicro int64           `json:"cost_micro_usd"` // of the calls whose price is known
	Unpriced  int             `json:"calls_of_unknown_price"`
	Refused   int             `json:"facts_refused"` // whose quote does not stand in the mail
	Silent    int             `json:"mails_by_rules"`
}

func (s *spent) add(r extract.Result) {
	for _, c := range r.Calls {
		s.Calls++
		s.Tokens.Input += c.Tokens.Input
		s.Tokens.Cached += c.Tokens.Cached
		s.Tokens.Written += c.Tokens.Written
		s.Tokens.Output += c.Tokens.Output
		s.Tokens.Reasoning += c.Tokens.Reasoning
		if c.CostMicro == nil {
			s.Unpriced++
		} else {
			s.CostMicro += *c.CostMicro
		}
	}
	s.Refused += r.Refused
	if r.Again {
		s.Silent++
	}
}

func (s spent) String() string {
	return fmt.Sprintf("model: %d calls, %d tokens in (%d cached) and %d out, %d.%06d USD and %d calls of unknown price; %d facts refused; %d mails by rules because the model was silent",
		s.Calls, s.Tokens.Input, s.Tokens.Cached, s.Tokens.Output, s.CostMicro/1e6, s.CostMicro%1e6, s.Unpriced, s.Refused, s.Silent)
}

func evalOne(ctx context.Context, ex extract.Extractor, score *extract.Score, used *spent, known []match.KeyedProject, mail string) error {
	raw, err := os.Open(mail)
	if err != nil {
		return err
	}
	defer raw.Close()
	label, err := os.Open(filepath.Join(filepath.Dir(filepath.Dir(mail)), "gold", strings.TrimSuffix(filepath.Base(mail), ".eml")+".json"))
	if err != nil {
		return err
	}
	defer label.Close()
	g, err := extract.ReadGold(label)
	if err != nil {
		return err
	}
	m, err := message.Parse(raw)
	if err != nil {
		return err
	}
	res, err := ex.Extract(ctx, m)
	if err != nil {
		return err
	}
	var key *string
	if k, project := matched(m, known); project != nil {
		key = &k
	}
	score.Add(g, m.Text, res, key)
	used.add(res)
	return nil
}

type scored struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func asScored(c extract.Count) scored { return scored{c.Precision(), c.Recall(), c.F1()} }

// scoreJSON is what eval prints with --json.
func scoreJSON(mails int, s *extract.Score, used spent) any {
	var model *spent
	if used.Calls > 0 {
		model = &used
	}
	kinds := map[projectr.FactKind]scored{}
	for k, c := range s.Kinds {
		kinds[k] = asScored(c)
	}
	return struct {
		Mails            int                          `json:"mails"`
		Kinds            map[projectr.FactKind]scored `json:"kinds"`
		OwnerAccuracy    float64                      `json:"owner_accuracy"`
		DeadlineAccuracy float64                      `json:"deadline_accuracy"`
		Amounts          scored                       `json:"amounts"`
		Projects         scored                       `json:"projects"`
		RequiresResponse float64                      `json:"requires_response_accuracy"`
		FalseOnNegatives int                          `json:"false_items_on_negatives"`
		Forbidden        int                          `json:"must_not_extract_hits"`
		Unproven         int                          `json:"unproven"`
		Model            *spent                       `json:"model,omitempty"`
	}{mails, kinds, s.Owners.Recall(), s.Deadlines.Recall(), asScored(s.Amounts), asScored(s.Projects), s.Response.Recall(), s.Negatives, s.Forbidden, s.Unproven, model}
}

// extractor returns the named extractor.
func (p *program) extractor(name string) (extract.Extractor, error) {
	switch name {
	case "rules":
		return extract.Rules{}, nil
	case "model":
		c, err := p.settings("")
		if err != nil {
			return nil, err
		}
		b, err := byModel(c, p.now, slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
		if err != nil {
			return nil, err
		}
		if b == nil {
			return nil, usagef("No language model is set: give PROJECTR_OPENAI_API_KEY, or PROJECTR_OPENAI_BASE_URL for a server of your own.")
		}
		return b, nil
	}
	return nil, usagef("There is no extractor %q: use --extractor rules or --extractor model.", name)
}
