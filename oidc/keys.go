package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// algorithms are those by which a token may be signed. All need the private half of a
// key pair: a token can never be signed with what everybody may read.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

const (
	maxKeys = 100  // of a provider; more are left out
	minRSA  = 2048 // bits (RFC 7518, 3.3)
)

// key is a public key of the provider.
type key struct {
	id     string
	alg    jose.SignatureAlgorithm
	public any    // *rsa.PublicKey or *ecdsa.PublicKey
	issuer string // Entra: whose tokens it signs; companyID may stand in it
}

// readKeys asks the provider for its keys. What is no public key for signatures by one
// of our algorithms is left out.
func (p *Provider) readKeys(ctx context.Context) ([]key, error) {
	m, err := p.metadata(ctx)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := p.read(ctx, m.keys, "", &set); err != nil {
		return nil, err
	}
	var list []key
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeys)] {
		if k, ok := readKey(raw); ok {
			list = append(list, k)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("the provider has no key that we can use")
	}
	return list, nil
}

func readKey(raw []byte) (key, bool) {
	var j jose.JSONWebKey
	var more struct {
		Issuer string   `json:"issuer"`
		Ops    []string `json:"key_ops"`
	}
	if json.Unmarshal(raw, &more) != nil || j.UnmarshalJSON(raw) != nil {
		return key{}, false
	}
	k := key{id: j.KeyID, public: j.Key, issuer: more.Issuer}
	switch pub := j.Key.(type) {
	case *rsa.PublicKey:
		k.alg = jose.RS256
		if pub.N.BitLen() < minRSA {
			return key{}, false
		}
	case *ecdsa.PublicKey:
		k.alg = jose.ES256
		if pub.Curve != elliptic.P256() {
			return key{}, false
		}
	default: // a secret one, or of a kind that we do not know
		return key{}, false
	}
	signs := (j.Use == "" || j.Use == "sig") && (more.Ops == nil || slices.Contains(more.Ops, "verify"))
	return k, signs && (j.Algorithm == "" || j.Algorithm == string(k.alg))
}

// fitting returns the keys by which a token with this header may be signed. One that
// names no key fits only where there is no choice.
func fitting(all []key, h header) []key {
	if h.kid == "" && len(all) != 1 {
		return nil
	}
	var list []key
	for _, k := range all {
		if k.alg == h.alg && (h.kid == "" || k.id == h.kid) {
			list = append(list, k)
		}
	}
	return list
}

// errSigned says that the provider has not signed a token.
type errSigned string

func (e errSigned) Error() string { return string(e) }

// open returns the header and the payload of a token that the provider has signed. An
// errSigned says that it has not, any other error that it could not be asked.
func (p *Provider) open(ctx context.Context, token string) (header, []byte, error) {
	h, signed, err := parse(token)
	if err != nil {
		return h, nil, errSigned(err.Error())
	}
	all, err := p.keys.get(ctx, func(all []key) bool { return len(fitting(all, h)) > 0 })
	if err != nil {
		return h, nil, err
	}
	for _, k := range fitting(all, h) {
		payload, err := signed.Verify(k.public)
		if err != nil {
			continue
		}
		var of struct {
			Issuer  string `json:"iss"`
			Company string `json:"tid"`
		}
		if k.issuer != "" && (json.Unmarshal(payload, &of) != nil || !issues(k.issuer, of.Issuer, of.Company)) {
			return h, nil, errSigned("the key signs tokens of another issuer")
		}
		return h, payload, nil
	}
	return h, nil, errSigned("no key of the provider has signed it")
}

// opened is the payload of a token that was opened. It tells the library so.
type opened []byte

func (o opened) VerifySignature(context.Context, string) ([]byte, error) { return o, nil }
