package api

import (
	"context"
	"net/http"
	"time"

	"projectr"
	"projectr/account"
)

// How people sign on at an OpenID Connect provider. The page that asks gets the address
// to go to, and a cookie that only this browser has; the page the browser comes back to
// sends what it brought, and what was done is done by that, not by following a link.

// The cookie of a browser that is on its way to the provider and back.
const (
	hostTrip  = "__Host-projectr-trip"
	plainTrip = "projectr-trip"
)

// tripCookies keep the secret of a trip in the browser; for an empty one they take it
// away. They go with no request that begins at another site.
func (s *server) tripCookies(secret string) []http.Cookie {
	list := cookiesOf(s.named(hostTrip, plainTrip), secret, account.TripLife)
	for i := range list {
		list[i].SameSite = http.SameSiteStrictMode
	}
	return list
}

// errNoProvider is what is answered where no provider is set up.
var errNoProvider = &projectr.Error{Kind: projectr.NotFound, Message: "No sign-in provider is set up here. Sign in with your password or a link."}

// because keeps why a provider's word was not believed for the log: whoever showed it
// learns nothing.
func because(ctx context.Context, err error) {
	if err != nil && projectr.KindOf(err) == projectr.Unknown {
		traceOf(ctx).doubt = err
	}
}

// SignOnTrip is where a browser goes to sign on.
type SignOnTrip struct {
	URL string `json:"url" doc:"Of the provider. Go there with this browser within ten minutes."`
}

type tripOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie" doc:"By which this browser is known when it is back."`
	Body      SignOnTrip
}

type startSignOnIn struct {
	Body struct {
		Invitation string `json:"invitation,omitempty" maxLength:"200" doc:"The token of an invitation that is accepted with it."`
	} `nameHint:"SignOnStart"`
}

func startSignOn(ctx context.Context, v Visitor, in startSignOnIn) (tripOut, error) {
	if v.signOn == nil {
		return tripOut{}, errNoProvider
	}
	traceOf(ctx).idle = true // nobody is signed in yet
	url, browser, err := v.signOn.Start(ctx, in.Body.Invitation, v.From)
	return tripOut{SetCookie: v.trips(browser), Body: SignOnTrip{URL: url}}, err
}

// signOnReturn is what a browser brings back in the address of the page.
type signOnReturn struct {
	Code   string `json:"code,omitempty" maxLength:"8000"`
	State  string `json:"state" maxLength:"200"`
	Issuer string `json:"iss,omitempty" maxLength:"500" doc:"RFC 9207, where the provider sends it."`
	Error  string `json:"error,omitempty" maxLength:"100" doc:"Why there is no code (RFC 6749, 4.1.2.1)."`
}

type returnIn struct {
	Body signOnReturn `nameHint:"SignOnReturn"`
}

func (in returnIn) back() projectr.SignOnReturn { return projectr.SignOnReturn(in.Body) }

func signOn(ctx context.Context, v Visitor, in returnIn) (signedInOut[Me], error) {
	if v.signOn == nil {
		return signedInOut[Me]{}, errNoProvider
	}
	s, err := v.signOn.Finish(ctx, v.Trip, in.back(), v.visit())
	if because(ctx, err); err != nil {
		return signedInOut[Me]{}, err
	}
	out, err := v.begun(ctx, s)
	out.SetCookie = append(out.SetCookie, v.trips("")...)
	return out, err
}

// OwnIdentity is an account at a sign-in provider that signs a person in, as they see it.
type OwnIdentity struct {
	Issuer    string    `json:"issuer" doc:"The provider."`
	Email     string    `json:"email" doc:"As the provider last said it; may be empty."`
	CreatedAt time.Time `json:"created_at" doc:"Since when it is connected."`
	SeenAt    time.Time `json:"seen_at" doc:"When it was last used."`
}

type identitiesOut struct{ Body List[OwnIdentity] }

func listIdentities(ctx context.Context, v Visitor, _ struct{}) (identitiesOut, error) {
	list, err := v.accounts.Identities(ctx, v.Who)
	out := List[OwnIdentity]{Items: []OwnIdentity{}}
	for _, x := range list {
		out.Items = append(out.Items, OwnIdentity{Issuer: x.Issuer, Email: x.Email, CreatedAt: x.CreatedAt, SeenAt: x.SeenAt})
	}
	return identitiesOut{out}, err
}

func startConnect(ctx context.Context, v Visitor, _ struct{}) (tripOut, error) {
	if v.signOn == nil {
		return tripOut{}, errNoProvider
	}
	traceOf(ctx).idle = true // nothing is connected yet
	url, browser, err := v.signOn.StartConnect(ctx, v.Who)
	return tripOut{SetCookie: v.trips(browser), Body: SignOnTrip{URL: url}}, err
}

type connectedOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie" doc:"The browser is back."`
}

func connect(ctx context.Context, v Visitor, in returnIn) (connectedOut, error) {
	if v.signOn == nil {
		return connectedOut{}, errNoProvider
	}
	err := v.signOn.Connect(ctx, v.Who, v.Trip, in.back())
	if err != nil {
		because(ctx, err)
		return connectedOut{}, err
	}
	return connectedOut{v.trips("")}, nil
}

func disconnect(ctx context.Context, v Visitor, _ struct{}) (nothing, error) {
	return nothing{}, v.accounts.Disconnect(ctx, v.Who)
}
