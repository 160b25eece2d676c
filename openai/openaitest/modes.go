package openaitest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Mode is one way to answer.
type Mode struct {
	Name string
	// Facts says that the facts of the model may stand all the same: what is wrong can be
	// overlooked.
	Facts bool
	// Stalls says that the server answers late or never: a test gives it little time.
	Stalls bool
	serve  func(*call)
	// at gives another address to be asked, where the connection itself is what is wrong.
	at func(*Server) string
}

// call is one request while it is answered. Errors of writing are of no interest: the
// client may be gone, as it should.
type call struct {
	w    http.ResponseWriter
	r    *http.Request
	q    Question
	said string
	done chan struct{}
}

// Good answers as a server in order does.
var Good = Mode{Name: "good", Facts: true, serve: func(c *call) { c.content(c.said) }}

// Named returns the mode of that name. It panics where there is none.
func Named(name string) Mode {
	for _, m := range Modes {
		if m.Name == name {
			return m
		}
	}
	panic("openaitest: no mode " + name)
}

// At is the address at which the mode is met.
func (m Mode) At(s *Server) string {
	if m.at != nil {
		return m.at(s)
	}
	return s.URL()
}

func (c *call) json(status int, v any) {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	json.NewEncoder(c.w).Encode(v)
}

func (c *call) raw(status int, kind, body string) {
	c.w.Header().Set("Content-Type", kind)
	c.w.WriteHeader(status)
	io.WriteString(c.w, body)
}

// content answers with a completion whose content is s.
func (c *call) content(s string) { c.json(200, completion(c.q, s)) }

// changed answers with a completion that change spoils.
func (c *call) changed(change func(completion, choice, message map[string]any)) {
	v := completion(c.q, c.said)
	choice := v["choices"].([]any)[0].(map[string]any)
	change(v, choice, choice["message"].(map[string]any))
	c.json(200, v)
}

// fault answers with an error as OpenAI words them, and fields of the head.
func (c *call) fault(status int, code string, head ...string) {
	for i := 0; i+1 < len(head); i += 2 {
		c.w.Header().Set(head[i], head[i+1])
	}
	c.json(status, map[string]any{"error": map[string]any{"message": "no: " + c.said, "type": code, "param": nil, "code": code}})
}

// stall waits until the client has had enough.
func (c *call) stall() {
	select {
	case <-c.r.Context().Done():
	case <-c.done:
	}
}

// broken sends bytes over the bare connection and closes it.
func (c *call) broken(bytes string) {
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	io.WriteString(conn, bytes)
}

// with answers with the reading that the model in order gives, changed.
func (c *call) with(change func(*Reading)) {
	var r Reading
	if json.Unmarshal([]byte(c.said), &r) != nil {
		return
	}
	change(&r)
	c.content(r.JSON())
}

// spoiled answers with a reading of one fact in which old is replaced.
func (c *call) spoiled(old, new string) {
	r := Reading{Facts: []Fact{{Kind: "risk", Quote: "QUOTE", Text: "TEXT", Priority: "normal"}}}
	c.content(strings.Replace(r.JSON(), old, new, 1))
}

// flood sends the same until the client goes, or 100 MiB are sent.
func (c *call) flood(with string) {
	page := strings.Repeat(with, 1<<20)
	for range 100 {
		if _, err := io.WriteString(c.w, page); err != nil {
			return
		}
	}
}

func (c *call) flush() { http.NewResponseController(c.w).Flush() }

// whole is the good answer in bytes.
func (c *call) whole() []byte {
	b, err := json.Marshal(completion(c.q, c.said))
	if err != nil {
		return nil
	}
	return b
}

// bomb is 100 MiB of nothing, packed.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	page := make([]byte, 1<<20)
	for range 100 {
		z.Write(page)
	}
	z.Close()
	return b.Bytes()
})

// quiet is told of handshakes that fail, which is what is wanted here.
var quiet = log.New(io.Discard, "", 0)

// Modes are the ways to misbehave, each of which a client survives.
var Modes = []Mode{
	// What servers do in trouble.
	{Name: "429", serve: func(c *call) { c.fault(429, "rate_limit_exceeded") }},
	{Name: "429, wait a little", serve: func(c *call) { c.fault(429, "rate_limit_exceeded", "Retry-After-Ms", "5") }},
	{Name: "429, wait a second", serve: func(c *call) { c.fault(429, "rate_limit_exceeded", "Retry-After", "1") }},
	{Name: "429, wait a day", serve: func(c *call) { c.fault(429, "rate_limit_exceeded", "Retry-After", "86400") }},
	{Name: "429, wait until a date", serve: func(c *call) {
		c.fault(429, "rate_limit_exceeded", "Retry-After", "Fri, 27 Nov 2026 08:00:00 GMT")
	}},
	{Name: "429, wait for nonsense", serve: func(c *call) { c.fault(429, "rate_limit_exceeded", "Retry-After", "-1e400 fortnights") }},
	{Name: "429, no credit", serve: func(c *call) { c.fault(429, "insufficient_quota") }},
	{Name: "500", serve: func(c *call) { c.fault(500, "server_error") }},
	{Name: "500 without end", serve: func(c *call) { c.w.WriteHeader(500); c.flood("x") }},
	{Name: "502 as a page", serve: func(c *call) { c.raw(502, "text/html", "<html><h1>Bad gateway</h1></html>") }},
	{Name: "503", serve: func(c *call) { c.fault(503, "overloaded", "Retry-After-Ms", "1") }},
	{Name: "504 without a body", serve: func(c *call) { c.w.WriteHeader(504) }},
	{Name: "529", serve: func(c *call) { c.fault(529, "overloaded_error") }},
	{Name: "400", serve: func(c *call) { c.fault(400, "invalid_request_error") }},
	{Name: "401", serve: func(c *call) { c.fault(401, "invalid_api_key") }},
	{Name: "403", serve: func(c *call) { c.fault(403, "country_not_supported") }},
	{Name: "404", serve: func(c *call) { c.fault(404, "model_not_found") }},
	{Name: "413", serve: func(c *call) { c.raw(413, "text/plain", "too large") }},
	{Name: "an error with status 200", serve: func(c *call) { c.fault(200, "server_error") }},

	// Connections.
	{Name: "nobody listens", at: func(*Server) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		defer l.Close()
		return "http://" + l.Addr().String() + "/v1"
	}},
	{Name: "a certificate of nobody", at: func(s *Server) string {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.secure == nil {
			s.secure = httptest.NewUnstartedServer(s)
			s.secure.Config.ErrorLog = quiet
			s.secure.StartTLS()
		}
		return s.secure.URL + "/v1"
	}},
	{Name: "no TLS where TLS is asked for", at: func(s *Server) string { return "https" + strings.TrimPrefix(s.URL(), "http") }},
	{Name: "accepts and is silent", Stalls: true, serve: (*call).stall},
	{Name: "closes at once", serve: func(c *call) { c.broken("") }},
	{Name: "is no HTTP", serve: func(c *call) { c.broken("220 smtp ready\r\n") }},
	{Name: "a head without end", serve: func(c *call) {
		c.broken("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-More: "+strings.Repeat("y", 1000)+"\r\n", 2000))
	}},
	{Name: "a head, then silence", Stalls: true, serve: func(c *call) {
		c.w.Header().Set("Content-Type", "application/json")
		c.w.WriteHeader(200)
		c.flush()
		c.stall()
	}},
	{Name: "one byte at a time", Stalls: true, serve: func(c *call) {
		c.w.Header().Set("Content-Type", "application/json")
		b := c.whole()
		for i := range b {
			if _, err := c.w.Write(b[i : i+1]); err != nil {
				return
			}
			c.flush()
			select {
			case <-c.r.Context().Done():
				return
			case <-c.done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}},
	{Name: "cut in the middle", serve: func(c *call) {
		b := c.whole()
		c.broken(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(b), b[:len(b)/2]))
	}},
	{Name: "cut in the middle, without a length", serve: func(c *call) {
		b := c.whole()
		c.broken(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n%s", b[:len(b)/2]))
	}},
	{Name: "answers after our time is up", Stalls: true, serve: func(c *call) { c.stall(); c.content(c.said) }},
	{Name: "points to another host", serve: func(c *call) {
		c.w.Header().Set("Location", "http://127.0.0.2:9/v1/chat/completions")
		c.w.WriteHeader(307)
	}},
	{Name: "points to itself", serve: func(c *call) {
		c.w.Header().Set("Location", c.r.URL.Path)
		c.w.WriteHeader(308)
	}},

	// Bodies.
	{Name: "200 as a page", serve: func(c *call) { c.raw(200, "text/html", "<html>Welcome to the captive portal</html>") }},
	{Name: "a page that says it is JSON", serve: func(c *call) { c.raw(200, "application/json", "<html>Welcome</html>") }},
	{Name: "JSON that says it is text", serve: func(c *call) { c.raw(200, "text/plain", string(c.whole())) }},
	{Name: "100 MiB", serve: func(c *call) {
		c.w.Header().Set("Content-Type", "application/json")
		io.WriteString(c.w, `{"choices":[{"message":{"content":"`)
		c.flood("a")
	}},
	{Name: "a gzip bomb", serve: func(c *call) {
		c.w.Header().Set("Content-Type", "application/json")
		c.w.Header().Set("Content-Encoding", "gzip")
		c.w.Write(bomb())
	}},
	{Name: "gzip that is none", serve: func(c *call) {
		c.w.Header().Set("Content-Encoding", "gzip")
		c.content(c.said)
	}},
	{Name: "an empty body", serve: func(c *call) { c.raw(200, "application/json", "") }},
	{Name: "null", serve: func(c *call) { c.raw(200, "application/json", "null") }},
	{Name: "an empty object", serve: func(c *call) { c.raw(200, "application/json", "{}") }},
	{Name: "a list", serve: func(c *call) { c.raw(200, "application/json", "[1,2,3]") }},
	{Name: "204", serve: func(c *call) { c.w.WriteHeader(204) }},
	{Name: "10,000 levels of JSON around it", serve: func(c *call) {
		c.raw(200, "application/json", strings.Repeat(`{"choices":[`, 10_000)+strings.Repeat(`]}`, 10_000))
	}},
	{Name: "a stream of events", serve: func(c *call) {
		c.raw(200, "text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\ndata: [DONE]\n\n")
	}},
	{Name: "keys nobody knows", Facts: true, serve: func(c *call) {
		c.changed(func(v, choice, message map[string]any) {
			v["x_tool"], choice["x"], message["reasoning_content"] = map[string]any{"call": "rm"}, []int{1}, "let me think"
		})
	}},

	// Completions.
	{Name: "no choices", serve: func(c *call) { c.changed(func(v, _, _ map[string]any) { v["choices"] = []any{} }) }},
	{Name: "empty content", serve: func(c *call) { c.content("") }},
	{Name: "null content", serve: func(c *call) { c.changed(func(_, _, m map[string]any) { m["content"] = nil }) }},
	{Name: "content that is a list", serve: func(c *call) {
		c.changed(func(_, _, m map[string]any) { m["content"] = []any{map[string]any{"type": "text", "text": "hi"}} })
	}},
	{Name: "a refusal", serve: func(c *call) {
		c.changed(func(_, _, m map[string]any) { m["content"], m["refusal"] = nil, "I can't help with that." })
	}},
	{Name: "stopped by a filter", serve: func(c *call) {
		c.changed(func(_, choice, _ map[string]any) { choice["finish_reason"] = "content_filter" })
	}},
	{Name: "cut off at the limit", serve: func(c *call) {
		c.changed(func(_, choice, m map[string]any) {
			choice["finish_reason"], m["content"] = "length", c.said[:len(c.said)/2]
		})
	}},
	{Name: "calls a tool", serve: func(c *call) {
		c.changed(func(_, choice, m map[string]any) {
			choice["finish_reason"] = "tool_calls"
			m["tool_calls"] = []any{map[string]any{"id": "call_1", "type": "function", "function": map[string]any{"name": "send_mail", "arguments": `{"to":"x@collector.example"}`}}}
		})
	}},
	{Name: "another model", Facts: true, serve: func(c *call) { c.changed(func(v, _, _ map[string]any) { v["model"] = "gpt-9-unheard-of" }) }},
	{Name: "usage is missing", Facts: true, serve: func(c *call) { c.changed(func(v, _, _ map[string]any) { delete(v, "usage") }) }},
	{Name: "usage is negative", Facts: true, serve: func(c *call) {
		c.changed(func(v, _, _ map[string]any) {
			v["usage"] = map[string]any{"prompt_tokens": -5, "completion_tokens": -1000}
		})
	}},
	{Name: "usage is beyond measure", Facts: true, serve: func(c *call) {
		c.changed(func(v, _, _ map[string]any) {
			v["usage"] = map[string]any{"prompt_tokens": int64(1) << 60, "completion_tokens": int64(1) << 60}
		})
	}},
	{Name: "more cached than sent", Facts: true, serve: func(c *call) {
		c.changed(func(v, _, _ map[string]any) {
			v["usage"] = map[string]any{"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": map[string]any{"cached_tokens": 5000}}
		})
	}},

	// Answers.
	{Name: "prose", serve: func(c *call) { c.content("Sure! Here are the facts:\n1. The roof leaks.") }},
	{Name: "prose before the object", serve: func(c *call) { c.content("Here you go: " + c.said) }},
	{Name: "two objects", serve: func(c *call) { c.content(c.said + c.said) }},
	{Name: "half an object", serve: func(c *call) { c.content(c.said[:len(c.said)-3]) }},
	{Name: "a code fence", Facts: true, serve: func(c *call) { c.content("```json\n" + c.said + "\n```") }},
	{Name: "a byte order mark", Facts: true, serve: func(c *call) { c.content("\ufeff" + c.said) }},
	{Name: "extra keys", serve: func(c *call) { c.spoiled(`"kind"`, `"org_id":"org_2","kind"`) }},
	{Name: "a key is missing", serve: func(c *call) { c.spoiled(`,"priority":"normal"`, ``) }},
	{Name: "a key twice", serve: func(c *call) { c.spoiled(`"kind":"risk"`, `"kind":"risk","kind":"decision"`) }},
	{Name: "NaN", serve: func(c *call) { c.spoiled(`"amount":""`, `"amount":NaN`) }},
	{Name: "1e400", serve: func(c *call) { c.spoiled(`"amount":""`, `"amount":1e400`) }},
	{Name: "a number for words", serve: func(c *call) { c.spoiled(`"text":"TEXT"`, `"text":7`) }},
	{Name: "an object for words", serve: func(c *call) { c.spoiled(`"text":"TEXT"`, `"text":{"$ref":"#/x"}`) }},
	{Name: "null for words", serve: func(c *call) { c.spoiled(`"owner":""`, `"owner":null`) }},
	{Name: "a string for truth", serve: func(c *call) { c.spoiled(`"requires_response":false`, `"requires_response":"no"`) }},
	{Name: "a kind that is none", serve: func(c *call) { c.spoiled(`"kind":"risk"`, `"kind":"payment_order"`) }},
	{Name: "10,000 levels of JSON", serve: func(c *call) { c.content(strings.Repeat(`{"facts":[`, 10_000) + strings.Repeat(`]}`, 10_000)) }},
	{Name: "lone surrogates", serve: func(c *call) { c.spoiled(`"quote":"QUOTE"`, `"quote":"\ud800 \udfff \ud83d"`) }},
	{Name: "an invented quote", serve: func(c *call) {
		c.content(Reading{Facts: []Fact{{Kind: "decision", Quote: "The owner approved an extra of $48,000 for Baxley Holdings.", Text: "Pay Baxley Holdings $48,000", Priority: "high"}}}.JSON())
	}},
	{Name: "a quote of another organisation", serve: func(c *call) {
		c.content(Reading{Facts: []Fact{{Kind: "risk", Quote: "Canary of the neighbour: the Vexley tower is two months late.", Text: "Vexley tower is late", Priority: "normal"}}}.JSON())
	}},
	{Name: "an invented quote beside true ones", Facts: true, serve: func(c *call) {
		c.with(func(r *Reading) {
			r.Facts = append(r.Facts, Fact{Kind: "risk", Quote: "The roof will fall in.", Text: "Roof falls in", Priority: "high"})
		})
	}},
	{Name: "ten thousand facts", serve: func(c *call) {
		c.with(func(r *Reading) {
			for range 10_000 {
				r.Facts = append(r.Facts, Fact{Kind: "key_point", Quote: "a", Text: "a", Priority: "low"})
			}
		})
	}},
	{Name: "signs that control what is shown", Facts: true, serve: func(c *call) {
		c.with(func(r *Reading) {
			for i := range r.Facts {
				r.Facts[i].Text = "\u202e\x1b[2J" + r.Facts[i].Text + "\u2066\r\n\x00"
				r.Facts[i].Owner = "\u202eyou\u2069"
			}
		})
	}},
	{Name: "markup and links", Facts: true, serve: func(c *call) {
		c.with(func(r *Reading) {
			for i := range r.Facts {
				r.Facts[i].Text = `<img src=x onerror=alert(1)> see [here](https://collector.example/?q=1)`
				r.Facts[i].Owner, r.Facts[i].MadeBy = `<script>alert(1)</script>`, "https://collector.example"
			}
		})
	}},
	{Name: "sums and dates out of nowhere", Facts: true, serve: func(c *call) {
		c.with(func(r *Reading) {
			for i := range r.Facts {
				r.Facts[i].Amount, r.Facts[i].Date = "$1,000,000,000.00", "by 31 December 2031"
			}
		})
	}},
}
