package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"projectr"
	"projectr/message"
)

// rawEmail answers with a mail bit for bit.
func rawEmail(ctx context.Context, c Caller, in EmailIn) (writeTo, error) {
	if _, err := c.email(ctx, in.ID); err != nil {
		return nil, err
	}
	raw, e, err := c.Org.OpenRaw(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, w http.ResponseWriter) error {
		defer raw.Close()
		fileHeaders(w, "message/rfc822", string(e.ID)+".eml", e.Size)
		return copyHeld(w, raw)
	}, nil
}

type attachmentIn struct {
	EmailIn
	N int `path:"n" minimum:"1" doc:"The attachment's number in the mail, from 1."`
}

// attachment answers with one file of a mail. The mail is read twice: once to
// know that it is whole and has the file, once to send it. So the answer has
// its length, and nothing damaged is sent.
func attachment(ctx context.Context, c Caller, in attachmentIn) (writeTo, error) {
	if _, err := c.opened(ctx, in.ID); err != nil {
		return nil, err
	}
	a, err := openAttachment(ctx, c, in.ID, in.N, io.Discard)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, w http.ResponseWriter) error {
		fileHeaders(w, safeType(a.ContentType), a.Filename, a.Size)
		_, err := openAttachment(ctx, c, in.ID, in.N, w)
		return err
	}, nil
}

// openAttachment writes attachment n of a mail to w and reads the mail to its
// end, where it is known whether it is what was received.
func openAttachment(ctx context.Context, c Caller, id projectr.EmailID, n int, w io.Writer) (projectr.Attachment, error) {
	raw, _, err := c.Org.OpenRaw(ctx, id)
	if err != nil {
		return projectr.Attachment{}, err
	}
	defer raw.Close()
	a, err := message.OpenAttachment(raw, n, w)
	if err != nil {
		return a, err
	}
	if _, err := io.Copy(io.Discard, raw); err != nil {
		return a, fmt.Errorf("read mail %s to its end: %w", id, err)
	}
	return a, nil
}

// fileHeaders makes an answer a download that no browser runs or shows inside
// our origin, whatever the sender called it.
func fileHeaders(w http.ResponseWriter, contentType, name string, size int64) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", disposition(name))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Security-Policy", filePolicy)
}

// safeType keeps a type that devices open by and no browser runs; everything
// else is a stream of bytes.
func safeType(t string) string {
	t, _, err := mime.ParseMediaType(t)
	if err != nil {
		return "application/octet-stream"
	}
	if slices.Contains(safeTypes, t) {
		return t
	}
	return "application/octet-stream"
}

// safeTypes are the types that safeType answers.
var safeTypes = []string{
	"application/octet-stream",
	"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "application/zip",
	"application/msword", "application/vnd.ms-excel",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// disposition returns a Content-Disposition (RFC 6266) that offers bytes under
// a sender's file name: the name in ASCII for old programs, and whole in UTF-8
// (RFC 8187). What could end the header, leave the folder or turn the name
// around on the screen is taken out.
func disposition(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || strings.ContainsRune(`<>:"|?*;`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = strings.Trim(name, ". ")
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:80]) + string(runes[len(runes)-40:]) // the extension stays
	}
	if name == "" {
		name = "file"
	}
	ascii := strings.Map(func(r rune) rune {
		if r > '~' {
			return '_'
		}
		return r
	}, name)
	d := `attachment; filename="` + ascii + `"`
	if ascii != name {
		d += "; filename*=UTF-8''" + percent(name)
	}
	return d
}

// percent encodes all but the attr-chars of RFC 8187.
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// Limits on the pictures of a mail that are put into its HTML view. How often
// they may stand there, message.CleanHTML says.
const (
	maxPictures     = 40
	maxPicture      = 3 << 20
	maxPictureBytes = 12 << 20 // of all together
)

// htmlOfEmail answers with the cleaned HTML of a mail. The view is made anew
// each time, from the mail as it came: cleaned HTML is never kept, so a better
// cleaner counts for old mail too. Pictures that came with the mail are put
// into the page itself, because a sandboxed frame may ask nobody for anything.
func htmlOfEmail(ctx context.Context, c Caller, in EmailIn) (writeTo, error) {
	done, err := c.Site.pages.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if _, err := c.opened(ctx, in.ID); err != nil {
		return nil, err
	}
	raw, e, err := c.Org.OpenRaw(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	m, err := message.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("read mail %s: %w", in.ID, err)
	}
	if _, err := io.Copy(io.Discard, raw); err != nil {
		return nil, fmt.Errorf("read mail %s to its end: %w", in.ID, err)
	}
	if m.HTML == "" {
		return nil, &projectr.Error{Kind: projectr.NotFound, Message: "This mail has no HTML view."}
	}
	p := pictures{open: func(n int, w io.Writer) error {
		_, err := openAttachment(ctx, c, in.ID, n, w)
		return err
	}, of: m}
	page := mailPage(e.Subject, message.CleanHTML(m.HTML, p.url))
	if p.err != nil {
		return nil, p.err
	}
	return func(_ context.Context, w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", mailPolicy)
		_, err := io.WriteString(w, page)
		return err
	}, nil
}

// turns lets so many do something at a time; the others wait.
type turns chan struct{}

const (
	maxPages = 2                // HTML views made at a time: each takes the mail, its pictures and the page
	pageWait = 20 * time.Second // how long one waits for its turn
)

// turn waits for a turn and returns how to end it.
func (t turns) turn(ctx context.Context) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, &projectr.Error{Kind: projectr.Unavailable, Message: "Many mails are being opened just now. Try again in a moment.", Err: ctx.Err()}
	}
}

// mailPage puts cleaned HTML into a page of its own. Links open elsewhere, and
// nothing in it runs, as mailPolicy says.
func mailPage(title, body string) string {
	return `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` + html.EscapeString(title) +
		`</title><base target="_blank"><style>html{background:#fff;color:#1c1917;font:15px/1.5 system-ui,sans-serif}` +
		`body{margin:16px;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}</style></head><body>` + body + "</body></html>"
}

// pictures turns the cid: URLs (RFC 2392) of one mail into data: URLs.
type pictures struct {
	of   *message.Message
	open func(n int, w io.Writer) error
	done map[int]string
	sum  int64
	err  error
}

func (p *pictures) url(cid string) (string, bool) {
	a, ok := p.of.ByContentID(cid)
	if !ok || p.err != nil {
		return "", false
	}
	if u, ok := p.done[a.N]; ok {
		return u, u != ""
	}
	if len(p.done) >= maxPictures || a.Size > maxPicture || p.sum+a.Size > maxPictureBytes {
		return "", false
	}
	var b bytes.Buffer
	if err := p.open(a.N, &b); err != nil {
		p.err = err
		return "", false
	}
	if p.done == nil {
		p.done = map[int]string{}
	}
	p.sum += int64(b.Len())
	switch t := http.DetectContentType(b.Bytes()); t { // what it is, not what it is called
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		p.done[a.N] = "data:" + t + ";base64," + base64.StdEncoding.EncodeToString(b.Bytes())
	default:
		p.done[a.N] = ""
	}
	return p.done[a.N], p.done[a.N] != ""
}
