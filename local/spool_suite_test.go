package local_test

import (
	"io"
	"testing"

	"projectr/ingest"
	"projectr/ingest/spooltest"
	"projectr/local"
)

// spoolHome is a folder with small segments, so that mails span them.
type spoolHome struct{ dir string }

func (h spoolHome) Open(t testing.TB) ingest.Spool {
	s, err := local.OpenSpool(h.dir, local.SpoolOptions{SegmentSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (spoolHome) Close(t testing.TB, s ingest.Spool) {
	if err := s.(io.Closer).Close(); err != nil {
		t.Error(err)
	}
}

func TestSpoolSuite(t *testing.T) {
	spooltest.Run(t, func(t testing.TB) spooltest.Home { return spoolHome{t.TempDir()} })
}
