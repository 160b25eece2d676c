package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"projectr"
)

// stillMay is how long a right that was looked up counts for what a stream
// tells.
const stillMay = time.Second

// watch tells a page of changes as they happen, as server-sent events: ids
// only, what changed is asked for by the ordinary routes. When anybody lost a right,
// at each heartbeat, and before a change is told, it looks again whether the session,
// the membership and the role still hold, and ends when they do not; changes that
// follow each other within a second ask once. A page that was cut off connects again by itself and
// then asks for what it shows, so nothing needs to be replayed.
func watch(ctx context.Context, c Caller, _ OrgIn) (writeTo, error) {
	who := string(c.User.ID)
	if !c.Site.streams.add(who) {
		return nil, &projectr.Error{Kind: projectr.TooMany, Message: "Too many pages are open at once. Close some, or reload now and then."}
	}
	return func(ctx context.Context, w http.ResponseWriter) error {
		defer c.Site.streams.done(who)
		changes, stop := c.Org.Watch()
		defer stop()
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("X-Accel-Buffering", "no") // nginx would keep it back
		out := http.NewResponseController(w)
		send := func(format string, args ...any) error {
			if _, err := fmt.Fprintf(w, format, args...); err != nil {
				return err
			}
			return out.Flush()
		}
		// A server's time limit for reading a request must not end the stream.
		if err := out.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		if err := send("retry: 3000\n\n"); err != nil {
			return err
		}
		asked := c.Site.Now() // the door has just let it in
		may := func() bool {
			asked = c.Site.Now()
			return c.again(ctx) == nil // else signed out, taken out, or the store is not there: the page asks and learns which
		}
		beat := time.NewTicker(c.Site.heartbeat)
		defer beat.Stop()
		look := time.NewTicker(stillMay)
		defer look.Stop()
		seen := int64(-1) // a right may have gone since the door: look once
		for {
			var err error
			select {
			case <-ctx.Done():
				return nil
			case <-c.Site.closing:
				return nil
			case ch := <-changes:
				if c.Site.Now().Sub(asked) >= stillMay && !may() {
					return nil
				}
				var b []byte
				if b, err = json.Marshal(ch); err == nil {
					err = send("event: change\ndata: %s\n\n", b)
				}
			case <-look.C:
				now, e := c.Site.rights.now(ctx)
				if e != nil || now == seen {
					continue // what cannot be read now is read in a second, or the next heartbeat ends it
				}
				if seen = now; !may() {
					return nil
				}
			case <-beat.C:
				if !may() {
					return nil
				}
				err = send(": here\n\n")
			}
			if err != nil {
				return nil // the page is gone
			}
		}
	}, nil
}

// rights knows the number that moves when anybody may have lost a right, and reads it
// a few times a second at most, however many streams ask.
type rights struct {
	read  func(context.Context) (int64, error)
	clock func() time.Time

	mu sync.Mutex
	at time.Time
	n  int64
}

// now returns the number as it was half a second ago or later.
func (r *rights) now(ctx context.Context) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.clock(); r.at.IsZero() || t.Sub(r.at) >= stillMay/2 {
		n, err := r.read(ctx)
		if err != nil {
			return 0, err
		}
		r.n, r.at = n, t
	}
	return r.n, nil
}
