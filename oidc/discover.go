package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	sdk "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// metadata is what a provider says of itself (OpenID Connect Discovery 1.0).
type metadata struct {
	endpoint oauth2.Endpoint
	userInfo string
	keys     string
	issuer   string // with "{tenantid}" in it: one of many companies
	saysIss  bool   // browsers bring "iss" back (RFC 9207)
}

// discover asks the provider for its metadata.
func (p *Provider) discover(ctx context.Context) (metadata, error) {
	ctx = sdk.ClientContext(ctx, p.client)
	issuer, many := anyCompany(p.o.Issuer)
	if many {
		ctx = sdk.InsecureIssuerURLContext(ctx, issuer) // compared below
	}
	found, err := sdk.NewProvider(ctx, p.o.Issuer)
	if err != nil {
		return metadata{}, fmt.Errorf("discover the provider: %w", brief(err))
	}
	var more struct {
		Issuer  string   `json:"issuer"`
		Keys    string   `json:"jwks_uri"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
		SaysIss bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return metadata{}, fmt.Errorf("read the provider's metadata: %w", err)
	}
	if more.Issuer != issuer {
		return metadata{}, fmt.Errorf("the provider calls itself %q, not %q", more.Issuer, issuer)
	}
	m := metadata{endpoint: found.Endpoint(), userInfo: found.UserInfoEndpoint(), keys: more.Keys, issuer: issuer, saysIss: more.SaysIss}
	m.endpoint.AuthStyle = oauth2.AuthStyleInHeader // client_secret_basic is the default of the standard
	if p.o.ClientSecret == "" || slices.Contains(more.Methods, "client_secret_post") {
		m.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	for name, address := range map[string]string{"authorization_endpoint": m.endpoint.AuthURL, "token_endpoint": m.endpoint.TokenURL, "jwks_uri": m.keys} {
		if u, err := url.Parse(address); err != nil || !secure(u) {
			return metadata{}, fmt.Errorf("the provider's %s is no address of https", name)
		}
	}
	if u, err := url.Parse(m.userInfo); m.userInfo != "" && (err != nil || !secure(u)) {
		return metadata{}, errors.New("the provider's userinfo_endpoint is no address of https")
	}
	return m, nil
}

// brief keeps what a provider sends out of an error: only its first line, and not much
// of it.
func brief(err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if len(line) > 300 {
		line = strings.ToValidUTF8(line[:300], "")
	}
	return errors.New(line)
}

const companyID = "{tenantid}" // as Entra writes it

// anyCompany returns how the provider at this issuer names the issuer of its tokens, and
// whether these are of many. Entra signs people of any company on at ".../common" and
// ".../organizations", and puts the id of the company in that place of the tokens'
// issuer.
func anyCompany(issuer string) (string, bool) {
	u, err := url.Parse(issuer)
	if err != nil || !strings.HasPrefix(u.Hostname(), "login.microsoftonline.") {
		return issuer, false
	}
	for _, all := range []string{"/common/", "/organizations/"} {
		if rest, ok := strings.CutPrefix(u.Path, all); ok {
			return u.Scheme + "://" + u.Host + "/" + companyID + "/" + rest, true
		}
	}
	return issuer, false
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// issues reports whether issuer, where companyID may stand, is that of a token.
func issues(issuer, iss, company string) bool {
	if strings.Contains(issuer, companyID) {
		if !guid.MatchString(company) {
			return false
		}
		issuer = strings.ReplaceAll(issuer, companyID, company)
	}
	return issuer == iss
}

func (p *Provider) metadata(ctx context.Context) (metadata, error) {
	m, err := p.known.get(ctx, func(metadata) bool { return true })
	if err != nil {
		return m, silent(err)
	}
	return m, nil
}
