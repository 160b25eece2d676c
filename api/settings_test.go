package api

import (
	"testing"

	"projectr"
)

func TestSettings(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	if s := get[projectr.Settings](dana, "/orgs/acme/settings"); s.Extractor != "rules" || s.FileFrom != 80 || s.NoAIWords == nil {
		t.Errorf("before anybody decided: %+v", s)
	}
	s := send[projectr.Settings](dana, "PATCH", "/orgs/acme/settings", `{"extractor":"model","no_ai_words":["attorney-client"],"no_ai_senders":["@LAW.example"]}`)
	if s.Extractor != "model" || len(s.NoAIWords) != 1 || s.NoAISenders[0] != "@law.example" || s.FileFrom != 80 {
		t.Errorf("decided: %+v", s)
	}
	s = send[projectr.Settings](dana, "PATCH", "/orgs/acme/settings", `{"no_ai_words":null,"file_from":90}`)
	if s.Extractor != "model" || len(s.NoAIWords) != 0 || s.FileFrom != 90 {
		t.Errorf("decided anew: %+v", s)
	}
	for _, body := range []string{`{"extractor":"oracle"}`, `{"file_from":20}`, `{"no_ai_senders":["jo"]}`, `{"models":["a b"]}`, `{"no_ai_words":["..."]}`} {
		if w := dana.do("PATCH", "/orgs/acme/settings", body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}
