// Command smallmodel has a real language model at a local server read some mails on
// the way that all mail goes, and prints what was sent, what came back and what was
// refused. It fails only where the way fails: quality is no matter here.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/openai"
)

func main() {
	base := flag.String("base", "http://127.0.0.1:8000/v1", "where the server answers")
	model := flag.String("model", "SmolLM2-135M-Instruct", "name of the model")
	mails := flag.String("mails", "testdata/construction-gold/eml", "folder of raw mails")
	n := flag.Int("n", 6, "how many of them are read")
	flag.Parse()
	if err := run(*base, *model, *mails, *n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(base, model, mails string, n int) error {
	server, err := openai.New(openai.Options{BaseURL: base, Timeout: 5 * time.Minute, Now: time.Now})
	if err != nil {
		return err
	}
	b := extract.NewByModel(server, []string{model}, projectr.FreePrices(), time.Now, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	b.Limits.PartTokens, b.Limits.MaxOutput, b.Limits.Time = 1200, 600, 20*time.Minute
	paths, err := filepath.Glob(filepath.Join(mails, "*.eml"))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("%s holds no mails", mails)
	}
	total := struct{ calls, in, out, reckoned, facts, verified, missing, refused, rules, answered int }{}
	for _, path := range paths[:min(n, len(paths))] {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		m, err := message.Parse(f)
		f.Close()
		if err != nil {
			return err
		}
		e := b.Estimate(extract.Input{Message: m})
		res, err := b.Extract(context.Background(), m)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s: read by %s, %d facts, %d claims refused;", filepath.Base(path), res.Extractor, len(res.Facts), res.Refused)
		for _, c := range res.Calls {
			line += fmt.Sprintf(" %s %d→%d tokens in %.1f s;", c.Outcome, c.Tokens.Input, c.Tokens.Output, float64(c.TookMilli)/1000)
			total.calls++
			total.in += c.Tokens.Input
			total.out += c.Tokens.Output
			switch c.Outcome {
			case projectr.CallAnswered, projectr.CallInvalid:
				total.answered++
			}
		}
		fmt.Printf("%s reckoned %d tokens a reading\n", line, e.Likely.Input)
		total.reckoned += e.Likely.Input
		total.refused += res.Refused
		if res.Again {
			total.rules++
			continue
		}
		for _, f := range res.Facts {
			if !f.Stands(m.Text) {
				return fmt.Errorf("%s: a fact without its quote: %+v", path, f)
			}
			total.facts++
			if f.Proof == projectr.Verified {
				total.verified++
			} else {
				total.missing++
			}
			fmt.Printf("  %s, %s: %s\n", f.Kind, f.Proof, f.Text)
		}
	}
	fmt.Printf("%d calls, %d tokens sent and %d received (%d reckoned for one reading of each mail); %d facts, %d verified and %d with a value missing; %d claims refused by the proof check; %d mails by rules because nothing of use came\n",
		total.calls, total.in, total.out, total.reckoned, total.facts, total.verified, total.missing, total.refused, total.rules)
	if total.answered == 0 {
		return fmt.Errorf("the model at %s never answered", base)
	}
	return nil
}
