package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Mail is received, and people come in by password, though the sign-in provider is down
// when the server starts; the log says so.
func TestTheProviderIsDown(t *testing.T) {
	s := New(t)
	s.More = []string{"PROJECTR_OIDC_ISSUER=http://" + FreePort(t), "PROJECTR_OIDC_CLIENT_ID=projectr", "PROJECTR_OIDC_NAME=Acme ID", "PROJECTR_OIDC_JOINS=acme.example=acme,gone.example=gone"}
	s.Start()
	acme := s.Onboard("acme")
	if err := s.Send("dana@gc.example", []string{"acme@" + s.Domain}, plainMail("dana@gc.example", "RFI", "1@x.example", "Please send the drawings by Friday, 6 March.")); err != nil {
		t.Fatal(err)
	}
	s.Eventually("the mail is kept", func() bool { return len(All[email](acme, "/emails")) == 1 })
	ask := func(method, path, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.HTTP+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b := make([]byte, 4096)
		n, _ := res.Body.Read(b)
		return res.StatusCode, string(b[:n])
	}
	if status, ways := ask("GET", "/sign-in", ""); status != 200 || !strings.Contains(ways, `"provider":"Acme ID"`) {
		t.Errorf("%d %s", status, ways)
	}
	if status, why := ask("POST", "/session/oidc/start", "{}"); status != 503 || !strings.Contains(why, "Try again in a minute.") {
		t.Errorf("%d %s", status, why)
	}
	for _, line := range []string{"the sign-in provider is not reached", "PROJECTR_OIDC_JOINS names an organisation that is not there"} {
		s.Eventually(fmt.Sprintf("the log says %q", line), func() bool { return strings.Contains(s.logs.tail(64<<10), line) })
	}
}
