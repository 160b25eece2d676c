package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"projectr"
	"projectr/store"
)

const usageHelp = `
  projectr usage --org A [--month 2026-03] [--reason R]

Mails of a month and what reading them cost, by day and project; this month when
none is given. The organisation's admins see in their audit log that you looked,
and the reason.`

// usageOf is the usage of one organisation in one month.
type usageOf struct {
	Organisation projectr.OrgID `json:"organisation_id"`
	Month        string         `json:"month"`
	projectr.Usage
}

func (p *program) usage(ctx context.Context, args []string) error {
	var month string
	args = append([]string{"show", "--reason", "usage"}, args...) // as if they were given: other commands begin with a word
	return p.inOrg(ctx, "usage", args, map[string]*string{"month": &month}, func(_ *home, org store.Org, words []string, _ string) error {
		if len(words) > 1 {
			return usagef("usage takes flags only. Run `projectr help usage`.")
		}
		u, err := usageIn(ctx, org, month, p.now())
		if err != nil {
			return err
		}
		return p.print(u, func(w io.Writer) {
			fmt.Fprintf(w, "DAY\tMAILS\tCOST\n")
			for _, d := range u.Days {
				fmt.Fprintf(w, "%s\t%d\t%s\n", d.Day, d.Emails, inDollars(d.CostMicro))
			}
			fmt.Fprintf(w, "%s\t%d\t%s\n", u.Month, u.Emails, inDollars(u.CostMicro))
			if len(u.Projects) > 0 {
				fmt.Fprintf(w, "\nPROJECT\tMAILS\n")
			}
			for _, j := range u.Projects {
				fmt.Fprintf(w, "%s\t%d\n", j.Name, j.Emails)
			}
		})
	})
}

// usageIn is the usage of a month (YYYY-MM), empty: of the one that is now where
// the organisation is.
func usageIn(ctx context.Context, org store.Org, month string, now time.Time) (usageOf, error) {
	info, err := org.Info(ctx)
	if err != nil {
		return usageOf{}, err
	}
	if month == "" {
		if z, err := time.LoadLocation(info.TimeZone); err == nil {
			now = now.In(z)
		}
		month = now.Format("2006-01")
	}
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return usageOf{}, usagef("--month is a month such as 2026-03, not %q.", month)
	}
	u, err := org.Usage(ctx, first.Format(time.DateOnly), first.AddDate(0, 1, -1).Format(time.DateOnly))
	return usageOf{info.ID, month, u}, err
}

// inDollars writes micro-USD as dollars, with cents at least.
func inDollars(micro int64) string {
	sign := ""
	if micro < 0 {
		sign, micro = "-", -micro
	}
	s := fmt.Sprintf("%s$%d.%06d", sign, micro/1_000_000, micro%1_000_000)
	for n := 0; n < 4 && s[len(s)-1] == '0'; n++ {
		s = s[:len(s)-1]
	}
	return s
}
