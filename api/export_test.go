package api

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"projectr"
	"projectr/account"
)

// An export has every mail as it came, to the byte, with its facts, and nothing of
// anybody else; the log says who took it.
func TestExport(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	files := h.export(dana, "acme")
	for name, is := range files {
		if strings.Contains(string(is), "globex") {
			t.Errorf("%s tells of another organisation", name)
		}
	}
	for _, name := range []string{"organisation", "projects", "members", "senders", "filing-rules", "audit"} {
		if !json.Valid(files[name+".json"]) {
			t.Errorf("%s.json: %.200s", name, files[name+".json"])
		}
	}
	l, err := h.acme.Emails(t.Context(), projectr.EmailFilter{Copies: true, Page: projectr.Page{Limit: 200}})
	h.must(err)
	raws := 0
	for _, e := range l.Items {
		var got projectr.Email
		h.must(json.Unmarshal(files["mails/"+string(e.ID)+".json"], &got))
		if got.Subject != e.Subject || len(got.Facts) != len(e.Facts) {
			t.Errorf("%s: %+v", e.ID, got)
		}
		raw, sent := files["mails/"+string(e.ID)+".eml"]
		if !sent {
			if e.CameBy == nil {
				t.Errorf("%s: not as it came", e.ID)
			}
			continue
		}
		raws++
		if as := dana.do("GET", "/orgs/acme/emails/"+string(e.ID)+"/raw", ""); as.Body.String() != string(raw) {
			t.Errorf("%s: %d bytes, not the %d that came", e.ID, len(raw), as.Body.Len())
		}
	}
	if raws == 0 || len(l.Items) == 0 {
		t.Errorf("%d mails, %d as they came", len(l.Items), raws)
	}
	if w := dana.do("GET", "/orgs/acme/audit?action=org.export", ""); !strings.Contains(w.Body.String(), h.acme.admin.Name) {
		t.Errorf("the log: %s", w.Body)
	}
}

// Bytes that are damaged are not handed out as if they were those that came (I-7), and
// keep nobody from the rest.
func TestExportOfDamagedMail(t *testing.T) {
	h := open(t)
	h.blobs.m.Range(func(k, v any) bool {
		b := bytes.Clone(v.([]byte))
		b[len(b)-3] ^= 1
		h.blobs.m.Store(k, b)
		return true
	})
	files := h.export(h.signIn(h.acme.admin), "acme")
	if id := string(h.acme.filed.ID); !strings.Contains(string(files["damaged.json"]), id) || files["mails/"+id+".json"] == nil {
		t.Errorf("damaged: %s", files["damaged.json"])
	}
	for name := range files {
		if strings.HasSuffix(name, ".eml") {
			t.Errorf("%s, damaged as it is", name)
		}
	}
}

// Everything at once goes to a person who has shown of late who they are.
func TestExportAsksForAFreshProof(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	if m := get[Me](dana, "/me"); !m.Proved {
		t.Errorf("just signed in: %+v", m)
	}
	h.clock.forward(account.StepUp)
	if w := dana.do("GET", "/orgs/acme/export.zip", ""); w.Code != 403 || !strings.Contains(w.Body.String(), `"reauthenticate"`) {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
	if m := get[Me](dana, "/me"); m.Proved {
		t.Errorf("later: %+v", m)
	}
	if w := dana.do("GET", "/orgs/acme/audit?action=org.export", ""); strings.Contains(w.Body.String(), "org.export") {
		t.Errorf("the log tells of an export that was not: %s", w.Body)
	}
}

// onceSent is an answer's other end, to whom something happens when so much has come.
type onceSent struct {
	*httptest.ResponseRecorder
	at, after int
	then      func()
}

func (w *onceSent) Write(b []byte) (int, error) {
	n, err := w.ResponseRecorder.Write(b)
	if w.then != nil && w.Body.Len() >= w.at {
		w.after = w.Body.Len()
		w.then()
		w.then = nil
	}
	return n, err
}

// What is long goes out page by page as it is read: memory holds one page of it, and who
// is taken out on the way gets no further one.
func TestWhoIsTakenOutGetsNoFurtherPage(t *testing.T) {
	const entries = 1000
	h := open(t)
	dana, vic := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			for range entries / 100 {
				if err := h.acme.Note(t.Context(), "test.fill", rand.Text()+rand.Text()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var log []projectr.AuditEntry
	h.must(json.Unmarshal(h.export(dana, "acme")["audit.json"], &log))
	if len(log) <= entries || log[0].Action != "org.export" || log[len(log)-1].At.After(log[0].At) {
		t.Errorf("%d entries, the first %+v", len(log), log[0])
	}
	h.must(h.acme.SaveMember(t.Context(), h.acme.viewer.ID, projectr.Admin))
	for _, x := range []struct {
		path string
		who  client
		is   projectr.UserID
		most int
	}{{"export.zip", vic, h.acme.viewer.ID, 30_000}, {"audit.csv", dana, h.acme.admin.ID, 50_000}} {
		w := &onceSent{ResponseRecorder: httptest.NewRecorder(), at: 10_000, then: func() {
			h.must(h.acme.SaveMember(t.Context(), x.is, projectr.Viewer))
		}}
		if got := broken(func() { h.Handler.ServeHTTP(w, x.who.request("GET", "/orgs/acme/"+x.path, "")) }); got != http.ErrAbortHandler {
			t.Errorf("%s ends with %v", x.path, got)
		}
		if more := w.Body.Len() - w.after; w.after == 0 || more > x.most {
			t.Errorf("%s: %d bytes more after %d", x.path, more, w.after)
		}
		h.must(h.acme.SaveMember(t.Context(), x.is, projectr.Admin))
	}
}

// broken runs what may panic and returns with what it did.
func broken(run func()) (with any) {
	defer func() { with = recover() }()
	run()
	return nil
}

// export takes an organisation along and opens the file.
func (h *house) export(c client, org string) map[string][]byte {
	h.Helper()
	w := c.do("GET", "/orgs/"+org+"/export.zip", "")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/zip" || !strings.Contains(w.Header().Get("Content-Disposition"), "projectr-"+org+"-") {
		h.Fatalf("%d %v", w.Code, w.Header())
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	h.must(err)
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		h.must(err)
		files[f.Name], err = io.ReadAll(r)
		h.must(err)
	}
	return files
}
