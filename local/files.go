package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"projectr"
)

// Files keeps blobs as files below Dir, packed with zstd:
// Dir/<organisation>/<first two digits>/<sha256>.zst. Set Dir and use it; the
// folder is made when it is not there. Several processes may use one folder.
//
// A blob is written beside its place, synced, renamed, and its folder synced:
// it is there whole, or not at all.
type Files struct {
	Dir string

	mu    sync.Mutex
	known map[string]bool // folders whose names are on stable storage
	packs sync.Pool       // *zstd.Encoder
}

const (
	blobSuffix = ".zst"
	tmpPrefix  = "tmp-"
	// tmpLife is after what time an unfinished file is one that a crash left.
	tmpLife = 24 * time.Hour
	// packWindow is how far back packing looks: more helps mail little, and each
	// mail on its way holds this much memory.
	packWindow = 256 << 10
)

var (
	blobKey = regexp.MustCompile(`^[a-z0-9_]{1,64}/[0-9a-f]{64}$`)
	blobOrg = regexp.MustCompile(`^[a-z0-9_]{1,64}$`)
)

// path returns where the blob under key is kept. A key is an organisation's id
// and a SHA-256 in hex, so that none leads out of the folder.
func (f *Files) path(key string) (string, error) {
	if !blobKey.MatchString(key) {
		return "", &projectr.Error{Kind: projectr.Invalid, Message: "This is not the key of a blob."}
	}
	org, sum, _ := strings.Cut(key, "/")
	return filepath.Join(f.Dir, org, sum[:2], sum+blobSuffix), nil
}

// Put keeps all of r under key and returns when the bytes, the file's name and
// its folders are on stable storage. What is there already stays, and r is not
// read. An error of r means nothing is kept; a full or failing disk is
// Unavailable.
func (f *Files) Put(ctx context.Context, key string, r io.Reader) error {
	path, err := f.path(key)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := f.folder(dir); err != nil {
		return unkept(err)
	}
	if _, err := os.Stat(path); err == nil {
		// Another Put may have renamed it just now and still be syncing.
		return unkept(syncDir(dir))
	}
	tmp, err := os.CreateTemp(dir, tmpPrefix)
	if errors.Is(err, fs.ErrNotExist) { // another process deleted all that was in it
		f.forget(dir)
		if err = f.folder(dir); err == nil {
			tmp, err = os.CreateTemp(dir, tmpPrefix)
		}
	}
	if err != nil {
		return unkept(err)
	}
	src := &source{ctx: ctx, r: r}
	err = f.pack(tmp, src)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close()) // some file systems tell of a full disk only here
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, remove(tmp.Name()))
		if src.err != nil {
			return src.err
		}
		return unkept(err)
	}
	return unkept(syncDir(dir))
}

func (f *Files) pack(to io.Writer, from io.Reader) (err error) {
	enc, _ := f.packs.Get().(*zstd.Encoder)
	if enc == nil {
		if enc, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(packWindow)); err != nil {
			return err
		}
	}
	enc.Reset(to)
	defer f.packs.Put(enc)
	if _, err := enc.ReadFrom(from); err != nil {
		return err
	}
	return enc.Close()
}

// source remembers what went wrong with the caller's reader, to tell it from
// what went wrong with the disk.
type source struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// folder makes dir, puts its name and those of the folders above it on stable
// storage, and clears it of what a crash left; once for each folder.
func (f *Files) folder(dir string) error {
	f.mu.Lock()
	done := f.known[dir]
	f.mu.Unlock()
	if done {
		return nil
	}
	top := filepath.Clean(f.Dir)
	if _, err := os.Stat(top); err != nil {
		top = filepath.Dir(top) // it is made now; its name must last as well
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for d := filepath.Dir(dir); ; d = filepath.Dir(d) {
		if err := syncDir(d); err != nil {
			return err
		}
		if d == top || d == filepath.Dir(d) {
			break
		}
	}
	if err := sweep(dir); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil {
		f.known = map[string]bool{}
	}
	f.known[dir] = true
	return nil
}

// forget makes the next Put look again at dir and at what is below it.
func (f *Files) forget(dir string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for d := range f.known {
		if d == dir || strings.HasPrefix(d, dir+string(filepath.Separator)) {
			delete(f.known, d)
		}
	}
}

// sweep removes unfinished files that nobody writes any more: those a day older
// than a file made now. The file system's clock is compared with itself.
func sweep(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, tmpPrefix+"*"))
	if err != nil || len(left) == 0 {
		return err
	}
	now, err := os.CreateTemp(dir, tmpPrefix)
	if err != nil {
		return err
	}
	info, err := now.Stat()
	err = errors.Join(err, now.Close(), remove(now.Name()))
	if err != nil {
		return err
	}
	for _, path := range left {
		old, err := os.Stat(path)
		if err == nil && info.ModTime().Sub(old.ModTime()) > tmpLife {
			err = remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Open returns the bytes under key; NotFound when there are none. Packed bytes
// that have changed on the disk are an error while reading.
func (f *Files) Open(_ context.Context, key string) (io.ReadCloser, error) {
	path, err := f.path(key)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &projectr.Error{Kind: projectr.NotFound, Message: "Its original bytes are not there.", Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	dec, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open blob: %w", err), file.Close())
	}
	return &opened{dec, file}, nil
}

type opened struct {
	*zstd.Decoder
	file *os.File
}

// Close ends the reading.
func (o *opened) Close() error {
	o.Decoder.Close()
	return o.file.Close()
}

// Delete removes what is under key; nothing there is no error.
func (f *Files) Delete(_ context.Context, key string) error {
	path, err := f.path(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return unkept(err)
	}
	return unkept(syncDir(filepath.Dir(path)))
}

// DeleteAll removes the folder of an organisation; nothing there is no error.
func (f *Files) DeleteAll(ctx context.Context, org projectr.OrgID) error {
	if !blobOrg.MatchString(string(org)) {
		return &projectr.Error{Kind: projectr.Invalid, Message: "This is not the id of an organisation."}
	}
	dir := filepath.Join(f.Dir, string(org))
	defer f.forget(dir)
	folders, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, d := range folders {
		err = errors.Join(err, ctx.Err())
		if err == nil {
			err = os.RemoveAll(filepath.Join(dir, d.Name()))
		}
	}
	if err == nil {
		err = os.RemoveAll(dir)
	}
	if err == nil {
		err = syncDir(f.Dir)
	}
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return &projectr.Error{Kind: projectr.Unavailable, Message: "Mail cannot be removed just now. Try again in a few minutes.", Err: fmt.Errorf("delete blobs: %w", err)}
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// unkept says that the disk did not do what was asked.
func unkept(err error) error {
	if err == nil {
		return nil
	}
	return &projectr.Error{Kind: projectr.Unavailable, Message: "Mail cannot be stored just now. Try again in a few minutes.", Err: fmt.Errorf("keep blob: %w", err)}
}
