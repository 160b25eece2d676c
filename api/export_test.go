package api

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"projectr"
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
