package oidc

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-jose/go-jose/v4"
	strict "github.com/go-jose/go-jose/v4/json" // knows no case but the written one, and no name twice
	"github.com/go-jose/go-jose/v4/jwt"

	"projectr"
)

const (
	maxToken = 8 << 10          // bytes of a token
	skew     = time.Minute      // by which clocks may differ
	maxID    = 255              // bytes of a subject (OpenID Connect Core, 2)
	fresh    = 10 * time.Minute // age at which an ID token is not one for this sign-on
)

// header is what we believe of a token's header before its signature was checked: only
// how to check it.
type header struct {
	alg jose.SignatureAlgorithm
	kid string
	typ string // in lower case, without "application/"
}

// parse takes a token (JWS compact serialization, RFC 7515, 7.1) apart.
func parse(token string) (h header, signed *jose.JSONWebSignature, err error) {
	if len(token) > maxToken {
		return h, nil, errors.New("it is too long")
	}
	if strings.Count(token, ".") != 2 {
		return h, nil, errors.New("it has not three parts")
	}
	first, _, _ := strings.Cut(token, ".")
	b, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return h, nil, errors.New("its header is not base64url")
	}
	var fields map[string]strict.RawMessage
	if strict.Unmarshal(b, &fields) != nil || fields == nil {
		return h, nil, errors.New("its header is no JSON object")
	}
	var alg string
	for name, to := range map[string]*string{"alg": &alg, "kid": &h.kid, "typ": &h.typ} {
		if v, ok := fields[name]; ok && (strict.Unmarshal(v, to) != nil || *to == "") {
			return h, nil, fmt.Errorf("%s in its header is no text", name)
		}
	}
	h.alg = jose.SignatureAlgorithm(alg)
	if !slices.Contains(algorithms, h.alg) {
		return h, nil, errors.New("its algorithm is not in our list")
	}
	// Keys come from the provider alone. Extensions ("crit") change what a signature
	// says, and we know none.
	for _, name := range []string{"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc"} {
		if _, ok := fields[name]; ok {
			return h, nil, fmt.Errorf("its header has %s", name)
		}
	}
	h.typ = strings.TrimPrefix(strings.ToLower(h.typ), "application/")
	if signed, err = jose.ParseSignedCompact(token, algorithms); err != nil {
		return h, nil, errors.New("it is no signed token")
	}
	return h, signed, nil
}

// payload is what we read of a token or of an answer of userinfo. What a provider may
// use in its own way is left as it is written.
type payload struct {
	Issuer    string            `json:"iss"`
	Subject   string            `json:"sub"`
	Audience  jwt.Audience      `json:"aud"`
	Expiry    *jwt.NumericDate  `json:"exp"`
	NotBefore *jwt.NumericDate  `json:"nbf"`
	IssuedAt  *jwt.NumericDate  `json:"iat"`
	ClientID  string            `json:"client_id"`
	Party     string            `json:"azp"`
	Use       string            `json:"token_use"` // Cognito: access or id
	Type      strict.RawMessage `json:"typ"`       // Keycloak: Bearer, ID, Refresh ...
	Nonce     strict.RawMessage `json:"nonce"`
	AtHash    strict.RawMessage `json:"at_hash"`
	CHash     strict.RawMessage `json:"c_hash"`
	Events    strict.RawMessage `json:"events"` // RFC 8417: it tells that something happened
	Scope     strict.RawMessage `json:"scope"`
	Scp       strict.RawMessage `json:"scp"` // Entra
	Company   string            `json:"tid"` // Entra

	Email         strict.RawMessage `json:"email"`
	EmailVerified strict.RawMessage `json:"email_verified"`
	EmailProved   strict.RawMessage `json:"xms_edov"` // Entra
	Hosted        strict.RawMessage `json:"hd"`       // Google
	Name          strict.RawMessage `json:"name"`

	Org         strict.RawMessage `json:"organization_id"`
	CognitoOrg  strict.RawMessage `json:"custom:organization_id"`
	Role        strict.RawMessage `json:"role"`
	CognitoRole strict.RawMessage `json:"custom:role"`
}

// Bearer returns who shows an access token (RFC 6750, RFC 9068). One that is not good is
// an error of kind Unknown; a provider that cannot be asked is Unavailable.
//
// Signature, issuer and times aside, a token must say that it is an access token, and one
// for us: by "token_use" and "client_id" (Cognito); or by an "aud" that is ours, together
// with the type "at+jwt", a scope, or an audience that is not the client id. An ID token
// says nothing of the kind.
func (p *Provider) Bearer(ctx context.Context, token string) (projectr.Claims, error) {
	m, err := p.metadata(ctx)
	if err != nil {
		return projectr.Claims{}, err
	}
	h, body, err := p.open(ctx, token)
	var not errSigned
	switch {
	case errors.As(err, &not):
		return projectr.Claims{}, refused(not.Error())
	case err != nil:
		return projectr.Claims{}, silent(err)
	}
	var t payload
	if err := strict.Unmarshal(body, &t); err != nil {
		return projectr.Claims{}, refused("its claims are not as they must be")
	}
	why := wrongPerson(m, t)
	if why == "" {
		why = wrongTime(t, p.o.Now())
	}
	if why == "" {
		why = p.wrongUse(h, t)
	}
	if why != "" {
		return projectr.Claims{}, refused(why)
	}
	c, err := p.claims(t)
	if err != nil {
		return projectr.Claims{}, refused(err.Error())
	}
	return c, p.admits(c)
}

// wrongPerson says what is wrong with whom a token is of, or nothing.
func wrongPerson(m metadata, t payload) string {
	switch {
	case !issues(m.issuer, t.Issuer, t.Company):
		return "it is of another issuer"
	case t.Subject == "" || len(t.Subject) > maxID || !projectr.IsLine(t.Subject, maxID):
		return "its subject is none"
	}
	return ""
}

// wrongTime says why this is not a token's time, or nothing.
func wrongTime(t payload, now time.Time) string {
	switch {
	case t.Expiry == nil:
		return "it never expires"
	case !now.Before(t.Expiry.Time().Add(skew)):
		return "it has expired"
	case t.NotBefore != nil && now.Add(skew).Before(t.NotBefore.Time()):
		return "its time has not come"
	case t.IssuedAt == nil:
		return "it does not say when it was issued"
	case now.Add(skew).Before(t.IssuedAt.Time()):
		return "it is issued in the future"
	case !t.IssuedAt.Time().Before(t.Expiry.Time()):
		return "it has expired before it was issued"
	}
	return ""
}

// wrongUse says why a token is no access token for us, or nothing.
func (p *Provider) wrongUse(h header, t payload) string {
	typed := h.typ == "at+jwt"
	if !typed && h.typ != "" && h.typ != "jwt" {
		return "its type is of another use"
	}
	if t.Nonce != nil || t.AtHash != nil || t.CHash != nil {
		return "it is an ID token"
	}
	if t.Events != nil {
		return "it tells of an event"
	}
	if kind, ok := text(t.Type); t.Type != nil && (!ok || !strings.EqualFold(kind, "Bearer")) {
		return "its type is of another use"
	}
	audience := p.o.Audience
	if audience == "" {
		audience = p.o.ClientID
	}
	if len(t.Audience) > 0 && !t.Audience.Contains(audience) {
		return "it is for another audience"
	}
	if t.Use != "" { // as Cognito does it, where "aud" is rare
		switch {
		case t.Use != "access":
			return "it is no access token"
		case t.ClientID != p.o.ClientID:
			return "it is for another client"
		}
		return ""
	}
	switch {
	case len(t.Audience) == 0:
		return "it is for no audience"
	case !typed && audience == p.o.ClientID && t.Scope == nil && t.Scp == nil:
		return "it does not say that it is an access token"
	}
	return ""
}

// claims returns what a checked token says of a person.
func (p *Provider) claims(t payload) (projectr.Claims, error) {
	c := projectr.Claims{Issuer: t.Issuer, Subject: t.Subject}
	if name, ok := text(t.Name); ok {
		if name = strings.TrimSpace(name); projectr.IsLine(name, 200) {
			c.Name = name
		}
	}
	if email, ok := text(t.Email); ok {
		c.Email = address(email)
	}
	c.Verified = c.Email != "" && p.proved(c.Email, t)
	if !slices.Contains(p.o.ClaimsFrom, t.Issuer) {
		return c, nil
	}
	org, err := either(t.Org, t.CognitoOrg)
	if err != nil {
		return c, err
	}
	role, err := either(t.Role, t.CognitoRole)
	if err != nil {
		return c, err
	}
	switch r := projectr.Role(role); {
	case org == "" || role == "": // one says nothing without the other
	case !projectr.IsLine(org, 100):
		return c, errors.New("its organisation is none")
	case r != projectr.Admin && r != projectr.Viewer:
		return c, errors.New("its role is none")
	default:
		c.Org, c.Role = org, r
	}
	return c, nil
}

// proved reports whether the provider has proved whose an address is.
func (p *Provider) proved(email string, t payload) bool {
	if p.o.ProvesAddresses || truth(t.EmailProved) {
		return true
	}
	if !truth(t.EmailVerified) {
		return false
	}
	// Google vouches for addresses of its own and of companies it hosts; others it has
	// only once sent a mail to.
	hosted, _ := text(t.Hosted)
	return p.o.Issuer != "https://accounts.google.com" || strings.HasSuffix(email, "@gmail.com") || hosted != ""
}

// admits says, as an error of kind Forbidden, that the owner of this address may not
// sign on. Who has none to show is not kept out: an access token seldom has one.
func (p *Provider) admits(c projectr.Claims) error {
	if len(p.o.Domains) == 0 || c.Email == "" {
		return nil
	}
	_, domain, _ := strings.Cut(c.Email, "@")
	if c.Verified && slices.Contains(p.o.Domains, domain) {
		return nil
	}
	return errDomain
}

var errDomain = &projectr.Error{Kind: projectr.Forbidden, Message: "Only proved addresses of the company may sign in here, and this is none. Ask your administrator."}

// address returns an e-mail address in lower case, or nothing where it is none. A letter
// that is not ASCII and becomes ASCII in lower case, as the Kelvin sign, makes it none:
// it would be somebody else's.
func address(s string) string {
	folds := func(r rune) bool { return r > unicode.MaxASCII && unicode.ToLower(r) <= unicode.MaxASCII }
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || !projectr.IsLine(s, 254) || strings.Count(s, "@") != 1 || strings.ContainsFunc(s, folds) {
		return ""
	}
	return strings.ToLower(s)
}

// text returns a JSON string.
func text(raw strict.RawMessage) (string, bool) {
	var s *string
	if raw == nil || strict.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

// truth reports whether a claim says yes; some providers say it as text or as a number.
func truth(raw strict.RawMessage) bool {
	switch strings.TrimSpace(string(raw)) {
	case "true", `"true"`, "1", `"1"`:
		return true
	}
	return false
}

// either returns what two claims of the same meaning say. Two that contradict each other
// are an error, and so is one that is no text.
func either(a, b strict.RawMessage) (string, error) {
	var said string
	for _, raw := range []strict.RawMessage{a, b} {
		if raw == nil {
			continue
		}
		s, ok := text(raw)
		if !ok || said != "" && s != said {
			return "", errors.New("its claims of organisation and role are not as they must be")
		}
		said = s
	}
	return said, nil
}
