package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"projectr/store"
)

const (
	limitsEvery = time.Minute   // how soon admins are told that a limit is near
	pruneEvery  = 6 * time.Hour // how often old calls are taken out of the ledger, and what is old of payments
	closeEvery  = time.Hour     // how soon admins are told that what nobody pays for closes
	remindEvery = time.Hour     // how soon admins are told of payments that no event told of
)

// eachOrg does a job at each organisation. Trouble at one keeps none of the others waiting.
func eachOrg(ctx context.Context, st *store.Store, job string, do func(store.Org) error) error {
	var errs []error
	for org, err := range st.EachOrg(ctx, job) {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, do(org))
	}
	return errors.Join(errs...)
}

// tellOfLimits raises the alerts of each organisation that has come near a limit of its
// plan.
func tellOfLimits(ctx context.Context, st *store.Store, log *slog.Logger) error {
	return eachOrg(ctx, st, "limits", func(org store.Org) error {
		raised, err := org.RaiseAlerts(ctx)
		for _, a := range raised {
			log.InfoContext(ctx, "limit is near", "org", org.ID(), "of", a.Of, "percent", a.Percent)
		}
		return err
	})
}

// resumeReadings has what waits for AI budget looked at again, as the operator may have
// changed budgets since. What there is still none for waits on.
func resumeReadings(ctx context.Context, st *store.Store) error {
	return eachOrg(ctx, st, "limits", func(org store.Org) error {
		_, err := org.ResumeReadings(ctx)
		return err
	})
}

// warnOfClosing has organisations that nobody pays for be closed in the end, and tells their
// admins before.
func warnOfClosing(ctx context.Context, st *store.Store, log *slog.Logger) error {
	return eachOrg(ctx, st, "closing", func(org store.Org) error {
		letter, err := org.WarnOfClosing(ctx)
		if letter != "" && err == nil {
			log.InfoContext(ctx, "nobody pays for an organisation", "org", org.ID(), "told", letter)
		}
		return err
	})
}

// pruneLedgers takes calls out of the ledgers that are older than days days, and what was
// kept of payments that is not needed any more.
func pruneLedgers(ctx context.Context, st *store.Store, now time.Time, days int) error {
	day := now.UTC().AddDate(0, 0, -days).Format(time.DateOnly)
	return eachOrg(ctx, st, "prune ledger", func(org store.Org) error {
		_, err := org.PruneLedger(ctx, day)
		_, errPaid := org.PrunePayments(ctx)
		return errors.Join(err, errPaid)
	})
}
