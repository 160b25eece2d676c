package account

import (
	"context"
	"fmt"

	"projectr"
)

// UntoldUse is use that the payment provider is not told of yet, and why.
type UntoldUse struct {
	Org          projectr.OrgID `json:"organisation_id"`
	Organisation string         `json:"organisation"`
	projectr.UseEntry
}

// PaidTwice is an organisation that has more than one subscription that goes on.
type PaidTwice struct {
	Org          projectr.OrgID `json:"organisation_id"`
	Organisation string         `json:"organisation"`
	Others       int            `json:"others" doc:"How many beside the one that counts."`
}

// Payments returns what of payments asks for an operator: the use that the payment provider
// is not told of, the stuck entries of an organisation first, and who pays twice.
func (a *Accounts) Payments(ctx context.Context) ([]UntoldUse, []PaidTwice, error) {
	untold, twice := []UntoldUse{}, []PaidTwice{}
	for o, err := range a.store.EachOrg(ctx, "payments") {
		if err != nil {
			return nil, nil, fmt.Errorf("list organisations: %w", err)
		}
		var all []projectr.UseEntry
		for _, is := range []projectr.UseState{projectr.UseStuck, projectr.UseWaits} {
			l, err := o.Outbox(ctx, is)
			if err != nil {
				return nil, nil, fmt.Errorf("read the outbox of %s: %w", o.ID(), err)
			}
			all = append(all, l...)
		}
		s, err := o.Subscription(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("read the subscription of %s: %w", o.ID(), err)
		}
		if len(all) == 0 && s.Others == 0 {
			continue
		}
		i, err := o.Info(ctx)
		if projectr.KindOf(err) == projectr.NotFound && err != nil {
			continue // deleted since the list was read
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read organisation: %w", err)
		}
		for _, e := range all {
			untold = append(untold, UntoldUse{i.ID, i.Name, e})
		}
		if s.Others > 0 {
			twice = append(twice, PaidTwice{i.ID, i.Name, s.Others})
		}
	}
	return untold, twice, nil
}

// RetryUse has a stuck entry of use be told anew. Who asks for it has looked that the payment
// provider has not counted it; a recent proof of who they are is asked for.
func (a *Accounts) RetryUse(ctx context.Context, p Principal, org, entry string) error {
	if err := a.Recent(p); err != nil {
		return err
	}
	o, err := a.store.ByOperator(ctx, p.User.ID, org, "Use is told to the payment provider again.")
	if err != nil {
		return err
	}
	return o.RetryUse(ctx, entry)
}
