package store

import (
	"context"
	"io"

	"projectr"
)

// Blobs keeps bytes under keys that this package makes: the organisation's id
// and the SHA-256 of the bytes. Whoever holds one organisation's handle can
// name no other's key, and equal bytes of two organisations are two blobs.
type Blobs interface {
	// Put keeps all of r under key and returns when it is on stable storage,
	// the name included. What is kept under the key already stays; r is then
	// not read. An error from r means nothing is kept.
	Put(ctx context.Context, key string, r io.Reader) error
	// Open returns the bytes under key; NotFound when there are none.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Delete removes what is under key; nothing there is no error.
	Delete(ctx context.Context, key string) error
	// DeleteAll removes all that is kept of an organisation; nothing there is no
	// error. What a crash or an error cut short is done by doing it again.
	DeleteAll(ctx context.Context, org projectr.OrgID) error
}
