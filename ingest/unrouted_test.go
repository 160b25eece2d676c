package ingest_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"projectr"
	"projectr/ingest"
)

// A mail that was taken in and whose address is gone when its turn comes, or that
// cannot be read besides, is kept for the operator, once, bit for bit; who else it
// went to has it as ever.
func TestMailForAnAddressThatIsGoneIsKept(t *testing.T) {
	h := newHouse(t)
	globex := h.org("globex")
	h.org("acme")
	d := h.spooled(rfi, "acme", "acme+tower", "globex")
	unread := h.spooled("no mail at all", "acme")
	unread.Tries = ingest.MaxTries
	odd := h.spooled(rfi+"More.\n", "globex")
	odd.Envelope.To = append(odd.Envelope.To, "nobody")
	op, err := h.Store.AsOperator(ctx, "acme", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := op.Delete(ctx); err != nil {
		t.Fatal(err)
	}
	want := map[string]projectr.Delivery{"acme+tower@mail.test": d, "acme@mail.test": unread, "nobody": odd}
	for _, d := range want {
		for range 2 {
			if err := h.Process(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
	}
	l, err := h.Store.Unrouted(ctx, projectr.Page{Limit: 10})
	if err != nil || len(l.Items) != len(want) {
		t.Fatalf("unrouted: %+v, %v", l.Items, err)
	}
	for _, u := range l.Items {
		d := want[u.Recipient]
		if u.SHA256 != d.Digest || u.Size != d.Size || u.Sender != d.Envelope.From || !u.ReceivedAt.Equal(d.Envelope.ReceivedAt) {
			t.Errorf("%+v is not of %+v", u, d)
		}
		r, err := h.Store.OpenUnrouted(ctx, u.SHA256, projectr.Actor{Kind: "operator"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || string(got) != string(h.spool.raw[d.Key]) {
			t.Errorf("%s: %q, %v", u.Recipient, got, err)
		}
		if n, err := h.Store.CheckUnrouted(ctx, u.SHA256); err != nil || n != u.Size {
			t.Errorf("%s is checked: %d bytes, %v", u.Recipient, n, err)
		}
	}
	if _, err := h.Store.CheckUnrouted(ctx, projectr.Digest(strings.Repeat("0", 64))); err == nil {
		t.Error("bytes that are not there are in order")
	}
	if n := len(emails(t, globex)); n != 2 {
		t.Errorf("globex has %d mails, want 2", n)
	}
}

// While it cannot be kept, it is tried again: nothing is answered for done.
func TestUnroutedMailIsTriedAgainUntilItIsKept(t *testing.T) {
	h := newHouse(t)
	d := h.spooled(rfi, "never")
	h.spool.open = func() func(string) error {
		reads := 0
		return func(string) error {
			if reads++; reads > 1 { // the reading of the mail comes first
				return &projectr.Error{Kind: projectr.Unavailable, Message: "The disk is broken."}
			}
			return nil
		}
	}()
	if err := h.Process(ctx, d); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("with a broken disk: %v", err)
	}
	h.spool.open = nil
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	l, err := h.Store.Unrouted(ctx, projectr.Page{Limit: 10})
	if err != nil || len(l.Items) != 1 || !strings.HasPrefix(l.Items[0].Recipient, "never@") {
		t.Errorf("unrouted: %+v, %v", l.Items, err)
	}
}

// What led nowhere goes on to an address that leads somewhere, once, with the time at
// which it came.
func TestUnroutedMailIsSentOn(t *testing.T) {
	h := newHouse(t)
	d := h.spooled(rfi, "never")
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	acme := h.org("acme")
	lost := "never@" + h.MailDomain
	by := projectr.Actor{Kind: "operator", Name: "Olga"}
	for to, want := range map[string]projectr.Kind{"nobody@" + h.MailDomain: projectr.Invalid, "acme@elsewhere.example": projectr.Invalid, "acme": projectr.Invalid} {
		if err := h.Redeliver(ctx, d.Digest, lost, to, by); projectr.KindOf(err) != want {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if err := h.Redeliver(ctx, d.Digest, "else@"+h.MailDomain, "acme@"+h.MailDomain, by); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("what is not there: %v", err)
	}
	if err := h.Redeliver(ctx, d.Digest, lost, "acme@"+h.MailDomain, by); err != nil {
		t.Fatal(err)
	}
	if err := h.Redeliver(ctx, d.Digest, lost, "acme@"+h.MailDomain, by); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("again: %v", err)
	}
	sent := h.spool.last
	if err := h.Process(ctx, sent); err != nil {
		t.Fatal(err)
	}
	got := emails(t, acme)
	if len(got) != 1 || got[0].SHA256 != d.Digest || !got[0].ReceivedAt.Equal(d.Envelope.ReceivedAt) || got[0].EnvelopeFrom != d.Envelope.From {
		t.Errorf("%+v", got)
	}
	l, err := h.Store.HouseAudit(ctx, projectr.AuditFilter{Action: "mail.drop_unrouted"})
	if err != nil || len(l.Items) != 1 || l.Items[0].Note != "sent to acme@"+h.MailDomain {
		t.Errorf("noted %+v, %v", l.Items, err)
	}
}
