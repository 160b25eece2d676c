package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"

	sdk "github.com/coreos/go-oidc/v3/oidc"
	strict "github.com/go-jose/go-jose/v4/json"
	"golang.org/x/oauth2"

	"projectr"
)

// Start returns where a browser is sent to sign on, by the authorization code flow with
// PKCE (RFC 6749, 4.1; RFC 7636). The caller ties the trip to that one browser.
func (p *Provider) Start(ctx context.Context) (projectr.SignOnTrip, error) {
	var t projectr.SignOnTrip
	m, err := p.metadata(ctx)
	if err != nil {
		return t, err
	}
	for _, secret := range []*string{&t.State, &t.Nonce, &t.Verifier} {
		if *secret, err = p.random(); err != nil {
			return projectr.SignOnTrip{}, err
		}
	}
	t.URL = p.flow(m).AuthCodeURL(t.State, sdk.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier))
	return t, nil
}

func (p *Provider) flow(m metadata) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.o.ClientID, ClientSecret: p.o.ClientSecret, Endpoint: m.endpoint, RedirectURL: p.o.RedirectURL,
		Scopes: []string{sdk.ScopeOpenID, sdk.ScopeProfile, sdk.ScopeEmail},
	}
}

// Finish returns who has signed on, from what the browser brought back and the trip that
// was remembered, which must not be used again whatever comes of it. A sign-on that is
// not proved is an error of kind Unknown, an address that may not sign on here is
// Forbidden, and a provider that gives no answer is Unavailable.
func (p *Provider) Finish(ctx context.Context, t projectr.SignOnTrip, r projectr.SignOnReturn) (projectr.Claims, error) {
	var none projectr.Claims
	if t.State == "" || subtle.ConstantTimeCompare([]byte(t.State), []byte(r.State)) != 1 {
		return none, unproved("the state is not the one that was sent")
	}
	m, err := p.metadata(ctx)
	if err != nil {
		return none, err
	}
	// A browser that talked with two providers may be mixed up about whose answer this
	// is (RFC 9207).
	if r.Issuer != m.issuer && (r.Issuer != "" || m.saysIss) {
		return none, unproved("the answer is of another issuer")
	}
	switch {
	case r.Error == "access_denied":
		return none, &projectr.Error{Kind: projectr.Unknown, Message: "You were not signed in at the provider. Begin again when you want to."}
	case r.Error == "temporarily_unavailable" || r.Error == "server_error":
		return none, silent(errors.New("the provider sent the browser back with an error of its own"))
	case r.Error != "" || r.Code == "":
		return none, unproved("the provider sent no code")
	}
	token, err := p.flow(m).Exchange(sdk.ClientContext(ctx, p.client), r.Code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return none, exchangeFault(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.idToken(ctx, m, raw, token.AccessToken, t.Nonce)
	if err != nil {
		return none, err
	}
	if id.Email == nil && m.userInfo != "" {
		// Some providers say no more in an ID token than who it is.
		var more payload
		if err := p.read(ctx, m.userInfo, token.AccessToken, &more); err != nil {
			return none, silent(brief(err))
		}
		if more.Subject != id.Subject {
			return none, unproved("userinfo is of somebody else")
		}
		id.Email, id.EmailVerified, id.EmailProved, id.Hosted = more.Email, more.EmailVerified, more.EmailProved, more.Hosted
		if id.Name == nil {
			id.Name = more.Name
		}
	}
	c, err := p.claims(id)
	if err != nil {
		return none, unproved(err.Error())
	}
	if c.Email == "" && len(p.o.Domains) > 0 {
		return none, errDomain
	}
	return c, p.admits(c)
}

// exchangeFault tells what the person may change from what the operator must, and keeps
// what the provider wrote out of it.
func exchangeFault(err error) error {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) || answer.Response == nil {
		return silent(errors.New("no answer from the token endpoint"))
	}
	switch {
	case answer.ErrorCode == "invalid_grant":
		return unproved("the code is used, expired or not ours")
	case answer.ErrorCode == "invalid_client" || answer.ErrorCode == "unauthorized_client" || answer.Response.StatusCode == http.StatusUnauthorized:
		return &projectr.Error{Kind: projectr.Unavailable, Message: "The sign-in provider does not accept Projectr's client id and secret. The operator has to correct them.", Err: errors.New("token endpoint: " + answer.Response.Status)}
	}
	return silent(errors.New("token endpoint: " + answer.Response.Status))
}

// idToken returns what a checked ID token says (OpenID Connect Core, 3.1.3.7).
func (p *Provider) idToken(ctx context.Context, m metadata, raw, access, nonce string) (payload, error) {
	var t payload
	h, body, err := p.open(ctx, raw)
	var not errSigned
	switch {
	case errors.As(err, &not):
		return t, unproved(not.Error())
	case err != nil:
		return t, silent(err)
	case h.typ != "" && h.typ != "jwt":
		return t, unproved("its type is of another use")
	}
	checker := sdk.NewVerifier(m.issuer, opened(body), &sdk.Config{
		ClientID: p.o.ClientID, SupportedSigningAlgs: []string{sdk.RS256, sdk.ES256}, Now: p.o.Now,
		SkipIssuerCheck: true, // wrongPerson knows the forms of issuers
		SkipExpiryCheck: true, // wrongTime knows how clocks may differ
	})
	checked, err := checker.Verify(ctx, raw)
	if err != nil {
		return t, unproved("the ID token is not for us")
	}
	if strict.Unmarshal(body, &t) != nil {
		return t, unproved("its claims are not as they must be")
	}
	if t.Issuer == "accounts.google.com" && m.issuer == "https://accounts.google.com" {
		t.Issuer = m.issuer // written so in tokens of the past
	}
	why := wrongPerson(m, t)
	if why == "" {
		why = wrongTime(t, p.o.Now())
	}
	switch {
	case why != "":
	case subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(nonce)) != 1 || nonce == "":
		why = "its nonce is not the one that was sent"
	case t.Party != "" && t.Party != p.o.ClientID, t.Party == "" && len(t.Audience) > 1:
		why = "it was issued to another client"
	case t.Use != "" && t.Use != "id":
		why = "it is no ID token"
	case p.o.Now().Sub(t.IssuedAt.Time()) > fresh:
		why = "it was issued before this sign-on"
	case checked.AccessTokenHash != "" && checked.VerifyAccessToken(access) != nil:
		why = "the access token is not the one it was issued with"
	}
	if why != "" {
		return t, unproved(why)
	}
	return t, nil
}
