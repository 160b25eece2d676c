package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"projectr"
	"projectr/account"
)

// Problem is an RFC 9457 problem document.
type Problem struct {
	Title  string   `json:"title" doc:"What sort of trouble it is, in a few words."`
	Status int      `json:"status" doc:"The HTTP status, again."`
	Code   string   `json:"code" enum:"invalid,not_found,conflict,forbidden,unknown,over_limit,too_many,second_factor,second_factor_required,reauthenticate,unavailable,internal" doc:"For programs; it does not change."`
	Detail string   `json:"detail" doc:"For people: what is wrong and what to do next."`
	Errors []Defect `json:"errors,omitempty" nullable:"false" doc:"What is wrong with each field, where fields are to blame."`

	retryAfter string
}

// Defect is what is wrong with one field of a request.
type Defect struct {
	Location string `json:"location" example:"body.name" doc:"Where: body, query or path, then the field."`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status; huma asks for it.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457; huma asks for it.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that come with the problem; huma asks for them.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter != "" {
		h.Set("Retry-After", p.retryAfter)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="projectr"`)
	}
	return h
}

// statusOf is the one table from kinds of error to HTTP statuses.
var statusOf = map[projectr.Kind]int{
	projectr.Internal:    http.StatusInternalServerError,
	projectr.Invalid:     http.StatusUnprocessableEntity,
	projectr.NotFound:    http.StatusNotFound,
	projectr.Conflict:    http.StatusConflict,
	projectr.Forbidden:   http.StatusForbidden,
	projectr.Unknown:     http.StatusUnauthorized,
	projectr.OverLimit:   http.StatusPaymentRequired,
	projectr.TooMany:     http.StatusTooManyRequests,
	projectr.Unavailable: http.StatusServiceUnavailable,

	projectr.SecondFactor:   http.StatusUnauthorized,
	projectr.NoSecondFactor: http.StatusForbidden,
	projectr.Reauthenticate: http.StatusForbidden,
}

func problem(status int, code, detail string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// notFound is the one answer to every id and every organisation that is
// unknown or another organisation's. It is the same to the byte, so that
// nobody learns which of the two it was.
func notFound() *Problem {
	return problem(http.StatusNotFound, string(projectr.NotFound), "There is nothing here by that name, or it is not your organisation's.")
}

// problemOf turns an error into its problem document.
func problemOf(err error) *Problem {
	kind := projectr.KindOf(err)
	code := string(kind)
	if kind == projectr.Internal {
		code = "internal"
	}
	p := problem(statusOf[kind], code, projectr.MessageOf(err))
	var slow *account.SlowDown
	if errors.As(err, &slow) {
		p.retryAfter = strconv.Itoa(int(math.Ceil(slow.After.Seconds())))
	}
	var e *projectr.Error
	if errors.As(err, &e) && e.Field != "" {
		where := e.Field
		if !strings.HasPrefix(where, "query.") {
			where = "body." + where
		}
		p.Errors = []Defect{{Location: where, Message: e.Message}}
	}
	return p
}

// ourProblem is a huma transformer: what huma itself finds wrong with a
// request becomes a problem document of ours.
func ourProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := problem(m.Status, string(projectr.Invalid), "")
	for _, e := range m.Errors {
		p.Errors = append(p.Errors, Defect{Location: e.Location, Message: e.Message})
	}
	switch m.Status {
	case http.StatusBadRequest:
		p.Detail = "The body is not JSON that can be read."
	case http.StatusRequestEntityTooLarge:
		p.Detail = tooLarge
	case http.StatusRequestTimeout:
		p.Detail = "The body took too long to arrive."
	case http.StatusUnsupportedMediaType:
		p.Detail, p.Errors = wantJSON, nil
	case http.StatusInternalServerError:
		p.Code, p.Detail, p.Errors = "internal", projectr.MessageOf(nil), nil
	default:
		p.Detail = "The request cannot be understood."
		if len(p.Errors) > 0 {
			p.Detail = "Something is wrong with " + p.Errors[0].Location + ": " + p.Errors[0].Message + "."
		}
	}
	return p, nil
}

const (
	wantJSON = "Send the body as JSON, with Content-Type: application/json."
	tooLarge = "The body is larger than the 64 KiB that are taken here."
)

// writeProblem writes a problem document where huma does not.
func writeProblem(w http.ResponseWriter, p *Problem) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // strings and a number
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_, _ = w.Write(b.Bytes())
}

func noSuchPath(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, problem(http.StatusNotFound, string(projectr.NotFound), "There is no such path. See /docs for those there are."))
}

// problems makes the answers of a mux about paths it does not know, and
// methods it does not have there, into problem documents.
func problems(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, pattern := mux.Handler(r); pattern == "" {
			var verdict verdictWriter
			h.ServeHTTP(&verdict, r)
			if verdict.status != http.StatusMethodNotAllowed {
				noSuchPath(w, r)
				return
			}
			allow := verdict.Header().Get("Allow")
			w.Header().Set("Allow", allow)
			writeProblem(w, problem(http.StatusMethodNotAllowed, string(projectr.Invalid), "This path takes "+allow+" only."))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// verdictWriter keeps status and headers of an answer and drops its body.
type verdictWriter struct {
	header http.Header
	status int
}

func (v *verdictWriter) Header() http.Header {
	if v.header == nil {
		v.header = http.Header{}
	}
	return v.header
}
func (v *verdictWriter) WriteHeader(status int)      { v.status = status }
func (v *verdictWriter) Write(p []byte) (int, error) { return len(p), nil }
