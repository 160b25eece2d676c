// Package file reads the text out of files that come with mail: PDF, Word,
// Excel, PowerPoint, OpenDocument, RTF, HTML, mail, calendars, tables and plain
// text.
//
// What a file is, its content says first, then its name, then the type the
// sender declared. Lines, pages, sheets and rows of a file are lines of its
// text; the cells of a table are parted by tabs. Nothing in a file is run,
// computed, fetched or unpacked to disk, and what a person would not see in it
// (deleted and hidden text, hidden sheets) is not read.
//
// Every file ends in one of three states with a sentence for people: read,
// partly read and how much, or not read and why. Start at Text, which reads in
// this process, and at Child, which lets a process of its own do it, so that a
// hostile file costs only itself.
package file

import (
	"errors"
	"fmt"
	"io"

	"projectr"
)

// The limits of reading one file. What lies beyond them is not read, and the
// note says so.
const (
	MaxSize       = 25 << 20  // bytes of a file
	MaxText       = 1_000_000 // code points of its text
	MaxPages      = 50        // pages of a PDF, slides of a presentation
	MaxSheets     = 10        // sheets of a workbook
	MaxRows       = 5_000     // rows of a sheet
	MaxColumns    = 500       // columns of a sheet
	MaxUnpacked   = 100 << 20 // bytes of all that is unpacked of a file
	MaxMember     = 30 << 20  // bytes of one member or stream, unpacked
	MaxMembers    = 2_000     // members of a packed document
	maxXMLDepth   = 200       // elements open at a time
	maxMailDepth  = 8         // parts within parts of a mail
	maxMailParts  = 200       // parts of a mail
	maxNoteLength = 300       // code points of a note
)

// refusal is why a file is not read, as a sentence for people.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	tooLarge   = refusal("It is larger than 25 MB.")
	tooLong    = refusal("Reading it took too long.")
	tooHungry  = refusal("Reading it took too much memory.")
	tooPacked  = refusal("It unpacks to more than is read of one file.")
	locked     = refusal("It is protected by a password.")
	empty      = refusal("It is empty.")
	noText     = refusal("It has no text.")
	aScan      = refusal("It has no text: it is a scan.")
	senseless  = refusal("It is damaged: no sense can be made of it.")
	cutShort   = refusal("It is damaged: its end is missing.")
	aBinary    = refusal("It is of a kind that cannot be read.")
	anArchive  = refusal("It is an archive; archives are never unpacked.")
	noLetters  = refusal("Its fonts do not say which letters they show.")
	badPackage = refusal("It is damaged: it cannot be unpacked.")
)

// Text reads the text out of one file of size bytes. The name and the declared
// type help where the content does not say what the file is; both may be empty.
// It never fails and never panics: a file that cannot be read is FileNotRead
// with a note why.
//
// It takes as long and as much memory as the limits allow: read what a stranger
// sent by Child.
func Text(name, contentType string, r io.ReaderAt, size int64) (t projectr.FileText) {
	defer func() {
		if recover() != nil { // a fault in a reader, or in how it met what is broken
			t = notRead(senseless)
		}
	}()
	if size > MaxSize {
		return notRead(tooLarge)
	}
	data := make([]byte, max(size, 0))
	if n, err := r.ReadAt(data, 0); n < len(data) || err != nil && !errors.Is(err, io.EOF) {
		return notRead(cutShort)
	}
	return read(name, contentType, data)
}

func read(name, contentType string, data []byte) projectr.FileText {
	if len(data) == 0 {
		return notRead(empty)
	}
	k, err := kindOf(name, contentType, data)
	if err != nil {
		return notRead(err)
	}
	w := &writer{left: MaxText}
	if err := readers[k](w, contentType, data); err != nil {
		return notRead(err)
	}
	return w.fileText()
}

// readers says how each kind of file is read. A reader that finds only a part
// says so by writer.note; an error means that nothing was read.
var readers = map[kind]func(w *writer, contentType string, data []byte) error{
	kindText: plain,
	kindCSV:  table,
	kindICS:  calendar,
	kindHTML: page,
	kindMail: mailText,
	kindRTF:  rich,
	kindPDF:  pdfText,
	kindDOCX: word,
	kindXLSX: workbook,
	kindPPTX: slides,
	kindODF:  openDocument,
}

// notRead says why a file was not read.
func notRead(err error) projectr.FileText {
	var why refusal
	if !errors.As(err, &why) {
		why = senseless
	}
	return projectr.FileText{State: projectr.FileNotRead, Note: string(why)}
}

// damaged is the refusal of a file in which something that is named is wrong.
func damaged(format string, args ...any) refusal {
	return refusal("It is damaged: " + fmt.Sprintf(format, args...) + ".")
}
