package openai_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/openai"
	"projectr/openai/openaitest"
)

const key = "sk-canary-of-the-key-7f3a9"

// plainMail has a fact of each kind that the model in order knows.
const plainMail = "From: Ann Archer <ann@firm.example>\r\nTo: Bob Baker <bob@job.example>\r\nSubject: Hollis Street\r\n" +
	"Date: Mon, 9 Jun 2025 14:02:00 -0500\r\nMessage-ID: <a@firm.example>\r\n\r\n" +
	"Bob,\r\n\r\nPlease send the door schedule by Friday.\r\n\r\nThe extra for the lobby is $12,450.00.\r\n\r\n" +
	"The owner approved the blue tile.\r\n\r\nThe steel delay is two weeks.\r\n\r\nAnn\r\n"

func parse(t testing.TB, raw string) *message.Message {
	t.Helper()
	m, err := message.Parse(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mails are mails that say something, the plain one first.
func mails(t testing.TB, n int) []*message.Message {
	t.Helper()
	out := []*message.Message{parse(t, plainMail)}
	paths, err := filepath.Glob("../testdata/construction-gold/eml/*.eml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no mails: %v", err)
	}
	for _, path := range paths {
		if len(out) == n {
			break
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := parse(t, string(raw))
		if rules, _ := (extract.Rules{}).Extract(context.Background(), m); len(rules.Facts) > 2 {
			out = append(out, m)
		}
	}
	return out
}

// reader is a reader by the server at base, that waits for nothing.
func reader(t testing.TB, base string, timeout time.Duration, log *bytes.Buffer) *extract.ByModel {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 64 << 10
	t.Cleanup(transport.CloseIdleConnections)
	m, err := openai.New(openai.Options{Key: key, BaseURL: base, Timeout: timeout, Now: time.Now, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	b := extract.NewByModel(m, []string{"gpt-5-mini"}, projectr.ListPrices(), time.Now, slog.New(slog.NewTextHandler(log, nil)))
	b.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return b
}

// fine says what is wrong with what became of a mail: nothing, or that it is not in one
// of the two good states.
func fine(m *message.Message, res extract.Result, err error) string {
	rules, _ := extract.Rules{}.Extract(context.Background(), m)
	switch {
	case err != nil:
		return "error: " + err.Error()
	case res.Extractor == extract.RulesName && !res.Again:
		return "by rules, and not to be read again"
	case res.Extractor == extract.RulesName && !reflect.DeepEqual(res.Facts, rules.Facts):
		return "by rules, and not the facts of the rules"
	case res.Extractor != extract.RulesName && res.Again:
		return "by the model, and to be read again"
	case len(res.Calls) == 0 || len(res.Calls) > extract.DefaultLimits.Calls:
		return "too many calls, or none is told of"
	}
	for _, f := range res.Facts {
		if !f.Stands(m.Text) || f.Proof == projectr.Unverified || f.Validate() != nil {
			return "a fact without proof: " + f.Quote
		}
	}
	for _, c := range res.Calls {
		if strings.Contains(c.Sent, key) || (c.Outcome == projectr.CallNotSent) != (c.Sent == "") {
			return "what was sent is not told as it was"
		}
	}
	return ""
}

// Whatever a server does, each mail ends in a good state, in few calls, and the
// breaker spares those that come after.
func TestEveryTrouble(t *testing.T) {
	if len(openaitest.Modes) < 40 {
		t.Fatalf("only %d modes", len(openaitest.Modes))
	}
	list := mails(t, 4)
	for _, mode := range openaitest.Modes {
		t.Run(mode.Name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.New()
			defer s.Close()
			s.Mode = func(int) openaitest.Mode { return mode }
			var log bytes.Buffer
			timeout := 20 * time.Second
			if mode.Stalls {
				timeout = 150 * time.Millisecond
			}
			b := reader(t, mode.At(s), timeout, &log)
			trouble := 0
			for i, m := range list {
				before := s.Requests()
				res, err := b.Extract(context.Background(), m)
				if fault := fine(m, res, err); fault != "" {
					t.Fatalf("mail %d: %s", i, fault)
				}
				if n := s.Requests() - before; n > b.Limits.Tries+1 {
					t.Errorf("mail %d took %d requests", i, n)
				}
				if most := b.Estimate(extract.Input{Message: m}).MostMicro; most == nil || res.CostMicroUSD > *most {
					t.Errorf("mail %d cost %d", i, res.CostMicroUSD)
				}
				for _, c := range res.Calls {
					switch c.Outcome {
					case projectr.CallLimited, projectr.CallUnavailable, projectr.CallTimeout:
						trouble++
					}
				}
				if i == 0 && (res.Extractor != extract.RulesName) != mode.Facts {
					t.Errorf("read by %s: %s", res.Extractor, &log)
				}
			}
			if trouble >= 3 && !b.Breaker.Open("gpt-5-mini", time.Now()) {
				t.Errorf("%d troubles, and the breaker is closed", trouble)
			}
			if trouble > 3 {
				t.Errorf("%d calls into trouble, the breaker allows three", trouble)
			}
			for _, secret := range []string{key, "door schedule", "12,450", "no: {"} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log tells %q", secret)
				}
			}
		})
	}
}

// One request in trouble after another, mails side by side: all end well.
func TestTroubleByChance(t *testing.T) {
	list := mails(t, 12)
	s := openaitest.New()
	defer s.Close()
	random := rand.New(rand.NewPCG(6, 1964))
	var mu sync.Mutex
	s.Mode = func(int) openaitest.Mode {
		mu.Lock()
		defer mu.Unlock()
		if mode := openaitest.Modes[random.IntN(len(openaitest.Modes))]; random.IntN(2) > 0 && !mode.Stalls {
			return mode
		}
		return openaitest.Good
	}
	var log bytes.Buffer
	b := reader(t, s.URL(), 20*time.Second, &log)
	b.Log = slog.New(slog.DiscardHandler)
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for i := range 25 {
				m := list[(worker+i)%len(list)]
				res, err := b.Extract(context.Background(), m)
				if fault := fine(m, res, err); fault != "" {
					t.Error(fault)
				}
			}
		})
	}
	wait.Wait()
}

func TestInOrder(t *testing.T) {
	s := openaitest.New()
	defer s.Close()
	var log bytes.Buffer
	b := reader(t, s.URL(), 5*time.Second, &log)
	m := parse(t, plainMail)
	res, err := b.Extract(context.Background(), m)
	if err != nil || res.Extractor != "gpt-5-mini" || res.Again {
		t.Fatalf("%+v, %v\n%s", res, err, &log)
	}
	var got []string
	for _, f := range res.Facts {
		line := string(f.Kind) + ": " + f.Text
		for _, s := range []*string{f.Owner, f.Deadline} {
			if s != nil {
				line += " | " + *s
			}
		}
		if f.Proof != projectr.Verified || f.By != "gpt-5-mini" {
			t.Errorf("%s is %s by %s", line, f.Proof, f.By)
		}
		got = append(got, line)
	}
	want := []string{
		"action_item: Please send the door schedule by Friday | Bob Baker | 2025-06-13",
		"budget_mention: The extra for the lobby is $12,450.00",
		"decision: The owner approved the blue tile",
		"timeline_change: The steel delay is two weeks",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(res.Calls) != 1 || res.Calls[0].CostMicro == nil || *res.Calls[0].CostMicro != res.CostMicroUSD || res.CostMicroUSD == 0 || res.Calls[0].Tokens.Cached == 0 {
		t.Errorf("calls %+v", res.Calls)
	}
	q := s.Questions()[0]
	if q.Raw != res.Calls[0].Sent {
		t.Error("what is kept is not what was sent")
	}
	if q.Key != "Bearer "+key || len(q.Body.Tools) != 0 || !q.Body.ResponseFormat.JSONSchema.Strict || q.Body.ResponseFormat.Type != "json_schema" {
		t.Errorf("question %+v", q)
	}
}

// What the families of models do not know is not sent to them.
func TestWhatAModelIsSent(t *testing.T) {
	s := openaitest.New()
	defer s.Close()
	m, err := openai.New(openai.Options{BaseURL: s.URL(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		model               string
		completion, classic int
		temperature         bool
	}{
		{"gpt-5-mini", 77, 0, false},
		{"gpt-6.1-terra", 77, 0, false},
		{"o4-mini", 77, 0, false},
		{"gpt-4.1-mini", 0, 77, true},
		{"SmolLM2-135M-Instruct", 0, 77, true},
		{"olmo-2", 0, 77, true},
	} {
		q := projectr.ModelRequest{Model: c.model, Name: "n", Schema: []byte(`{"type":"object"}`), MaxOutput: 77, Messages: []projectr.ModelMessage{{Role: "system", Text: "a"}, {Role: "user", Text: "b"}}}
		if _, err := m.Complete(context.Background(), q); err != nil {
			t.Fatal(err)
		}
		got := s.Questions()[i]
		if got.Key != "" {
			t.Errorf("without a key, %q is sent", got.Key)
		}
		if b := got.Body; b.Model != c.model || b.MaxCompletionTokens != c.completion || b.MaxTokens != c.classic || (b.Temperature != nil) != c.temperature || b.Store != nil || b.ServiceTier != "" {
			t.Errorf("%s: %+v", c.model, b)
		}
	}
}

// OpenAI itself is asked to keep nothing, and to take the price that is reckoned with.
func TestWhatOpenAIIsSent(t *testing.T) {
	s := openaitest.New()
	defer s.Close()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	here := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, u.Host)
	}}
	defer here.CloseIdleConnections()
	m, err := openai.New(openai.Options{BaseURL: "http://api.openai.com/v1", Now: time.Now, Transport: here})
	if err != nil {
		t.Fatal(err)
	}
	q := projectr.ModelRequest{Model: "gpt-4.1-mini", Name: "n", Schema: []byte(`{"type":"object"}`), MaxOutput: 77, Messages: []projectr.ModelMessage{{Role: "user", Text: "b"}}}
	if _, err := m.Complete(context.Background(), q); err != nil {
		t.Fatal(err)
	}
	if b := s.Questions()[0].Body; b.Store == nil || *b.Store || b.ServiceTier != "default" || b.MaxCompletionTokens != 77 || b.MaxTokens != 0 {
		t.Errorf("%+v", b)
	}
}

func TestStoppedByUs(t *testing.T) {
	s := openaitest.New()
	defer s.Close()
	s.Mode = func(int) openaitest.Mode { return openaitest.Named("accepts and is silent") }
	var log bytes.Buffer
	b := reader(t, s.URL(), time.Minute, &log)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for s.Requests() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := b.Extract(ctx, parse(t, plainMail)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v: the mail is to be read later, whole", err)
	}
	if b.Breaker.Open("gpt-5-mini", time.Now()) {
		t.Error("a shutdown of ours opens the breaker")
	}
}

// Where one model fails another may read.
func TestTheNextModel(t *testing.T) {
	s := openaitest.New()
	defer s.Close()
	s.Mode = func(n int) openaitest.Mode {
		if s.Questions()[n-1].Body.Model == "gone" {
			return openaitest.Named("404")
		}
		return openaitest.Good
	}
	var log bytes.Buffer
	b := reader(t, s.URL(), 5*time.Second, &log)
	res, err := b.Read(context.Background(), extract.Input{Message: parse(t, plainMail), Models: []string{"gone", "gpt-5-mini"}})
	if err != nil || res.Extractor != "gpt-5-mini" || len(res.Calls) != 2 || res.Calls[0].Model != "gone" || *res.Calls[0].CostMicro != 0 {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestAddresses(t *testing.T) {
	for base, ok := range map[string]bool{
		"": true, "https://api.openai.com/v1": true, "http://127.0.0.1:8000/v1": true,
		"127.0.0.1:8000": false, "ftp://x/v1": false, "https://user:word@x/v1": false, "https://x/v1?key=1": false, "https://": false, ":": false,
	} {
		_, err := openai.New(openai.Options{BaseURL: base})
		if (err == nil) != ok || err != nil && projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%q: %v", base, err)
		}
	}
}

// What a server surely took nothing for costs nothing; of the rest, nobody knows, and what
// was set aside counts.
func TestWhatSurelyCostNothing(t *testing.T) {
	for status, surely := range map[int]bool{
		400: true, 401: true, 404: true, 408: true, 409: true, 425: true, 429: true, 503: false, // of a server that is not OpenAI's
		500: false, 502: false, 504: false, 0: false, // 0: the connection is closed after the question
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if status == 0 {
				_, _ = io.Copy(io.Discard, r.Body)
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(status)
		}))
		m, err := openai.New(openai.Options{Key: key, BaseURL: s.URL + "/v1"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.Complete(context.Background(), projectr.ModelRequest{Model: "gpt-5-mini", MaxOutput: 10, Messages: []projectr.ModelMessage{{Role: "user", Text: "Hello"}}})
		s.Close()
		var fault *projectr.ModelError
		if !errors.As(err, &fault) || fault.Uncharged != surely || fault.Outcome == projectr.CallNotSent {
			t.Errorf("status %d: %+v", status, fault)
		}
	}
}
