package api

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"projectr"
)

// BenchmarkTimeline asks for the 50 newest events of a project with 2,000, by
// the whole door (session, membership, permission, validation, log) and by a
// plain handler that reads the same and writes the same.
func BenchmarkTimeline(b *testing.B) {
	h := open(b, func(c *Config) { c.Log = slog.New(slog.DiscardHandler) })
	for i := range 1000 {
		h.record(h.acme, h.acme.project.ID, "plain", fmt.Sprintf("mail %d", i))
	}
	dana := h.signIn(h.acme.viewer)
	id := h.acme.project.ID
	plain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l, err := h.acme.Timeline(r.Context(), id, projectr.Page{Limit: 50})
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(List[projectr.Event]{Items: l.Items, Next: &l.Next})
	})
	path := "/orgs/acme/projects/" + string(id) + "/events"
	for _, c := range []struct {
		name string
		h    http.Handler
	}{{"plain", plain}, {"door", h}} {
		b.Run("called/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if w := ask(c.h, dana.request("GET", path, "")); w.Code != 200 {
						b.Error(w.Code)
						return
					}
				}
			})
		})
		b.Run("32 connections/"+c.name, func(b *testing.B) {
			srv := httptest.NewServer(c.h)
			defer srv.Close()
			srv.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 32
			b.SetParallelism(max(1, 32/runtime.GOMAXPROCS(0)))
			b.RunParallel(func(pb *testing.PB) {
				r := dana.request("GET", path, "")
				out, err := http.NewRequest("GET", srv.URL+r.URL.Path, nil)
				if err != nil {
					b.Error(err)
					return
				}
				out.Header = r.Header
				for pb.Next() {
					res, err := srv.Client().Do(out)
					if err == nil {
						_, err = io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
					if err != nil || res.StatusCode != 200 {
						b.Error(err, res.StatusCode)
						return
					}
				}
			})
		})
	}
}
