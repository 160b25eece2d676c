//go:build unix

package local

import (
	"testing"

	"projectr"
)

func TestADataFolderIsTakenOnce(t *testing.T) {
	dir := t.TempDir()
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("taking it again gave %v", err)
	}
	release()
	release, err = Lock(dir)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	release()
}
