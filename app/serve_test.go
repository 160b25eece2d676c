package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"projectr/extract"
	"projectr/ingest"
	"projectr/local"
)

// logged is a log that a test reads while it is written.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// running is an installation that is being served.
type running struct {
	Doors
	log  *logged
	stop func() error // tells it to stop and waits for it
	tell func()       // tells it to stop
}

// listening opens the doors that these settings name.
func listening(t *testing.T, client *http.Client, log *slog.Logger, settings ...string) (Config, Doors) {
	t.Helper()
	c, err := Load(append([]string{"PROJECTR_HTTP_LISTEN=127.0.0.1:0", "PROJECTR_SMTP_LISTEN=off", "PROJECTR_DATA_DIR=" + t.TempDir()}, settings...), "")
	if err != nil {
		t.Fatal(err)
	}
	d, err := listenAll(c, client, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return c, d
}

// serving serves an installation behind these doors until it is told to stop
// or the test ends.
func serving(t *testing.T, c Config, d Doors, log *logged, change func(*Parts)) running {
	t.Helper()
	st, acc := rooms(t)
	l := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	spool, err := local.OpenSpool(t.TempDir(), local.SpoolOptions{MaxMail: c.MaxMailBytes, Log: l})
	if err != nil {
		t.Fatal(err)
	}
	p := Parts{
		Store: st, Accounts: acc, Waiting: spool.Waiting, Version: "test", Now: time.Now, Log: l,
		Pipeline: &ingest.Pipeline{Store: st, Spool: spool, Extractor: extract.Rules{}, MailDomain: c.MailDomain, Now: time.Now, Log: l},
	}
	if change != nil {
		change(&p)
	}
	ctx, tell := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, c, d, p) }()
	stop := sync.OnceValue(func() error {
		tell()
		defer spool.Close()
		return <-served
	})
	t.Cleanup(func() {
		if err := stop(); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return running{Doors: d, log: log, stop: stop, tell: tell}
}

// A request that was begun when the process is told to stop is answered, and
// nobody new is let in meanwhile.
func TestARequestBegunBeforeTheEndIsAnswered(t *testing.T) {
	log := &logged{}
	c, d := listening(t, nil, slog.New(slog.DiscardHandler))
	begun, goOn := make(chan struct{}), make(chan struct{})
	r := serving(t, c, d, log, func(p *Parts) {
		p.Web = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-goOn
			_, _ = io.WriteString(w, "all of it")
		})
	})
	type answer struct {
		body string
		err  error
	}
	answered := make(chan answer, 1)
	client := &http.Client{Transport: &http.Transport{}}
	go func() {
		res, err := client.Get("http://" + d.HTTP.Addr().String() + "/slow")
		if err != nil {
			answered <- answer{err: err}
			return
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		answered <- answer{string(b), err}
	}()
	<-begun
	r.tell()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}).Get("http://" + d.HTTP.Addr().String() + "/healthz")
		if err != nil {
			break // the door is shut
		}
		res.Body.Close()
		if time.Now().After(deadline) {
			t.Fatal("the door is still open to new requests")
		}
	}
	select {
	case a := <-answered:
		t.Fatalf("answered before it was done: %+v", a)
	default:
	}
	close(goOn)
	if a := <-answered; a.err != nil || a.body != "all of it" {
		t.Errorf("answered %+v", a)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}
