package api

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	for _, c := range []struct {
		name string
		h    http.Handler
	}{{"plain", plain}, {"door", h}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					w := httptest.NewRecorder()
					c.h.ServeHTTP(w, dana.request("GET", "/orgs/acme/projects/"+string(id)+"/events", ""))
					if w.Code != 200 {
						b.Error(w.Code)
						return
					}
				}
			})
		})
	}
}
