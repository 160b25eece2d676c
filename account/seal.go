package account

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"

	"projectr"
)

// KeySize is how many bytes Accounts.Key has.
const KeySize = 32

var errNoKey = &projectr.Error{Kind: projectr.Unavailable, Message: "One-time codes are not set up on this installation. Ask whoever runs it."}

// seal encrypts what has to be read again (AES-256-GCM, a fresh nonce first). It opens
// only with the same key and for the same purpose, so that what was sealed for one
// account is nothing in the row of another.
func (a *Accounts) seal(plain []byte, purpose string) ([]byte, error) {
	g, err := a.gcm()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, g.NonceSize())
	if _, err := io.ReadFull(a.rand, nonce); err != nil {
		return nil, fmt.Errorf("make nonce: %w", err)
	}
	return g.Seal(nonce, nonce, plain, []byte(purpose)), nil
}

var errSeal = errors.New("account: sealed with another key, or for something else")

// unseal returns what was sealed.
func (a *Accounts) unseal(sealed []byte, purpose string) ([]byte, error) {
	g, err := a.gcm()
	if err != nil {
		return nil, err
	}
	if len(sealed) < g.NonceSize() {
		return nil, errSeal
	}
	plain, err := g.Open(nil, sealed[:g.NonceSize()], sealed[g.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

func (a *Accounts) gcm() (cipher.AEAD, error) {
	if len(a.Key) != KeySize {
		return nil, errNoKey
	}
	b, err := aes.NewCipher(a.Key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}
