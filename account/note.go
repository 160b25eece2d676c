package account

import (
	"context"
	"fmt"

	"projectr"
)

// Note adds an entry to the house's own audit log. With of, the account it is about,
// it stands in the audit log of each organisation of that account too, and an actor
// without a name gets the account's.
func (a *Accounts) Note(ctx context.Context, e projectr.AuditEntry, of projectr.UserID) error {
	if of != "" && e.Actor.Name == "" {
		u, err := a.store.User(ctx, of)
		if err != nil {
			return fmt.Errorf("look up who is noted: %w", err)
		}
		e.Actor.Name = u.Name
	}
	return a.store.Note(ctx, e, of)
}

// Rights is a number that moves on whenever somebody may have lost a right. Whoever
// keeps something open for a principal looks again when it has moved.
func (a *Accounts) Rights(ctx context.Context) (int64, error) { return a.store.Rights(ctx) }
