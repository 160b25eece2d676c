package file

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"projectr"
)

var update = flag.Bool("update", false, "write the goldens anew")

// readFrom is Text on what a test made.
func readFrom(name, contentType string, data []byte) projectr.FileText {
	return Text(name, contentType, bytes.NewReader(data), int64(len(data)))
}

// Every file in testdata is read as its golden says, under its own name and
// under none: the content decides.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range files {
		if strings.HasSuffix(path, ".golden.json") || filepath.Base(path) == "fuzz" {
			continue
		}
		n++
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := readFrom(filepath.Base(path), "", data)
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(got); err != nil {
				t.Fatal(err)
			}
			golden := path + ".golden.json"
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("got\n%s\nwant\n%s", b.Bytes(), want)
			}
			if bare := readFrom("", "application/octet-stream", data); bare != got {
				t.Errorf("without its name it is read as %+v", bare)
			}
		})
	}
	if n < 20 {
		t.Errorf("%d files", n)
	}
}
