// Package oidc has people sign on at an OpenID Connect provider, such as Amazon Cognito,
// Microsoft Entra, Google or Keycloak, and reads the access tokens that programs show us
// from there.
//
// It promises that only a token is believed which this provider signed, by an algorithm
// of our list and a key of its own, for us and for this purpose, and whose time it is;
// nothing in a token says where its key is found. One call is a bounded number of
// bounded requests to the provider: no redirect is followed, and no number of tokens
// with unknown keys makes us ask for its keys more than once a minute. A provider that
// is down when we start is asked again when somebody needs it. Errors hold neither
// token, code nor secret.
//
// Start reading at Provider.Start, Provider.Finish and Provider.Bearer.
package oidc

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"projectr"
)

// Options say which provider is trusted, and with what.
type Options struct {
	Issuer       string // such as https://login.example.com/realms/acme, as the provider writes it
	ClientID     string
	ClientSecret string // empty: we are a public client
	RedirectURL  string // the page of ours to which browsers come back

	// Audience names our API in access tokens that have an audience. Empty: an access
	// token must say in another way that it is one, and for ClientID.
	Audience string
	// Domains are those of the addresses whose owners may sign on; empty: all.
	Domains []string
	// ClaimsFrom lists the issuers whose claims "organization_id" and "role" are
	// honoured. It is for providers in which people cannot change these themselves.
	ClaimsFrom []string
	// ProvesAddresses is for a provider that gives only addresses which it has proved,
	// but does not say so in "email_verified", as one organisation's own Entra.
	ProvesAddresses bool

	Now       func() time.Time
	Rand      io.Reader
	Timeout   time.Duration   // of one request; 0: 5 seconds
	Transport *http.Transport // nil: one of our own; tests bring theirs
}

// Provider is one OpenID Connect provider. It may be used by several goroutines at once.
type Provider struct {
	o      Options
	client *http.Client
	known  *cache[metadata]
	keys   *cache[[]key]
}

// New returns the provider that o names, without asking it anything. An error is
// Invalid.
func New(o Options) (*Provider, error) {
	u, err := url.Parse(o.Issuer)
	if err != nil || !secure(u) || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, invalid("The issuer of the sign-in provider must be like https://login.example.com, without a name, a password or a question mark; http is for this machine alone.")
	}
	if o.ClientID == "" {
		return nil, invalid("Signing in by a provider needs the client id that it gave us.")
	}
	if u, err := url.Parse(o.RedirectURL); err != nil || !secure(u) {
		return nil, invalid("The sign-in provider sends people back to the dashboard, whose address must be one of https, or of this machine: set PROJECTR_PUBLIC_URL.")
	}
	if _, many := anyCompany(o.Issuer); many && (o.ProvesAddresses || slices.Contains(o.ClaimsFrom, o.Issuer)) {
		return nil, invalid("At \"" + o.Issuer + "\" any company signs in: name the issuer of the one company whose addresses or claims are trusted.")
	}
	for i, d := range o.Domains {
		d = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(d)), "@")
		if d == "" || strings.ContainsAny(d, "@ /") || !ascii(d) {
			return nil, invalid("\"" + o.Domains[i] + "\" is no domain of addresses such as example.com.")
		}
		if i == 0 {
			o.Domains = slices.Clone(o.Domains)
		}
		o.Domains[i] = d
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	p := &Provider{o: o, client: client(o.Transport, o.Timeout)}
	p.known = newCache(o.Now, p.discover, 24*time.Hour, 7*24*time.Hour, 30*time.Second, 30*time.Second)
	p.keys = newCache(o.Now, p.readKeys, time.Hour, 24*time.Hour, time.Minute, 10*time.Second)
	return p, nil
}

// Ready asks the provider for what signing on needs of it, and says why it does not get
// it. Whoever signs on later does not need to have called it.
func (p *Provider) Ready(ctx context.Context) error {
	_, err := p.keys.get(ctx, func([]key) bool { return true })
	return err
}

// secure reports whether what goes to u is private on the way: by TLS, or because it
// stays on this machine.
func secure(u *url.URL) bool {
	if u.Host == "" {
		return false
	}
	a, err := netip.ParseAddr(u.Hostname())
	here := u.Hostname() == "localhost" || err == nil && a.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && here
}

// random returns 256 bits that nobody can guess.
func (p *Provider) random() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(p.o.Rand, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

func invalid(message string) error {
	return &projectr.Error{Kind: projectr.Invalid, Message: message}
}

// silent says that the provider, not the person, is why it does not go on.
func silent(cause error) error {
	return &projectr.Error{Kind: projectr.Unavailable, Message: "The sign-in provider gives no usable answer. Try again in a minute.", Err: cause}
}

// refused says that a token opens nothing. Why is for the log: whoever forged it learns
// nothing.
func refused(why string) error {
	return &projectr.Error{Kind: projectr.Unknown, Message: "This access token opens nothing: it has expired or is not meant for Projectr. Get a new one.", Err: errors.New(why)}
}

// unproved says the same of a sign-on.
func unproved(why string) error {
	return &projectr.Error{Kind: projectr.Unknown, Message: "The sign-in provider did not prove who you are. Begin again.", Err: errors.New(why)}
}
