package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// walker looks through what was named.
type walker struct {
	*Archive
	ctx  context.Context
	o    Options
	seen int64
	boxs map[string]bool // folders below the root that are maildirs
}

func (w *walker) progress(n int64) {
	w.seen += n
	if w.o.Progress != nil {
		w.o.Progress(w.seen)
	}
}

func (w *walker) fault(place, why string) {
	w.faults = append(w.faults, Fault{printable(place), why})
}

func (w *walker) pass(place, why string) {
	w.skipped[NotMail]++
	w.passed = append(w.passed, Fault{printable(place), why})
}

// printable is a path without what would command a terminal: whoever packed a folder
// named its files.
func printable(path string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, path)
}

// path looks through a file or folder that was named. A link that was named is
// followed: it was meant.
func (w *walker) path(p string) {
	info, err := os.Stat(p)
	switch {
	case err != nil:
		w.fault(p, unreadable(err))
		return
	case info.Mode().IsRegular():
		w.roots = append(w.roots, root{path: p})
		w.file("", true, maildirName(filepath.Base(p)))
		return
	case !info.IsDir():
		w.fault(p, "It is neither a file nor a folder.")
		return
	}
	dir, err := os.OpenRoot(p)
	if err != nil {
		w.fault(p, unreadable(err))
		return
	}
	w.roots = append(w.roots, root{path: p, dir: dir})
	w.boxs = map[string]bool{}
	_ = fs.WalkDir(dir.FS(), ".", func(name string, d fs.DirEntry, err error) error { // what goes wrong is a fault
		above, base := path.Dir(name), path.Base(name)
		switch {
		case w.ctx.Err() != nil:
			return fs.SkipAll
		case err != nil:
			w.fault(w.place(name), unreadable(err))
			return fs.SkipDir
		case d.IsDir() && w.boxs[above] && base == "tmp": // not delivered yet
			return fs.SkipDir
		case d.IsDir() && name != "." && shelf(base) != "" && mailFolder(dir.FS(), name, base):
			w.shelved(w.place(name), shelf(base))
			return fs.SkipDir
		case d.IsDir():
			w.boxs[name] = maildir(dir.FS(), name)
		case d.Type()&fs.ModeSymlink != 0:
			w.skipped[Link]++
		case !d.Type().IsRegular():
			w.pass(w.place(name), "It is no file.")
		case w.boxs[above]: // the files beside cur and new are for the server
		default:
			mail := (base != "cur" && base != "new") && w.boxs[path.Dir(above)] && slices.Contains([]string{"cur", "new"}, path.Base(above))
			w.file(name, false, mail || maildirName(base))
		}
		return nil
	})
}

// shelves are the names under which mail programs keep what is deleted, never sent, or
// spam. Those of IMAP (RFC 6154) in the languages that Gmail's labels are known in.
var shelves = map[string]string{
	"trash": Deleted, "bin": Deleted, "deleted items": Deleted, "deleted messages": Deleted, "papierkorb": Deleted, "papelera": Deleted, "corbeille": Deleted,
	"drafts": Draft, "templates": Draft, "entwürfe": Draft, "borradores": Draft, "brouillons": Draft,
	"junk": Spam, "junk e-mail": Spam, "junk email": Spam, "spam": Spam, "bulk mail": Spam,
}

// shelf says why what is in a mailbox of this name is passed over; empty: it is not.
func shelf(base string) string {
	name := strings.ToLower(base)
	for _, ending := range []string{".mbox", ".sbd"} {
		name = strings.TrimSuffix(name, ending)
	}
	if strings.HasPrefix(name, ".") { // of Maildir++: the names of the folders above stand before it
		name = name[strings.LastIndexByte(name, '.')+1:]
	}
	return shelves[name]
}

// mailFolder reports whether a folder is one of a mail program, and not somebody's who
// calls it so.
func mailFolder(fsys fs.FS, name, base string) bool {
	ext := strings.ToLower(path.Ext(base))
	return ext == ".mbox" || ext == ".sbd" || maildir(fsys, name)
}

// shelved passes over a whole mailbox, by name.
func (w *walker) shelved(place, why string) {
	w.skipped[why]++
	w.passed = append(w.passed, Fault{printable(place), shelvedFor[why] + ": name it by itself to import it."})
}

var shelvedFor = map[string]string{Deleted: "It holds deleted mail", Draft: "It holds drafts", Spam: "It holds spam"}

// maildir reports whether a folder is one.
func maildir(fsys fs.FS, name string) bool {
	for _, part := range []string{"cur", "new"} {
		if info, err := fs.Stat(fsys, path.Join(name, part)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// flags are those at the end of the name of a mail in a maildir; ";" and "!" stand
// for the colon on disks that know none.
var flags = regexp.MustCompile(`[:;!]2,([A-Za-z]*)$`)

func maildirName(name string) bool { return flags.MatchString(name) }

func (w *walker) place(name string) string {
	return filepath.Join(w.roots[len(w.roots)-1].path, filepath.FromSlash(name))
}

func unreadable(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "It is not there."
	case errors.Is(err, fs.ErrPermission):
		return "It may not be read: its permissions forbid it."
	}
	var in *fs.PathError
	if errors.As(err, &in) {
		err = in.Err
	}
	return fmt.Sprintf("It cannot be read: %v.", err)
}

// side are endings of files that mail programs keep beside mail.
var side = []string{".msf", ".dat", ".lock", ".ds_store", ".ini", ".plist", ".db", ".sqlite", ".html", ".json"}

// opened is a file that is looked through.
type opened struct {
	*os.File
	name string // below its root
	at   string // for people
	info fs.FileInfo
}

// file looks through one file. named: it is one that was asked for by name. mail: by
// its name it is a mail of a maildir.
func (w *walker) file(name string, named, mail bool) {
	o := opened{name: name, at: w.place(name)}
	var err error
	if o.File, err = w.roots[len(w.roots)-1].open(name); err != nil {
		w.fault(o.at, unreadable(err))
		return
	}
	defer o.Close()
	start := make([]byte, 4096)
	n, err := o.ReadAt(start, 0)
	if err == nil || errors.Is(err, io.EOF) {
		o.info, err = o.Stat()
	}
	if err == nil {
		err = w.look(o, start[:n], named, mail)
	}
	if err != nil && w.ctx.Err() == nil {
		w.fault(o.at, unreadable(err))
	}
}

// look finds out by how a file begins what it is.
func (w *walker) look(o opened, start []byte, named, mail bool) error {
	ext := strings.ToLower(filepath.Ext(o.at))
	single := mail || ext == ".eml" || ext == ".emlx"
	claims := single || named || ext == ".mbox" // by its name it is mail
	text := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), "\r\n")
	unlike := "It is no mail: no header stands at its beginning."
	if why := packed(start); why != "" {
		unlike = why
	}
	switch {
	case len(text) == 0 && single:
		w.fault(o.at, "It is empty.")
	case len(text) == 0: // an mbox without any mail
	case ext == ".emlx":
		return w.emlx(o)
	case !mail && bytes.HasPrefix(text, fromLine) && mbox(text):
		if why := shelf(path.Base(o.name)); why != "" && !named {
			w.shelved(o.at, why)
			return nil
		}
		return w.mbox(o)
	case looksLikeMail(text, single):
		return w.single(o, 0, o.info.Size(), mailFlags(o.name))
	case claims:
		w.fault(o.at, unlike)
	case !slices.Contains(side, ext) && !strings.HasPrefix(path.Base(o.name), "."):
		w.pass(o.at, unlike)
	}
	return nil
}

func mailFlags(name string) string {
	if m := flags.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return ""
}

// mbox reports whether a text that begins with "From " is an mbox.
func mbox(text []byte) bool {
	line, next, _ := bytes.Cut(text, []byte("\n"))
	return readPostmark(line).kind == asctime || begins(next)
}

// packed says of a file that is no text what to do with it; empty: it is not known.
func packed(start []byte) string {
	for magic, why := range map[string]string{
		"PK\x03\x04":                       "It is a ZIP archive: unpack it first.",
		"\x1f\x8b":                         "It is packed with gzip: unpack it first.",
		"BZh":                              "It is packed with bzip2: unpack it first.",
		"\xfd7zXZ":                         "It is packed with xz: unpack it first.",
		"!BDN":                             "It is a data file of Outlook: export its mail as .eml or mbox first.",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "It is a message file of Outlook: save it as .eml first.",
	} {
		if bytes.HasPrefix(start, []byte(magic)) {
			return why
		}
	}
	return ""
}

// looksLikeMail reports whether a header stands at the beginning. A file that claims
// to be a mail may have a header that nobody else has.
func looksLikeMail(text []byte, claims bool) bool {
	var h head
	for line := range bytes.Lines(text) {
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if folded := line[0] == ' ' || line[0] == '\t'; !folded && field(line) == "" && !begins(line) && h.lines == 0 && !claims {
			return false
		}
		h.add(line)
	}
	if claims {
		first, _, _ := bytes.Cut(text, []byte("\n"))
		return h.known > 0 || field(first) != ""
	}
	return h.known >= 2
}

// mbox finds the mails of an mbox.
func (w *walker) mbox(o opened) error {
	w.files = append(w.files, found{root: int32(len(w.roots) - 1), name: o.name, mbox: true})
	n := int32(0)
	return spans(o, o.info.Size(), w.progress, func(s span) error {
		n++
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if why := s.head.passedOver(); why != "" {
			w.skipped[why]++
			return nil
		}
		if s.head.known == 0 {
			w.fault(fmt.Sprintf("%s, mail %d", o.at, n), "It is no mail: it has no header.")
			return nil
		}
		e := entry{n: n, start: s.start, end: s.end, at: s.head.date(w.o.Now, s.at, o.info.ModTime()).Unix()}
		return w.add(o, e, true)
	})
}

// single finds the one mail that stands in a part of a file.
func (w *walker) single(o opened, start, end int64, flags string) error {
	w.progress(end - start)
	switch {
	case strings.Contains(flags, "T"):
		w.skipped[Deleted]++
		return nil
	case strings.Contains(flags, "D"):
		w.skipped[Draft]++
		return nil
	}
	var h head
	br := bufio.NewReader(io.NewSectionReader(o, start, end-start))
	for whole := true; ; {
		line, err := br.ReadSlice('\n')
		if whole && len(bytes.TrimRight(line, "\r\n")) == 0 && h.lines > 0 || len(line) == 0 || h.bytes > maxHead {
			break
		}
		if whole {
			h.add(line)
		}
		whole = line[len(line)-1] == '\n'
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	w.files = append(w.files, found{root: int32(len(w.roots) - 1), name: o.name})
	return w.add(o, entry{start: start, end: end, at: h.date(w.o.Now, o.info.ModTime()).Unix()}, false)
}

// add notes a mail of the file that was noted last.
func (w *walker) add(o opened, e entry, mbox bool) error {
	sum := sha256.New()
	n, err := io.Copy(sum, content(o, e.start, e.end, mbox))
	if err != nil {
		return err
	}
	e.file, e.size, e.digest = int32(len(w.files)-1), n, [sha256.Size]byte(sum.Sum(nil))
	if w.o.MaxMail > 0 && n > w.o.MaxMail {
		place := o.at
		if mbox {
			place = fmt.Sprintf("%s, mail %d", place, e.n)
		}
		w.fault(place, fmt.Sprintf("It is larger than the %d MB that a mail may have here: raise PROJECTR_SMTP_MAX_BYTES, and import it again.", w.o.MaxMail>>20))
		return nil
	}
	w.mails = append(w.mails, e)
	return nil
}

// Flags of Apple Mail.
const (
	appleDeleted = 1 << 1
	appleDraft   = 1 << 6
)

var appleFlags = regexp.MustCompile(`<key>flags</key>\s*<integer>(\d+)</integer>`)

// emlx finds the mail in a file of Apple Mail: a line with its length, the mail, and
// a property list with its flags.
func (w *walker) emlx(o opened) error {
	first := make([]byte, 64)
	n, err := o.ReadAt(first, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	line, _, ok := bytes.Cut(first[:n], []byte("\n"))
	long, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	start := int64(len(line)) + 1
	if !ok || err != nil || long <= 0 || long > o.info.Size()-start {
		w.fault(o.at, "It is damaged: its first line is not the length of its mail.")
		return nil
	}
	tail, err := io.ReadAll(io.LimitReader(io.NewSectionReader(o, start+long, o.info.Size()-start-long), 64<<10))
	if err != nil {
		return err
	}
	flags := ""
	if m := appleFlags.FindSubmatch(tail); m != nil {
		bits, _ := strconv.ParseUint(string(m[1]), 10, 64)
		if bits&appleDraft != 0 {
			flags = "D"
		}
		if bits&appleDeleted != 0 {
			flags = "T"
		}
	}
	return w.single(o, start, start+long, flags)
}
