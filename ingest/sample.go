package ingest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

// sampleAt is the domain that the people of the sample write from. Nobody can have it
// (RFC 2606), so no mail of a person is taken for the sample's.
const sampleAt = "sample.example"

// SendSample puts a made-up mail on the road of an organisation, as if somebody who
// belongs to it had forwarded it: it is let in, filed and read like any other, and says
// in its subject and its author's name that it is a sample. One that is there already
// is a Conflict.
func (p *Pipeline) SendSample(ctx context.Context, org store.Org, by projectr.User) error {
	i, err := org.Info(ctx)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s@%s", i.ID, sampleAt)
	known, err := org.ThreadOf(ctx, []string{id})
	switch {
	case err == nil && known.ID != "":
		return &projectr.Error{Kind: projectr.Conflict, Message: "The sample is here already. Look for it in Review, or on its project."}
	case err != nil && projectr.KindOf(err) != projectr.NotFound:
		return err
	}
	zone, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		zone = time.UTC // as everywhere where this machine does not know the zone
	}
	to := i.Address + "@" + p.MailDomain
	now := p.Now()
	// The day alone is in the mail: asked for twice before the first one is filed, it is
	// the same to the byte, and counts once.
	day := now.In(zone)
	day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	env := projectr.Envelope{
		From: by.Email, To: []string{to}, ReceivedAt: now,
		Verdict: &projectr.Authentication{Result: projectr.AuthPass, SPF: "pass", Domain: sampleAt, Note: "Projectr wrote it: it is the sample that was asked for."},
	}
	return p.Accept(ctx, env, strings.NewReader(sample(id, to, day)))
}

// sample writes the mail of one day.
func sample(id, to string, day time.Time) string {
	// The deadlines are Fridays and Wednesdays ahead, whenever it is read.
	next := func(w time.Weekday, from time.Time) time.Time {
		return from.AddDate(0, 0, (int(w-from.Weekday())+6)%7+1)
	}
	drawing := next(time.Friday, day.AddDate(0, 0, 3))
	before, after := next(time.Friday, drawing), next(time.Wednesday, next(time.Friday, drawing))
	const long = "January 2"
	text := fmt.Sprintf(`Project: Harrow Point Medical

We agreed to shift the RTU-3 curb 14 inches north.

Roof dry-in moves from %s to %s because of this.

Tao, please send the revised curb drawing by %s.

We price the extra curb steel at $2,400.

Marcus Teel
Teel Roofing

`, before.Format(long), after.Format(long), drawing.Format("Monday, "+long))
	header := []string{
		"From: \"Marcus Teel (sample)\" <marcus.teel@" + sampleAt + ">",
		"To: <" + to + ">",
		"Cc: \"Lena Farrow (sample)\" <lena.farrow@" + sampleAt + ">",
		"Subject: Sample: RTU-3 curb conflict, job HP-2217",
		"Date: " + day.Format(time.RFC1123Z),
		"Message-ID: <" + id + ">",
		"MIME-Version: 1.0",
		`Content-Type: text/plain; charset="utf-8"`,
		"Content-Transfer-Encoding: 7bit",
	}
	return strings.Join(header, "\r\n") + "\r\n\r\n" + strings.ReplaceAll(text, "\n", "\r\n")
}
