package file

import (
	"bytes"
	"encoding/binary"
	"mime"
	"path"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// kind is a sort of file that can be read.
type kind int

const (
	kindText kind = iota + 1
	kindCSV
	kindICS
	kindHTML
	kindMail
	kindRTF
	kindPDF
	kindDOCX
	kindXLSX
	kindPPTX
	kindODF
)

// simple says whether a file of this kind is read without taking it apart:
// its bytes are its text, or nearly.
func (k kind) simple() bool { return k == kindText || k == kindCSV || k == kindICS }

// sniffed is how much of a file's beginning tells what it is.
const sniffed = 4096

const (
	aPicture   = refusal("It is a picture.")
	aRecording = refusal("It is a recording.")
	aProgram   = refusal("It is a program.")
	aSignature = refusal("It is a signature.")
	encrypted  = refusal("It is encrypted.")
)

func notYet(what string) refusal { return refusal("It is " + what + ", which cannot be read yet.") }

// magics are beginnings of files that are not read. The first that fits counts.
var magics = []struct {
	at    int
	bytes string
	why   refusal
}{
	{0, "\x89PNG\r\n\x1a\n", aPicture},
	{0, "\xff\xd8\xff", aPicture},
	{0, "GIF87a", aPicture},
	{0, "GIF89a", aPicture},
	{0, "II*\x00", aPicture},
	{0, "MM\x00*", aPicture},
	{8, "WEBP", aPicture},
	{0, "8BPS", aPicture},
	{0, "\x00\x00\x01\x00", aPicture},
	{0, "\xd7\xcd\xc6\x9a", aPicture},
	{40, " EMF", aPicture},
	{0, "\x00\x00\x00\x0cjP  ", aPicture},
	{0, "\xff\x4f\xff\x51", aPicture},
	{4, "ftyphei", aPicture},
	{4, "ftypmif1", aPicture},
	{4, "ftypavif", aPicture},
	{4, "ftyp", aRecording},
	{0, "ID3", aRecording},
	{0, "OggS", aRecording},
	{0, "fLaC", aRecording},
	{0, "RIFF", aRecording},
	{0, "\x1aE\xdf\xa3", aRecording},
	{0, "AC10", notYet("a drawing (DWG)")},
	{0, "(DWF V", notYet("a drawing (DWF)")},
	{0, "AutoCAD Binary DXF", notYet("a drawing (DXF)")},
	{0, "\x1f\x8b", anArchive},
	{0, "7z\xbc\xaf\x27\x1c", anArchive},
	{0, "Rar!\x1a\x07", anArchive},
	{0, "BZh", anArchive},
	{0, "\xfd7zXZ\x00", anArchive},
	{0, "\x28\xb5\x2f\xfd", anArchive},
	{0, "MSCF", anArchive},
	{257, "ustar", anArchive},
	{0, "\x7fELF", aProgram},
	{0, "\xcf\xfa\xed\xfe", aProgram},
	{0, "\xca\xfe\xba\xbe", aProgram},
	{0, "\x78\x9f\x3e\x22", notYet("a packet of Outlook (TNEF)")},
}

// openings are beginnings of texts that people do not read.
var openings = []struct {
	text string
	why  refusal
}{
	{"ISO-10303-21", notYet("a building model (IFC or STEP)")},
	{"-----BEGIN PGP MESSAGE", encrypted},
	{"-----BEGIN PGP SIGNATURE", aSignature},
	{"%!PS", notYet("a print file (PostScript)")},
}

// closed are kinds that only their name tells; their content is binary.
var closed = map[string]refusal{
	".dwg": notYet("a drawing (DWG)"), ".dxf": notYet("a drawing (DXF)"), ".dgn": notYet("a drawing (DGN)"),
	".rvt": notYet("a building model (Revit)"), ".skp": notYet("a building model (SketchUp)"),
	".mpp": notYet("a schedule (Microsoft Project)"), ".vsd": notYet("a drawing (Visio)"), ".pub": notYet("a Publisher file"),
	".one": notYet("a notebook (OneNote)"), ".mdb": notYet("a database"), ".accdb": notYet("a database"),
	".p7s": aSignature, ".p7m": encrypted, ".asc": encrypted, ".mp3": aRecording,
	".bmp": aPicture, ".tga": aPicture, ".wmf": aPicture,
}

// kindOf says what a file is, or why it is of no kind that can be read. data
// may be its beginning alone, if only simple kinds are of interest.
func kindOf(name, contentType string, data []byte) (kind, error) {
	head := data[:min(len(data), sniffed)]
	ext := strings.ToLower(path.Ext(strings.TrimSpace(name)))
	declared, _, _ := mime.ParseMediaType(contentType)
	switch {
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return kindPDF, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return packageKind(ext, data)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return 0, compound(ext, data)
	case bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \r\n\t"), []byte(`{\rtf`)):
		return kindRTF, nil
	}
	if text, ok := looksLikeText(head); ok {
		return textKind(ext, declared, text)
	}
	for _, m := range magics {
		if len(head) > m.at && bytes.HasPrefix(head[m.at:], []byte(m.bytes)) {
			return 0, m.why
		}
	}
	switch why, known := closed[ext]; {
	case bytes.HasPrefix(head, []byte("MZ")) && len(head) > 0x40:
		return 0, aProgram
	case bytes.HasPrefix(head, []byte("BM")) && len(head) > 14 && int(binary.LittleEndian.Uint32(head[10:])) < 4096:
		return 0, aPicture
	case known:
		return 0, why
	case strings.HasPrefix(declared, "image/"):
		return 0, aPicture
	case strings.HasPrefix(declared, "audio/"), strings.HasPrefix(declared, "video/"):
		return 0, aRecording
	case ext == ".pdf", officeNames[ext] != 0:
		return 0, senseless
	}
	return 0, aBinary
}

var officeNames = map[string]kind{
	".docx": kindDOCX, ".docm": kindDOCX, ".dotx": kindDOCX,
	".xlsx": kindXLSX, ".xlsm": kindXLSX, ".xltx": kindXLSX,
	".pptx": kindPPTX, ".pptm": kindPPTX, ".ppsx": kindPPTX,
	".odt": kindODF, ".ods": kindODF, ".odp": kindODF, ".ott": kindODF,
}

// packageKind says which document a ZIP file is.
func packageKind(ext string, data []byte) (kind, error) {
	z, err := openZip(data)
	if err != nil {
		if officeNames[ext] == 0 && err == error(badPackage) {
			return 0, anArchive
		}
		return 0, err
	}
	k := kind(0)
	for _, f := range z.files {
		switch {
		case f.Name == "word/document.xml", f.Name == "word/document2.xml":
			k = kindDOCX
		case f.Name == "xl/workbook.xml":
			k = kindXLSX
		case f.Name == "xl/workbook.bin":
			return 0, notYet("a binary workbook (XLSB)")
		case f.Name == "ppt/presentation.xml":
			k = kindPPTX
		case f.Name == "mimetype" && f.UncompressedSize64 < 200:
			b, err := z.bytes(f.Name)
			if err == nil && bytes.HasPrefix(b, []byte("application/vnd.oasis.opendocument.")) {
				k = kindODF
			}
		}
		if k != 0 {
			break
		}
	}
	if k == 0 {
		k = officeKind(z)
	}
	if k == 0 {
		return 0, anArchive
	}
	return k, nil
}

// officeKind asks the list of content types, for documents whose main part has
// an unusual name.
func officeKind(z *packed) kind {
	types, err := z.bytes("[Content_Types].xml")
	if err != nil {
		return 0
	}
	for mark, k := range map[string]kind{
		"wordprocessingml.document.main": kindDOCX, "spreadsheetml.sheet.main": kindXLSX, "presentationml.presentation.main": kindPPTX,
	} {
		if bytes.Contains(types, []byte(mark)) {
			return k
		}
	}
	return 0
}

// compound says what a file in Microsoft's old container is. None is read.
func compound(ext string, data []byte) refusal {
	has := func(stream string) bool {
		return bytes.Contains(data, utf16Bytes(stream))
	}
	switch why, known := closed[ext]; {
	case has("EncryptedPackage"):
		return locked
	case known:
		return why
	case has("WordDocument"):
		return notYet("an old Word file (DOC)")
	case has("PowerPoint Document"):
		return notYet("an old presentation (PPT)")
	case has("__properties_version1.0"):
		return notYet("a mail saved by Outlook (MSG)")
	case has("Workbook"), has("Book"):
		return notYet("an old workbook (XLS)")
	}
	return aBinary
}

func utf16Bytes(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// looksLikeText says whether a file that begins with head is text, and gives
// head as UTF-8.
func looksLikeText(head []byte) (string, bool) {
	if len(head) >= 2 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff) || utf16Without(head) != nil {
		return decodeText("", head), true
	}
	odd := 0
	for _, c := range head {
		switch {
		case c == 0:
			return "", false
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b:
			odd++
		}
	}
	if odd > 2+len(head)/50 {
		return "", false
	}
	high := 0
	for rest := head; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 && (utf8.FullRune(rest) || len(head) < sniffed) {
			high++
		}
		rest = rest[n:]
	}
	if high*3 > len(head) || high > 0 && odd > 0 {
		return "", false
	}
	return decodeText("", head), true
}

var (
	htmlStart = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype html|html|head|body|title|meta|table|div|p|font|style)[\s>]`)
	svgStart  = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]`)
	mailField = regexp.MustCompile(`(?im)^(return-path|received|from|to|date|subject|message-id|mime-version|delivered-to|dkim-signature|x-[a-z-]+|content-type):`)
	fieldLine = regexp.MustCompile(`^[!-9;-~]+:|^[ \t]`)
)

// textKind says what sort of text a text is.
func textKind(ext, declared, head string) (kind, error) {
	head = strings.TrimLeft(head, "\ufeff")
	trimmed := strings.TrimLeft(head, " \r\n\t")
	for _, o := range openings {
		if strings.HasPrefix(trimmed, o.text) {
			return 0, o.why
		}
	}
	switch {
	case len(trimmed) >= 15 && strings.EqualFold(trimmed[:15], "BEGIN:VCALENDAR"):
		return kindICS, nil
	case svgStart.MatchString(head):
		return 0, aPicture
	case htmlStart.MatchString(head):
		return kindHTML, nil
	case mailStart(head):
		return kindMail, nil
	case ext == ".dxf" && strings.Contains(head, "SECTION"):
		return 0, closed[ext]
	case ext == ".html" || ext == ".htm" || ext == ".xhtml":
		return kindHTML, nil
	case ext == ".eml":
		return kindMail, nil
	case ext == ".csv" || ext == ".tsv" || ext == ".tab":
		return kindCSV, nil
	case ext == ".pdf", officeNames[ext] != 0:
		return 0, senseless
	case ext == ".txt" || ext == ".md" || ext == ".log":
		return kindText, nil
	case declared == "text/html":
		return kindHTML, nil
	case declared == "text/csv", declared == "text/tab-separated-values":
		return kindCSV, nil
	case declared == "message/rfc822":
		return kindMail, nil
	}
	return kindText, nil
}

// mailStart says whether a text begins like a mail: nothing but header fields,
// at least three of them well-known.
func mailStart(head string) bool {
	known := 0
	for line := range strings.Lines(head) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || !fieldLine.MatchString(line) {
			if line != "" && known == 0 || line != "" && len(head) < sniffed {
				return false
			}
			break
		}
		if mailField.MatchString(line) {
			known++
		}
	}
	return known >= 3
}

// utf16Without gives the order of bytes of text in UTF-16 that has no mark of it;
// nil if data is not that.
func utf16Without(data []byte) binary.ByteOrder {
	var zeros [2]int
	n := min(len(data)&^1, 512)
	for i := range n {
		if data[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case n < 8:
	case zeros[1] > n*2/5 && zeros[0] == 0:
		return binary.LittleEndian
	case zeros[0] > n*2/5 && zeros[1] == 0:
		return binary.BigEndian
	}
	return nil
}
