package account

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"projectr"
)

// Params says how dear one guess at a password is (argon2id, RFC 9106). They
// are written into every hash, so they can change while old hashes work on.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultParams are what OWASP recommends: 19 MiB, two passes, one lane.
var DefaultParams = Params{Memory: 19456, Time: 2, Threads: 1}

const (
	minPassword = 12  // characters
	maxPassword = 200 // bytes
	saltSize    = 16
	tagSize     = 32
)

// hash returns the encoded hash of a password, in the usual PHC form:
// $argon2id$v=19$m=19456,t=2,p=1$salt$tag.
func (p Params) hash(random io.Reader, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	tag := argon2.IDKey(plain(password), salt, p.Time, p.Memory, p.Threads, tagSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(tag)), nil
}

// hashed returns the encoded hash of a new password, once it is its turn.
func (a *Accounts) hashed(ctx context.Context, password string) (string, error) {
	done, err := a.slot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return a.params.hash(a.rand, password)
}

var errHash = errors.New("account: password hash cannot be read")

// verify reports whether password is the one behind an encoded hash.
func verify(encoded, password string) (bool, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, errHash
	}
	var p Params
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil {
		return false, errHash
	}
	if p.Memory > 1<<20 || p.Time < 1 || p.Time > 100 || p.Threads < 1 { // a gibibyte: more was never written here
		return false, errHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errHash
	}
	tag, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(tag) < 16 {
		return false, errHash
	}
	got := argon2.IDKey(plain(password), salt, p.Time, p.Memory, p.Threads, uint32(len(tag)))
	return subtle.ConstantTimeCompare(got, tag) == 1, nil
}

// plain is the bytes of a password that are hashed: the same for the same
// characters, however a keyboard composed them.
func plain(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

//go:embed common.txt
var commonList string

// checkPassword says what is wrong with a new password, as an Invalid error.
func checkPassword(password string, u projectr.User) error {
	bad := func(why string) error {
		return &projectr.Error{Kind: projectr.Invalid, Field: "password", Message: why}
	}
	if utf8.RuneCountInString(password) < minPassword {
		return bad("A password has at least 12 characters. A few words in a row are easy to keep in mind.")
	}
	if len(password) > maxPassword {
		return bad("A password has at most 200 characters.")
	}
	if !utf8.ValidString(password) || strings.ContainsFunc(password, isControl) {
		return bad("A password is made of characters one can type.")
	}
	p := strings.ToLower(string(plain(password)))
	local, _, _ := strings.Cut(u.Email, "@")
	if p == u.Email || len(local) >= 4 && strings.Trim(strings.ReplaceAll(p, local, ""), "0123456789!.") == "" {
		return bad("Your address is the first thing somebody would try. Choose a password that does not come from it.")
	}
	distinct := map[rune]bool{}
	for _, r := range p {
		distinct[r] = true
	}
	if len(distinct) < 5 || common(p) {
		return bad("This password is among those tried first. Choose one that nobody else would think of.")
	}
	return nil
}

// commonTop is how many of the list are common enough that two of them in a row
// are no better than one.
const commonTop = 3000

// commonPasswords has the rank of each, the most frequent first. See common.md.
var commonPasswords = sync.OnceValue(func() map[string]int {
	m := make(map[string]int, 48_000)
	for line := range strings.Lines(commonList) {
		m[strings.TrimSpace(line)] = len(m)
	}
	return m
})

// common reports whether p, in lower case, is a known password: also with digits
// or signs around it to make it longer, and twice or two very common ones in a row.
func common(p string) bool {
	list := commonPasswords()
	listed := func(s string) bool { _, ok := list[s]; return ok }
	top := func(s string) bool { rank, ok := list[s]; return ok && rank < commonTop }
	letter := func(c byte) bool { return 'a' <= c && c <= 'z' || c >= utf8.RuneSelf }
	head, tail := 0, len(p)
	for head < len(p) && !letter(p[head]) {
		head++
	}
	for tail > head && !letter(p[tail-1]) {
		tail--
	}
	if p != "" && head == len(p) { // no word at all
		head, tail = 0, 1 // any beginning counts
	}
	// Some of what is listed begins or ends with digits itself.
	for from := 0; from <= head && from < len(p); from++ {
		for to := len(p); to >= max(tail, from+1); to-- {
			if listed(p[from:to]) {
				return true
			}
		}
	}
	for _, s := range []string{p, p[head:tail]} {
		for i := 1; i < len(s); i++ {
			a, b := s[:i], s[i:]
			if a == b && listed(a) || top(a) && top(b) {
				return true
			}
		}
	}
	return false
}
