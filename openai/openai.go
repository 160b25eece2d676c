// Package openai asks a language model at OpenAI, or at any server that speaks its
// protocol (Chat Completions), through OpenAI's own client library.
//
// It promises that one call is one request: nothing is tried again, no redirect is
// followed, and the answer is read up to a limit, whatever the server sends. No tool
// is offered. What the server says is not believed, only handed on. An error is a
// projectr.ModelError; neither it nor its cause holds the key, the question or the
// answer. Start reading at Complete.
package openai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"projectr"
)

// DefaultBase is where OpenAI itself answers.
const DefaultBase = "https://api.openai.com/v1"

// Options say which server is asked, and how patiently.
type Options struct {
	Key       string        // empty: the server wants none
	BaseURL   string        // empty: DefaultBase
	Timeout   time.Duration // of one request, connection included; 0: one minute
	MaxAnswer int64         // bytes of an answer that are read, unpacked; 0: 1 MiB
	Now       func() time.Time
	Transport *http.Transport // nil: one of our own; tests bring theirs
}

// Model is a server that has language models. It may be used by several goroutines at
// once.
type Model struct {
	chat      sdk.ChatCompletionService
	timeout   time.Duration
	maxAnswer int64
	now       func() time.Time
	openAI    bool // the server is OpenAI's own
}

// New returns the server that o names. An error is Invalid.
func New(o Options) (*Model, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBase
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, &projectr.Error{Kind: projectr.Invalid, Message: "The address of the language model must be like " + DefaultBase + ", without a name, a password or a question mark."}
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.MaxAnswer <= 0 {
		o.MaxAnswer = 1 << 20
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport.(*http.Transport).Clone()
		o.Transport.MaxResponseHeaderBytes = 64 << 10
	}
	options := []option.RequestOption{
		option.WithBaseURL(base.String()),
		option.WithMaxRetries(0), // ours are counted
		option.WithHTTPClient(&http.Client{Transport: o.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect }}),
	}
	if o.Key != "" {
		options = append(options, option.WithAPIKey(o.Key))
	}
	return &Model{
		chat:    sdk.NewChatCompletionService(options...), // unlike a client, it reads no environment
		timeout: o.Timeout, maxAnswer: o.MaxAnswer, now: o.Now, openAI: strings.HasSuffix(base.Hostname(), ".openai.com"),
	}, nil
}

var (
	errRedirect = errors.New("the server points elsewhere")
	errTooLong  = errors.New("the answer is too long")
)

// Complete asks once. The answer beside an error says what was sent, and what was
// used where the server told that.
func (m *Model) Complete(ctx context.Context, q projectr.ModelRequest) (a projectr.ModelAnswer, err error) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	w := &wire{most: m.maxAnswer, now: m.now, openAI: m.openAI}
	defer func() { // what a hostile server sends goes through code that is not ours
		if recover() != nil {
			a, err = projectr.ModelAnswer{Sent: w.sent()}, unusable("The language model's server sent what cannot be read.")
		}
	}()
	res, err := m.chat.New(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { w.left.Store(true) }}), m.params(q), option.WithMiddleware(w.watch))
	a.Sent = w.sent()
	if err != nil {
		return a, w.fault(ctx, err)
	}
	if res == nil { // the answer was null
		return a, unusable("The language model's server sent an empty answer.")
	}
	a.Model = res.Model
	a.Tokens, a.Counted = tokens(res.Usage)
	if len(res.Choices) == 0 {
		return a, unusable("The language model's server sent an answer with nothing in it.")
	}
	c := res.Choices[0]
	switch {
	case c.Message.Refusal != "" || c.FinishReason == "content_filter":
		return a, &projectr.ModelError{Outcome: projectr.CallRefused, Final: true, Message: "The language model would not read this mail."}
	case len(c.Message.ToolCalls) > 0:
		return a, unusable("The language model wanted to use a tool; it has none.")
	case c.FinishReason == "length":
		return a, unusable("The language model's answer was cut off at its limit.")
	case strings.TrimSpace(c.Message.Content) == "":
		return a, unusable("The language model's answer was empty.")
	}
	a.Text = c.Message.Content
	return a, nil
}

func unusable(message string) *projectr.ModelError {
	return &projectr.ModelError{Outcome: projectr.CallInvalid, Message: message}
}

// params puts a question into the provider's form. What a family of models does not
// know is left out: newer ones of OpenAI take no temperature, and servers of others
// often do not know the newer name of the limit of output.
func (m *Model) params(q projectr.ModelRequest) sdk.ChatCompletionNewParams {
	p := sdk.ChatCompletionNewParams{
		Model: q.Model,
		ResponseFormat: sdk.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: q.Name, Strict: sdk.Bool(true), Schema: q.Schema},
		}},
	}
	for _, msg := range q.Messages {
		if msg.Role == "system" {
			p.Messages = append(p.Messages, sdk.SystemMessage(msg.Text))
		} else {
			p.Messages = append(p.Messages, sdk.UserMessage(msg.Text))
		}
	}
	thinks := thinking(q.Model)
	if thinks || m.openAI {
		p.MaxCompletionTokens = sdk.Int(int64(q.MaxOutput))
	} else {
		p.MaxTokens = sdk.Int(int64(q.MaxOutput))
	}
	if !thinks {
		p.Temperature = sdk.Float(0)
	}
	if m.openAI {
		p.Store = sdk.Bool(false) // nothing of a mail is kept there longer than it must
		// The prices are those of this tier. Without it a setting of the account decides, and another one costs twice as much.
		p.ServiceTier = sdk.ChatCompletionNewParamsServiceTierDefault
	}
	return p
}

// Thinks is extract.Thinker's.
func (m *Model) Thinks(model string) bool { return thinking(model) }

// thinking reports whether a model is of a family of OpenAI that thinks before it
// speaks: gpt-5 and later, o1 and later.
func thinking(model string) bool {
	if rest, ok := strings.CutPrefix(model, "gpt-"); ok {
		return rest != "" && rest[0] >= '5' && rest[0] <= '9'
	}
	return len(model) > 1 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9'
}

// tokens reads what the server counted; ok is false where it did not count, or
// counted what cannot be.
func tokens(u sdk.CompletionUsage) (projectr.Tokens, bool) {
	const most = 100_000_000
	t := projectr.Tokens{}
	for _, n := range []struct {
		to   *int
		from int64
	}{
		{&t.Input, u.PromptTokens}, {&t.Cached, u.PromptTokensDetails.CachedTokens}, {&t.Written, u.PromptTokensDetails.CacheWriteTokens},
		{&t.Output, u.CompletionTokens}, {&t.Reasoning, u.CompletionTokensDetails.ReasoningTokens},
	} {
		if n.from < 0 || n.from > most {
			return projectr.Tokens{}, false
		}
		*n.to = int(n.from)
	}
	if t.Input == 0 || t.Cached+t.Written > t.Input || t.Reasoning > t.Output {
		return projectr.Tokens{}, false
	}
	return t, true
}

// wire watches one request go out and its answer come in.
type wire struct {
	most   int64
	openAI bool // it is a server of OpenAI
	now    func() time.Time
	left   atomic.Bool // the head of the request was written
	body   string
	status int
	after  time.Duration
}

// watch is the last hand before the connection and the first behind it.
func (w *wire) watch(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	if req.GetBody != nil {
		if body, err := req.GetBody(); err == nil {
			b, _ := io.ReadAll(io.LimitReader(body, 16<<20))
			w.body = string(b)
		}
	}
	res, err := next(req)
	if err != nil || res == nil {
		return res, err
	}
	w.status = res.StatusCode
	w.after = retryAfter(res.Header, w.now)
	res.Body = &bounded{ReadCloser: res.Body, left: w.most}
	return res, nil
}

// sent is what left this machine.
func (w *wire) sent() string {
	if !w.left.Load() {
		return ""
	}
	return w.body
}

// bounded ends with errTooLong after so many bytes.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, errTooLong
	}
	return n, err
}

// retryAfter is how long the server asks to wait, at most an hour; 0 where it does
// not say.
func retryAfter(h http.Header, now func() time.Time) time.Duration {
	d := time.Duration(0)
	if ms, err := strconv.ParseInt(h.Get("Retry-After-Ms"), 10, 64); err == nil && ms < 1e9 {
		d = time.Duration(ms) * time.Millisecond
	} else if s, err := strconv.ParseInt(strings.TrimSpace(h.Get("Retry-After")), 10, 64); err == nil {
		d = time.Duration(min(s, 1e6)) * time.Second
	} else if at, err := http.ParseTime(h.Get("Retry-After")); err == nil && now != nil {
		d = at.Sub(now())
	}
	return max(0, min(d, time.Hour))
}

// fault says why there is no answer. The status decides; the words of the server are
// nobody's.
func (w *wire) fault(ctx context.Context, err error) *projectr.ModelError {
	var api *sdk.Error
	code := ""
	if errors.As(err, &api) {
		code = api.Code
	}
	e := &projectr.ModelError{Outcome: projectr.CallUnavailable, RetryAfter: w.after}
	switch s := w.status; {
	case s == 429:
		e.Outcome, e.Uncharged, e.Message = projectr.CallLimited, true, "The language model's server asks for fewer calls."
		if code == "insufficient_quota" || code == "billing_hard_limit_reached" {
			e.Final, e.Message = true, "The account at the language model's server has no credit left: add some there."
		}
	case s == 401 || s == 403:
		e.Final, e.Uncharged, e.Message = true, true, "The language model's server refuses the key: check PROJECTR_OPENAI_API_KEY."
	case s == 404:
		e.Final, e.Uncharged, e.Message = true, true, "The language model's server does not know this model or address: check PROJECTR_OPENAI_MODEL and PROJECTR_OPENAI_BASE_URL."
	case s == 408 || s == 409 || s == 425 || s == 503: // it did not take the question; what stands before a server of others may say so when that did
		e.Uncharged = w.openAI || s != 503
		e.Message = "The language model's server was too busy to answer."
	case s >= 400 && s < 500:
		e.Final, e.Uncharged, e.Message = true, true, fmt.Sprintf("The language model's server does not take our question (status %d): it may not know structured output.", s)
	case s >= 500:
		e.Message = fmt.Sprintf("The language model's server is in trouble (status %d).", s)
	case errors.Is(err, errRedirect):
		e.Final, e.Uncharged, e.Message = true, true, "The language model's server points to another address: set PROJECTR_OPENAI_BASE_URL to where it really is."
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Outcome, e.Message = projectr.CallTimeout, "The language model did not answer in time."
	case errors.Is(err, errTooLong):
		e.Outcome, e.Message = projectr.CallInvalid, "The language model's server sent more than an answer can be."
	case s > 0 && isTransport(err):
		e.Message = "The connection to the language model's server broke in the middle of its answer."
	case s > 0: // it arrived, and is no answer
		e.Outcome, e.Message = projectr.CallInvalid, "What the language model's server sent is no answer of a language model: check PROJECTR_OPENAI_BASE_URL."
	default:
		e.Message = "The language model's server cannot be reached."
	}
	if !w.left.Load() && w.status == 0 {
		e.Outcome, e.Uncharged = projectr.CallNotSent, true
	}
	e.Err = cause(err)
	return e
}

// isTransport reports whether a connection failed, rather than what came over it.
func isTransport(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// cause is what the log may hold of err: how a connection failed, and nothing that
// the server wrote.
func cause(err error) error {
	var u *url.Error
	var n net.Error
	switch {
	case errors.As(err, &u):
		return line(u.Err)
	case errors.As(err, &n):
		return line(n)
	}
	return nil
}

func line(err error) error {
	s := strings.Join(strings.Fields(err.Error()), " ")
	if !projectr.IsLine(s, 200) {
		return nil
	}
	return errors.New(s)
}
