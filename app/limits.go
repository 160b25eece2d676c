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
	pruneEvery  = 6 * time.Hour // how often old calls are taken out of the ledger
	closeEvery  = time.Hour     // how soon admins are told that what nobody pays for closes
)

// tellOfLimits raises the alerts of each organisation that has come near a limit of its
// plan. Trouble at one keeps none of the others waiting.
func tellOfLimits(ctx context.Context, st *store.Store, log *slog.Logger) error {
	var errs []error
	for org, err := range st.EachOrg(ctx, "limits") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		raised, err := org.RaiseAlerts(ctx)
		for _, a := range raised {
			log.InfoContext(ctx, "limit is near", "org", org.ID(), "of", a.Of, "percent", a.Percent)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// resumeReadings has what waits for AI budget looked at again, as the operator may have
// changed budgets since. What there is still none for waits on.
func resumeReadings(ctx context.Context, st *store.Store) error {
	var errs []error
	for org, err := range st.EachOrg(ctx, "limits") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		_, err := org.ResumeReadings(ctx)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// warnOfClosing has organisations that nobody pays for be closed in the end, and tells their
// admins before.
func warnOfClosing(ctx context.Context, st *store.Store, log *slog.Logger) error {
	var errs []error
	for org, err := range st.EachOrg(ctx, "closing") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		letter, err := org.WarnOfClosing(ctx)
		if letter != "" && err == nil {
			log.InfoContext(ctx, "nobody pays for an organisation", "org", org.ID(), "told", letter)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// pruneLedgers takes calls out of the ledgers that are older than days days.
func pruneLedgers(ctx context.Context, st *store.Store, now time.Time, days int) error {
	day := now.UTC().AddDate(0, 0, -days).Format(time.DateOnly)
	var errs []error
	for org, err := range st.EachOrg(ctx, "prune ledger") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		_, err := org.PruneLedger(ctx, day)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
