package account

import (
	"context"

	"projectr"
)

// Identity is the accounts that people have at a sign-in provider which is ours to
// manage. A subject is the provider's name of an account, as its tokens say it. An
// account that is not there is an error of kind NotFound, but for Delete.
type Identity interface {
	// Create makes an account with the address and the name of u, whose address counts
	// as proved, and returns its subject. The provider mails how to sign in for the
	// first time. An address that has an account is a Conflict.
	Create(ctx context.Context, u projectr.User) (subject string, err error)
	// Update gives an account the address and the name of u.
	Update(ctx context.Context, subject string, u projectr.User) error
	// Disable closes an account and ends its sessions at the provider.
	Disable(ctx context.Context, subject string) error
	// Enable opens a closed account again.
	Enable(ctx context.Context, subject string) error
	// Delete removes an account. One that is gone already is no error.
	Delete(ctx context.Context, subject string) error
	// Reset makes the password of an account void, ends its sessions at the provider and
	// has the provider mail how to set a new one.
	Reset(ctx context.Context, subject string) error
}
