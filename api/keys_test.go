package api

import (
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

func TestAPIKeys(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	at := "/orgs/acme/api-keys"
	k := send[CreatedKey](dana, "POST", at, `{"name":" CI ","role":"admin","scopes":["projects.write","projects.read"]}`)
	if !strings.HasPrefix(k.Key, k.Prefix) || len(k.Key) < 30 || k.Name != "CI" || k.By != h.acme.admin.Name || !k.ExpiresAt.IsZero() {
		t.Errorf("%+v", k)
	}
	ci := h.withKey(k.Key)
	if w := ci.do("POST", "/orgs/acme/projects", `{"name":"Oak"}`); w.Code != 201 {
		t.Errorf("within its scopes: %d %s", w.Code, w.Body)
	}
	if w := ci.do("GET", "/orgs/acme/emails", ""); w.Code != 403 || !strings.Contains(w.Body.String(), "no scope mail.read") {
		t.Errorf("beyond its scopes: %d %s", w.Code, w.Body)
	}
	w := dana.do("GET", at, "")
	if strings.Contains(w.Body.String(), k.Key) {
		t.Error("the list tells a key")
	}
	if l := get[List[projectr.APIKey]](dana, at); l.Items[0].ID != k.ID || l.Items[0].UsedAt.IsZero() || len(l.Items[0].Scopes) != 2 {
		t.Errorf("listed as %+v", l.Items[0])
	}
	if w := dana.do("DELETE", at+"/"+string(k.ID), ""); w.Code != 204 {
		t.Errorf("revoke: %d %s", w.Code, w.Body)
	}
	if w := ci.do("GET", "/orgs/acme/projects", ""); w.Code != 401 {
		t.Errorf("revoked: %d", w.Code)
	}
	for _, body := range []string{
		`{"name":"","role":"viewer"}`, `{"name":"x","role":"owner"}`, `{"name":"x","role":"viewer","scopes":["projects.write"]}`,
		`{"name":"x","role":"admin","scopes":["everything"]}`, `{"name":"x","role":"viewer","expires_at":"2020-01-01T00:00:00Z"}`,
	} {
		if w := dana.do("POST", at, body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	// A key makes no keys, whatever it may do else; nor does who walked away from a screen.
	if w := h.withKey(h.acme.adminKey).do("POST", at, `{"name":"x","role":"admin"}`); w.Code != 403 {
		t.Errorf("a key made a key: %d", w.Code)
	}
	soon := h.clock.now().Add(time.Hour).Format(time.RFC3339)
	e := send[CreatedKey](dana, "POST", at, `{"name":"soon over","role":"viewer","expires_at":"`+soon+`"}`)
	h.clock.forward(account.StepUp)
	if w := dana.do("POST", at, `{"name":"x","role":"viewer"}`); w.Code != 403 || !strings.Contains(w.Body.String(), `"reauthenticate"`) {
		t.Errorf("without a young proof: %d %s", w.Code, w.Body)
	}
	if w := h.withKey(e.Key).do("GET", "/orgs/acme", ""); w.Code != 200 {
		t.Errorf("before its end: %d", w.Code)
	}
	h.clock.forward(time.Hour)
	if w := h.withKey(e.Key).do("GET", "/orgs/acme", ""); w.Code != 401 {
		t.Errorf("after its end: %d", w.Code)
	}
}
