package local

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"projectr"
)

// Key returns the key kept in the file at path, of size bytes, and makes it out of
// random when there is none. The file is its owner's alone; of several processes that
// make it at once, all get the same. Whoever loses the file loses what was sealed with
// it, so it belongs into every backup. A file that is not such a key is Invalid.
func Key(path string, size int, random io.Reader) ([]byte, error) {
	key, err := readKey(path, size)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeKey(path, size, random); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, &projectr.Error{Kind: projectr.Unavailable, Message: fmt.Sprintf("The key %s cannot be kept: check the folder's permissions and that its disk has room.", path), Err: err}
	}
	return readKey(path, size)
}

func readKey(path string, size int) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	bad := func(why string, err error) error {
		return &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("The key %s %s.", path, why), Err: err}
	}
	if err != nil {
		return nil, bad("cannot be read: check its permissions", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, bad("cannot be read", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, bad("can be read by others: chmod 600 it", nil)
	}
	key, err := io.ReadAll(io.LimitReader(f, int64(size)+1))
	if err != nil {
		return nil, bad("cannot be read", err)
	}
	if len(key) != size {
		return nil, bad(fmt.Sprintf("has not %d bytes: put it back from a backup", size), nil)
	}
	return key, nil
}

// makeKey writes a new key beside and gives it its name when it is whole, unless
// another has that name.
func makeKey(path string, size int, random io.Reader) error {
	key := make([]byte, size)
	if _, err := io.ReadFull(random, key); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
