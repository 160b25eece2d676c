package local

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// disk is what the spool asks of the file system, so that tests can make any
// one step of it fail.
type disk interface {
	// Create makes a new file of that size, open for reading and writing; its
	// name is on stable storage when it returns.
	Create(path string, size int64) (file, error)
	// Open opens a file for reading.
	Open(path string) (file, error)
	// Append adds b to a file, which it makes when there is none.
	Append(path string, b []byte) error
	Truncate(path string, size int64) error
	// Remove removes a file; nothing there is no error.
	Remove(path string) error
	// Free returns the bytes that may still be written in a folder.
	Free(dir string) (int64, error)
}

type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Sync returns when the data written so far is on stable storage.
	Sync() error
	Size() (int64, error)
}

// osDisk is the file system as it is.
type osDisk struct{}

func (osDisk) Create(path string, size int64) (_ file, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(path))
		}
	}()
	// Space is taken now: later a full disk cannot meet a half-written batch,
	// and a sync needs no new size in the inode.
	if err := preallocate(f, size); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (osDisk) Open(path string) (file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (osDisk) Append(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

func (osDisk) Truncate(path string, size int64) error { return os.Truncate(path, size) }

func (osDisk) Remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (osDisk) Free(dir string) (int64, error) { return freeSpace(dir) }

type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// syncDir puts the names in a folder on stable storage.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
