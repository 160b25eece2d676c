package api

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"projectr"
)

// TestAKeyReachesAsFarAsItsScopes: a key that was made for less than its role may do is
// refused the rest, with a sentence that says what is missing.
func TestAKeyReachesAsFarAsItsScopes(t *testing.T) {
	h := open(t)
	secret := "prj_narrow"
	hash := sha256.Sum256([]byte(secret))
	h.must(h.acme.SaveAPIKey(t.Context(), projectr.APIKey{ID: "narrow", Name: "narrow", Role: projectr.Admin, CreatedAt: h.clock.now(),
		Scopes: []projectr.Permission{projectr.ReadProjects}}, hex.EncodeToString(hash[:])))
	for _, x := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/orgs/acme/projects", "", 200},
		{"POST", "/orgs/acme/projects", `{"name":"Tower"}`, 403},
		{"GET", "/orgs/acme/emails", "", 403},
		{"GET", "/orgs/acme/members", "", 403},
		{"GET", "/orgs/globex/projects", "", 404},
	} {
		w := h.withKey(secret).do(x.method, x.path, x.body)
		if w.Code != x.want {
			t.Errorf("%s %s: %d, want %d: %s", x.method, x.path, w.Code, x.want, w.Body)
		}
		if x.want == 403 && !strings.Contains(w.Body.String(), "scope") {
			t.Errorf("%s %s does not say why: %s", x.method, x.path, w.Body)
		}
	}
}
