package api

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"projectr"
)

// Where no mail is sent an admin is told the link, once; it lets the invited in, and
// one that was renewed or withdrawn opens nothing.
func TestAdminsInvite(t *testing.T) {
	h := open(t)
	h.acc.Mails = false
	h.acme.roomy(h)
	c := h.signIn(h.acme.admin)
	told := func(w *httptest.ResponseRecorder) (x SentInvitation) {
		if err := json.Unmarshal(w.Body.Bytes(), &x); err != nil || w.Code/100 != 2 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return x
	}
	sent := told(c.do("POST", "/orgs/acme/invitations", `{"email":"New@Hire.example","role":"viewer"}`))
	link, secret, ok := strings.Cut(sent.AcceptURL, "#")
	if !ok || !strings.HasSuffix(link, "/invitation") || sent.Email != "new@hire.example" || sent.Role != projectr.Viewer {
		t.Fatalf("%+v", sent)
	}
	if w := c.do("GET", "/orgs/acme/invitations", ""); w.Code != 200 || strings.Contains(w.Body.String(), secret) || !strings.Contains(w.Body.String(), "new@hire.example") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := c.do("POST", "/orgs/acme/invitations", `{"email":"new@hire.example","role":"admin"}`); w.Code != 409 {
		t.Errorf("twice: %d %s", w.Code, w.Body)
	}
	again := told(c.do("POST", "/orgs/acme/invitations/"+string(sent.ID)+"/resend", ""))
	_, fresh, _ := strings.Cut(again.AcceptURL, "#")
	stranger := client{h: h}
	if w := stranger.do("POST", "/invitations/look", `{"token":"`+secret+`"}`); w.Code != 404 {
		t.Errorf("the link of before: %d %s", w.Code, w.Body)
	}
	if w := stranger.do("POST", "/invitations/look", `{"token":"`+fresh+`"}`); w.Code != 200 || !strings.Contains(w.Body.String(), "new@hire.example") {
		t.Errorf("the new link: %d %s", w.Code, w.Body)
	}
	if w := c.do("DELETE", "/orgs/acme/invitations/"+string(sent.ID), ""); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := stranger.do("POST", "/invitations/look", `{"token":"`+fresh+`"}`); w.Code != 404 {
		t.Errorf("a withdrawn one: %d %s", w.Code, w.Body)
	}
}
