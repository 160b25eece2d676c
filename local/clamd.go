package local

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"projectr"
)

// Clamd asks a clamd, ClamAV's daemon, whether files carry a virus (clamd(8),
// command INSTREAM).
type Clamd struct {
	Address string        // unix:/run/clamav/clamd.ctl, or tcp:127.0.0.1:3310
	Timeout time.Duration // for one file; 2 minutes if not set
}

const (
	clamdTime  = 2 * time.Minute
	clamdChunk = 64 << 10
	clamdReply = 4 << 10 // what is read of an answer
)

// Scan sends all of r and returns the name of the virus that was found in it;
// empty means that none was. A file beyond the daemon's StreamMaxLength is an
// error of kind OverLimit: it was not scanned. No daemon, no answer and any
// other answer are Unavailable: ask again later. An error of r is returned as
// it is.
func (c Clamd) Scan(ctx context.Context, r io.Reader) (virus string, err error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = clamdTime
	}
	limited, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	network, address, ok := strings.Cut(c.Address, ":")
	if !ok || network != "unix" && network != "tcp" {
		return "", unscanned(errors.New("not an address: " + c.Address))
	}
	var d net.Dialer
	conn, err := d.DialContext(limited, network, address)
	if err != nil {
		return "", unscanned(err)
	}
	defer conn.Close()
	defer context.AfterFunc(limited, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	src := &source{ctx: limited, r: r}
	sent := instream(conn, src)
	switch {
	case src.err != nil && ctx.Err() != nil:
		return "", ctx.Err()
	case src.err != nil && limited.Err() != nil:
		return "", unscanned(src.err)
	case src.err != nil:
		return "", src.err
	}
	// A daemon that has enough says why and hangs up: its answer counts, not
	// what became of the sending.
	answer, err := io.ReadAll(io.LimitReader(conn, clamdReply))
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	virus, known := scanned(answer)
	switch {
	case errors.Is(known, errTooLargeToScan):
		return "", known
	case known != nil:
		return "", unscanned(errors.Join(known, sent, err))
	case virus == "" && sent != nil: // an OK to half a file is none
		return "", unscanned(sent)
	}
	return virus, nil
}

// instream sends a file in pieces, each with its length before it; one of
// length zero is the end.
func instream(conn io.Writer, r io.Reader) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return err
	}
	piece := make([]byte, 4+clamdChunk)
	for {
		n, err := r.Read(piece[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(piece, uint32(n))
			if _, err := conn.Write(piece[:4+n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	_, err := conn.Write([]byte{0, 0, 0, 0})
	return err
}

var errTooLargeToScan = &projectr.Error{Kind: projectr.OverLimit, Message: "The file is too large for the virus scanner: raise StreamMaxLength in clamd.conf."}

// scanned reads an answer, which ends with a NUL.
func scanned(answer []byte) (virus string, err error) {
	line, _, whole := bytes.Cut(answer, []byte{0})
	s := strings.TrimSpace(string(line))
	if !whole {
		return "", errors.New("half an answer: " + s)
	}
	if s == "stream: OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(s, " FOUND"); ok {
		name = strings.TrimSpace(strings.TrimPrefix(name, "stream:"))
		name = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return -1
			}
			return r
		}, strings.ToValidUTF8(name, ""))
		if name != "" {
			return name, nil
		}
	}
	if strings.HasPrefix(s, "INSTREAM size limit exceeded") {
		return "", errTooLargeToScan
	}
	return "", errors.New("an answer that is none: " + s)
}

func unscanned(err error) error {
	return &projectr.Error{Kind: projectr.Unavailable, Message: "The virus scanner does not answer.", Err: err}
}
