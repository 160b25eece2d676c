package projectr

// Claims are what an OpenID Connect provider says of a person or a program that it
// knows. They are made only of a token whose signature, issuer, audience and times were
// checked.
//
// Issuer and Subject together are the person (OpenID Connect Core, 5.7). An address is
// not: providers give it to somebody else when its owner leaves.
type Claims struct {
	Issuer   string
	Subject  string
	Email    string // in lower case; empty: the provider told none that is one
	Verified bool   // the provider says that the address was proved to be theirs
	Name     string // one line, as people write it; may be empty

	// Org (id or mail-in name) and Role are set only where the operator trusts this
	// issuer to say who belongs to which organisation, and then both are.
	Org  string
	Role Role
}

// SignOnTrip is a browser's way to a provider and back. All but URL is remembered until
// it is back, and is a secret until then.
type SignOnTrip struct {
	URL      string `json:"-"`        // where the browser is sent
	State    string `json:"state"`    // comes back with the browser
	Nonce    string `json:"nonce"`    // comes back in the ID token
	Verifier string `json:"verifier"` // of PKCE (RFC 7636); goes from us to the provider
}

// SignOnReturn is what a browser brings back from a provider: a code, or why there is
// none.
type SignOnReturn struct {
	Code   string
	State  string
	Issuer string // RFC 9207; empty where the provider sends none
	Error  string // such as access_denied (RFC 6749, 4.1.2.1)
}
