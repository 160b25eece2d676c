package ingest

import (
	"context"

	"projectr"
	"projectr/store"
)

// admit says whether the mail is read at all. A suspended organisation's mail
// is received and held: a limit holds a mail, it never loses one (I-11).
func (p *Pipeline) admit(ctx context.Context, org store.Org) (projectr.Verdict, error) {
	info, err := org.Info(ctx)
	if err != nil {
		return "", err
	}
	if info.Suspended {
		return projectr.HeldBack, nil
	}
	return projectr.Accepted, nil
}
