package account

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"rsc.io/qr"
)

// One-time codes as RFC 6238 describes them, in the form that every authenticator app
// knows: HMAC-SHA-1, six digits, steps of 30 seconds. A code of the step before or
// after the present one is taken too: clocks differ, and people type.
const (
	totpStep   = 30 * time.Second
	totpDigits = 6
	totpSecret = 20 // bytes, RFC 4226, 4
)

// totpCode returns the code of a time step (RFC 6238, 4.2; RFC 4226, 5.3).
func totpCode(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	m := hmac.New(sha1.New, secret)
	m.Write(counter[:])
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, n%1_000_000)
}

// totpMatch returns the time step around now whose code this is, and whether there is
// one later than after, the last that was used. Blanks in the code do not count.
func totpMatch(secret []byte, code string, now time.Time, after int64) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	present := now.Unix() / int64(totpStep/time.Second)
	found, ok := int64(0), false
	for step := present - 1; step <= present+1; step++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(code)) == 1 && step > after {
			found, ok = step, true
		}
	}
	return found, ok
}

// isTOTP reports whether what was typed is meant as a one-time code, not as a recovery
// code.
func isTOTP(code string) bool {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	return len(code) == totpDigits && strings.Trim(code, "0123456789") == ""
}

var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpURI returns what an authenticator app reads from the picture.
func totpURI(secret []byte, issuer, email string) string {
	q := url.Values{"secret": {base32Secret.EncodeToString(secret)}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+email) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// Picture is a QR code as the path of an SVG drawing whose every module is one unit.
type Picture struct {
	Size int    `json:"size" doc:"Width and height of the drawing, with the quiet margin."`
	Path string `json:"path" doc:"The dark modules, as an SVG path."`
}

// quiet is the margin around a QR code that readers need (ISO/IEC 18004).
const quiet = 4

// picture draws text as a QR code.
func picture(text string) (Picture, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return Picture{}, fmt.Errorf("draw QR code: %w", err)
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return Picture{Size: c.Size + 2*quiet, Path: b.String()}, nil
}
