package ingest

import (
	"context"
	"fmt"
	"io"

	"projectr"
	"projectr/message"
)

// read parses the raw bytes as they stream from the spool. A panic in the
// reader becomes an error of this one mail.
func (p *Pipeline) read(ctx context.Context, d projectr.Delivery) (msg *message.Message, err error) {
	defer p.recovered(ctx, &err)
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", d.Key, err)
	}
	defer raw.Close()
	msg, err = message.Parse(until{ctx, raw})
	if err == nil && msg.SHA256 != d.Digest {
		return nil, fmt.Errorf("ingest: %s does not hash to what was accepted", d.Key)
	}
	return msg, err
}

// until ends a read when ctx does: a mail has a time budget (I-26).
type until struct {
	ctx context.Context
	r   io.Reader
}

func (u until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}
