// Package mailbox finds the mails in what mail programs keep and give away: mbox
// files (RFC 4155 and its kin), maildirs, and single mails in files of their own
// (.eml, and .emlx of Apple Mail), in folders of any depth and mixed.
//
// Open looks through everything once and remembers of each mail where it stands, when
// it is from and what its bytes hash to: some hundred bytes a mail, whatever its size.
// Mails then hands them out, the oldest first, and their bytes are read from where
// they stand. Nothing is ever written, and no link leads out of what was named.
package mailbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"projectr"
)

// The reasons for which mails and files are passed over, which is no fault.
const (
	Deleted = "deleted"  // the mail program says that it was deleted
	Draft   = "draft"    // it was never sent
	Spam    = "spam"     // Gmail says that it is
	NotMail = "not_mail" // a file in a folder that is no mail
	Link    = "link"     // a symbolic link, which is not followed
)

// Fault is something that cannot be read, and why, as a sentence.
type Fault struct {
	Place  string `json:"place"`
	Reason string `json:"reason"`
}

// Options says how to look. The zero value is a good one, but for Now.
type Options struct {
	Now      time.Time         // mail from after the day that follows is not believed its date
	MaxMail  int64             // a larger mail is a fault; 0: none is
	Progress func(bytes int64) // is told how much has been looked through; may be nil
}

// Archive is what was found.
type Archive struct {
	roots   []root
	files   []found
	mails   []entry // the oldest first
	skipped map[string]int
	passed  []Fault
	faults  []Fault
}

// root is a folder or a file that was named.
type root struct {
	path string   // as it was named
	dir  *os.Root // nil for a file
}

// found is a file with mail in it.
type found struct {
	root int32
	name string // below its root; empty for the root itself
	mbox bool
}

// entry is one mail.
type entry struct {
	file   int32
	n      int32 // its number in an mbox, from 1
	start  int64
	end    int64
	size   int64 // in bytes, without the quoting of its mbox
	at     int64 // when it is from, Unix seconds
	digest [sha256.Size]byte
}

// Open looks through files and folders. What cannot be read is a fault of the
// archive; an error is only that ctx ended.
func Open(ctx context.Context, paths []string, o Options) (*Archive, error) {
	a := &Archive{skipped: map[string]int{}}
	w := &walker{Archive: a, ctx: ctx, o: o}
	for _, p := range paths {
		w.path(p)
	}
	if err := ctx.Err(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	slices.SortStableFunc(a.mails, func(x, y entry) int { return cmp.Compare(x.at, y.at) })
	return a, nil
}

// Close lets go of the folders.
func (a *Archive) Close() error {
	var errs []error
	for _, r := range a.roots {
		if r.dir != nil {
			errs = append(errs, r.dir.Close())
		}
	}
	return errors.Join(errs...)
}

// Len returns how many mails there are.
func (a *Archive) Len() int { return len(a.mails) }

// Skipped counts what was passed over, by reason.
func (a *Archive) Skipped() map[string]int { return a.skipped }

// Passed lists the files that were passed over because they are no mail, and the
// mailboxes of deleted mail, drafts and spam in a folder that was named.
func (a *Archive) Passed() []Fault { return a.passed }

// Faults lists what could not be read.
func (a *Archive) Faults() []Fault { return a.faults }

// Mails lists the mails, the oldest first. Of the envelope only Dated is known.
func (a *Archive) Mails() iter.Seq[projectr.Delivery] {
	return func(yield func(projectr.Delivery) bool) {
		for i, e := range a.mails {
			d := projectr.Delivery{
				Key: strconv.Itoa(i), Digest: projectr.Digest(hex.EncodeToString(e.digest[:])), Size: e.size,
				Envelope: projectr.Envelope{Dated: time.Unix(e.at, 0).UTC()},
			}
			if !yield(d) {
				return
			}
		}
	}
}

func (a *Archive) entry(d projectr.Delivery) (entry, error) {
	i, err := strconv.Atoi(d.Key)
	if err != nil || i < 0 || i >= len(a.mails) {
		return entry{}, fmt.Errorf("mailbox: there is no mail %q", d.Key)
	}
	return a.mails[i], nil
}

// Place says for people where a mail stands.
func (a *Archive) Place(d projectr.Delivery) string {
	e, err := a.entry(d)
	if err != nil {
		return d.Key
	}
	f := a.files[e.file]
	path := printable(filepath.Join(a.roots[f.root].path, f.name))
	if f.mbox {
		return fmt.Sprintf("%s, mail %d", path, e.n)
	}
	return path
}

// Open returns the bytes of a mail. At their end it is an error of kind Unavailable
// when they are not those that Open found: a mail program has changed its files.
func (a *Archive) Open(_ context.Context, d projectr.Delivery) (io.ReadCloser, error) {
	e, err := a.entry(d)
	if err != nil {
		return nil, err
	}
	found := a.files[e.file]
	f, err := a.roots[found.root].open(found.name)
	if err != nil {
		return nil, changed(err)
	}
	return &reader{Reader: content(f, e.start, e.end, found.mbox), Closer: f, sum: sha256.New(), want: e.digest}, nil
}

func (r root) open(name string) (*os.File, error) {
	if r.dir == nil {
		return os.Open(r.path)
	}
	return r.dir.Open(name)
}

// content is the mail that stands between two offsets.
func content(f io.ReaderAt, start, end int64, mbox bool) io.Reader {
	section := io.NewSectionReader(f, start, end-start)
	if mbox {
		return unquoted(section)
	}
	return section
}

func changed(err error) error {
	return &projectr.Error{Kind: projectr.Unavailable, Message: "It was changed while it was being imported: run the import again.", Err: err}
}

// reader checks what it reads.
type reader struct {
	io.Reader
	io.Closer
	sum  hash.Hash
	want [sha256.Size]byte
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.sum.Write(b[:n])
	switch {
	case errors.Is(err, io.EOF) && [sha256.Size]byte(r.sum.Sum(nil)) != r.want:
		return n, changed(nil)
	case err != nil && !errors.Is(err, io.EOF):
		return n, changed(err)
	}
	return n, err
}
