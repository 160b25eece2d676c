// Package openaitest is a server that speaks OpenAI's protocol, for tests: it reads
// mail as a small model would, or misbehaves in one of Modes. It is real HTTP, so that
// a real client meets it. Start reading at New.
package openaitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
)

// Server answers /v1/chat/completions, and counts.
type Server struct {
	// Mode says how the n-th request is answered, from 1; nil: all by Good.
	Mode func(n int) Mode
	// Answer is what a model in order says to a question; nil: Read.
	Answer func(Question) string

	http, secure *httptest.Server
	n            atomic.Int64
	mu           sync.Mutex
	questions    []Question
	done         chan struct{}
	once         sync.Once
}

// Question is a request as the server got it.
type Question struct {
	Key  string // the Authorization field
	Raw  string
	Body Body
}

// Body is what is read of a request.
type Body struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
	ResponseFormat struct {
		Type       string `json:"type"`
		JSONSchema struct {
			Strict bool            `json:"strict"`
			Name   string          `json:"name"`
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
	MaxCompletionTokens int               `json:"max_completion_tokens"`
	MaxTokens           int               `json:"max_tokens"`
	Temperature         *json.Number      `json:"temperature"`
	Tools               []json.RawMessage `json:"tools"`
	Store               *bool             `json:"store"`
	ServiceTier         string            `json:"service_tier"`
}

var delimited = regexp.MustCompile(`(?m)^\[mail ([0-9a-f]{32})\]$`)

// Mail is the mail of a question, and the code of the lines around it.
func (q Question) Mail() (mail, code string) {
	for _, m := range q.Body.Messages {
		if m.Role != "user" {
			continue
		}
		if found := delimited.FindStringSubmatch(m.Content); found != nil {
			_, rest, _ := strings.Cut(m.Content, "[mail "+found[1]+"]\n")
			mail, _, _ := strings.Cut(rest, "\n[end of mail "+found[1]+"]")
			return mail, found[1]
		}
	}
	return "", ""
}

// New starts a server. It must be closed.
func New() *Server {
	s := &Server{done: make(chan struct{})}
	s.http = httptest.NewServer(s)
	return s
}

// URL is the base URL to be set at a client.
func (s *Server) URL() string { return s.http.URL + "/v1" }

// Close ends the server and everything that still hangs on it.
func (s *Server) Close() {
	s.once.Do(func() { close(s.done) })
	s.http.CloseClientConnections()
	s.http.Close()
	if s.secure != nil {
		s.secure.CloseClientConnections()
		s.secure.Close()
	}
}

// Requests is how many requests came.
func (s *Server) Requests() int { return int(s.n.Load()) }

// Questions are the requests that came, in their order.
func (s *Server) Questions() []Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Question(nil), s.questions...)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(s.n.Add(1))
	raw, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	if err != nil {
		return
	}
	q := Question{Key: r.Header.Get("Authorization"), Raw: string(raw)}
	if r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" || json.Unmarshal(raw, &q.Body) != nil {
		http.Error(w, "no such thing here", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	s.questions = append(s.questions, q)
	s.mu.Unlock()
	mode := Good
	if s.Mode != nil {
		mode = s.Mode(n)
	}
	if mode.serve == nil { // what is wrong with it is its address
		mode = Good
	}
	answer := s.Answer
	if answer == nil {
		answer = Read
	}
	mode.serve(&call{w: w, r: r, q: q, said: answer(q), done: s.done})
}

// completion is a good answer around some content.
func completion(q Question, content string) map[string]any {
	in := 0
	for _, m := range q.Body.Messages {
		in += len(m.Content) / 4
	}
	out := len(content)/4 + 1
	if most := max(q.Body.MaxCompletionTokens, q.Body.MaxTokens); most > 0 {
		out = min(out, most)
	}
	return map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1764000000, "model": q.Body.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": content, "refusal": nil}}},
		"usage": map[string]any{
			"prompt_tokens": in + 100, "completion_tokens": out, "total_tokens": in + 100 + out,
			"prompt_tokens_details": map[string]any{"cached_tokens": in / 2}, "completion_tokens_details": map[string]any{"reasoning_tokens": 0},
		},
	}
}

// Fact is one fact of an answer.
type Fact struct {
	Kind     string `json:"kind"`
	Quote    string `json:"quote"`
	Text     string `json:"text"`
	Owner    string `json:"owner"`
	Date     string `json:"date"`
	Amount   string `json:"amount"`
	MadeBy   string `json:"made_by"`
	Priority string `json:"priority"`
}

// Reading is an answer of the form that is asked for.
type Reading struct {
	RequiresResponse bool     `json:"requires_response"`
	People           []string `json:"people"`
	Facts            []Fact   `json:"facts"`
}

// JSON is the answer as a model writes it.
func (r Reading) JSON() string {
	if r.People == nil {
		r.People = []string{}
	}
	if r.Facts == nil {
		r.Facts = []Fact{}
	}
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(b)
}

var (
	sum   = regexp.MustCompile(`\$[0-9][0-9,]*(?:\.[0-9]{2})?`)
	until = regexp.MustCompile(`(?i)\b(?:by|before) (?:next )?(?:mon|tues|wednes|thurs|fri)day`)
)

// Read is a model in order, small and always the same: it takes whole lines of the
// mail for facts, by their words.
func Read(q Question) string {
	mail, _ := q.Mail()
	_, text, _ := strings.Cut(mail, "\n\n") // behind who wrote to whom
	var out Reading
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		f := Fact{Quote: line, Text: line, Priority: "normal"}
		low := strings.ToLower(line)
		switch {
		case sum.MatchString(line):
			f.Kind, f.Amount = "budget_mention", sum.FindString(line)
		case strings.Contains(low, "please") || strings.Contains(low, "can you"):
			f.Kind, f.Owner, f.Date = "action_item", "you", until.FindString(line)
			out.RequiresResponse = true
		case strings.Contains(low, "approved"):
			f.Kind = "decision"
		case strings.Contains(low, "delay"):
			f.Kind = "timeline_change"
		default:
			continue
		}
		out.Facts = append(out.Facts, f)
	}
	return out.JSON()
}
