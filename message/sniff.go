package message

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
)

// sniffed is how much of the beginning of a file is kept to tell what it is.
const sniffed = 4 << 10

// format is a kind of file that can be told by its first bytes.
type format struct {
	typ  string // the media type that is shown
	say  string // in a sentence: "is ..."
	text bool   // text that may as well be shown as plain text
	exts string // endings of its name, between spaces
	also string // other media types for it, between spaces
}

// formats are told by formatOf. The names of members stand in for what all
// office files share with ZIP.
var formats = []format{
	{typ: "application/pdf", say: "a PDF", exts: " pdf ", also: " application/x-pdf application/acrobat text/pdf "},
	{typ: "image/png", say: "a PNG image", exts: " png ", also: " image/x-png "},
	{typ: "image/jpeg", say: "a JPEG image", exts: " jpg jpeg jpe jfif ", also: " image/jpg image/pjpeg "},
	{typ: "image/gif", say: "a GIF image", exts: " gif "},
	{typ: "image/tiff", say: "a TIFF image", exts: " tif tiff ", also: " image/tif image/x-tiff "},
	{typ: "image/webp", say: "a WebP image", exts: " webp "},
	{typ: "image/heic", say: "a HEIC image", exts: " heic heif ", also: " image/heif image/heic-sequence image/heif-sequence "},
	{typ: "image/vnd.dwg", say: "a DWG drawing", exts: " dwg dwt ", also: " application/acad application/dwg application/x-dwg application/x-acad application/autocad application/x-autocad image/x-dwg drawing/dwg "},
	{typ: "video/mp4", say: "an MP4 video", exts: " mp4 m4v m4a mov ", also: " video/quicktime audio/mp4 audio/x-m4a video/x-m4v "},
	{typ: typeDOCX, say: "a Word document", exts: " docx docm dotx ", also: " application/msword "},
	{typ: typeXLSX, say: "an Excel workbook", exts: " xlsx xlsm xltx ", also: " application/vnd.ms-excel application/excel application/x-excel "},
	{typ: typePPTX, say: "a PowerPoint presentation", exts: " pptx pptm ppsx ", also: " application/vnd.ms-powerpoint application/powerpoint "},
	{typ: typeOLE, say: "an old Office file", exts: " doc xls ppt msg vsd mpp dot xlt pub db ", also: " application/msword application/vnd.ms-excel application/excel application/x-excel application/vnd.ms-powerpoint application/powerpoint application/vnd.visio application/vnd.ms-project application/vnd.ms-outlook application/msoutlook application/cdfv2 application/x-mspublisher "},
	{typ: "application/rtf", say: "an RTF text", exts: " rtf ", also: " text/rtf text/richtext application/msword application/x-rtf "},
	{typ: "application/zip", say: "a ZIP archive", exts: " zip ", also: " application/x-zip-compressed application/x-zip "},
	{typ: "application/gzip", say: "a GZIP archive", exts: " gz tgz ", also: " application/x-gzip application/x-tgz application/x-compressed-tar "},
	{typ: "application/x-7z-compressed", say: "a 7-Zip archive", exts: " 7z "},
	{typ: "application/vnd.rar", say: "a RAR archive", exts: " rar ", also: " application/x-rar-compressed application/x-rar application/rar "},
	{typ: "application/vnd.microsoft.portable-executable", say: "a Windows program", exts: " exe dll scr ", also: " application/x-msdownload application/x-msdos-program application/x-dosexec application/exe application/x-exe "},
	{typ: typeTNEF, say: "a TNEF file", exts: " dat ", also: " application/vnd.ms-tnef "},
	{typ: "message/rfc822", say: "a mail", text: true, exts: " eml "},
	{typ: "text/calendar", say: "a calendar file", text: true, exts: " ics ", also: " application/ics text/x-vcalendar "},
	{typ: "text/vcard", say: "a visiting card", text: true, exts: " vcf ", also: " text/x-vcard text/directory "},
	{typ: "text/html", say: "HTML", text: true, exts: " html htm ", also: " application/xhtml+xml "},
}

// Media types with long names.
const (
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	typeOLE  = "application/x-ole-storage"
	typeTNEF = "application/ms-tnef"
	typeAny  = "application/octet-stream"
)

func formatNamed(typ string) *format {
	for i := range formats {
		if formats[i].typ == typ {
			return &formats[i]
		}
	}
	return nil
}

// formatOf tells what a file is by its first bytes; nil when they do not say.
func formatOf(b []byte) *format {
	if typ := sniff(b); typ != "" {
		return formatNamed(typ)
	}
	return nil
}

// magic are the beginnings of files.
var magic = []struct{ start, typ string }{
	{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"},
	{"II*\x00", "image/tiff"}, {"MM\x00*", "image/tiff"}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", typeOLE},
	{"{\\rtf", "application/rtf"}, {"\x1f\x8b\x08", "application/gzip"}, {"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"Rar!\x1a\x07", "application/vnd.rar"}, {"\x78\x9f\x3e\x22", typeTNEF},
}

func sniff(b []byte) string {
	for _, m := range magic {
		if len(b) >= len(m.start) && string(b[:len(m.start)]) == m.start {
			return m.typ
		}
	}
	switch {
	case len(b) < 6:
		return ""
	case bytes.HasPrefix(b, []byte("RIFF")) && len(b) >= 12 && string(b[8:12]) == "WEBP":
		return "image/webp"
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return sniffZIP(b)
	case bytes.HasPrefix(b, []byte("AC10")) && b[4] >= '0' && b[4] <= '9' && b[5] >= '0' && b[5] <= '9' && (len(b) == 6 || b[6] == 0):
		return "image/vnd.dwg"
	case len(b) >= 12 && string(b[4:8]) == "ftyp":
		switch string(b[8:12]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			return "image/heic"
		}
		return "video/mp4"
	case b[0] == 'M' && b[1] == 'Z' && len(b) >= 64 && bytes.IndexByte(b[:64], 0) >= 0:
		return "application/vnd.microsoft.portable-executable"
	case bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) && !textual(b[:bytes.Index(b, []byte("%PDF-"))]):
		return "application/pdf"
	}
	return sniffText(b)
}

// noText reports whether the beginning of what should be a text shows that it
// is a file. Words that only look like the beginning of one do not count.
func noText(b []byte) bool {
	f := formatOf(b)
	return f != nil && !f.text && (f.typ == "application/pdf" || bytes.ContainsAny(b, "\x00\x01\x02\x03\x04\x05\x06"))
}

// textual reports whether there are words in b, so that what follows is only
// mentioned in a text.
func textual(b []byte) bool {
	return len(bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\ufeff")))) > 0 && bytes.IndexByte(b, 0) < 0
}

// sniffZIP tells office files from other ZIP archives by the names of their
// first members.
func sniffZIP(b []byte) string {
	for rest := b; ; {
		i := bytes.Index(rest, []byte("PK\x03\x04"))
		if i < 0 || len(rest) < i+30 {
			return "application/zip"
		}
		rest = rest[i:]
		n := int(binary.LittleEndian.Uint16(rest[26:]))
		name := rest[30:min(len(rest), 30+n)]
		switch dir, _, _ := strings.Cut(string(name), "/"); dir {
		case "word":
			return typeDOCX
		case "xl":
			return typeXLSX
		case "ppt":
			return typePPTX
		}
		rest = rest[4:]
	}
}

// sniffText tells kinds of text.
func sniffText(b []byte) string {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n")
	low := bytes.ToLower(b[:min(len(b), 64)])
	for _, m := range []struct{ start, typ string }{
		{"begin:vcalendar", "text/calendar"}, {"begin:vcard", "text/vcard"},
		{"<!doctype html", "text/html"}, {"<html", "text/html"}, {"<head", "text/html"}, {"<body", "text/html"},
	} {
		if bytes.HasPrefix(low, []byte(m.start)) {
			return m.typ
		}
	}
	// A mail begins with fields, of which two at least are those of a mail.
	known := 0
	for line := range bytes.Lines(b) {
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, _, ok := cutField(line)
		if !ok {
			break
		}
		switch strings.ToLower(string(name)) {
		case "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version":
			if known++; known == 3 {
				return "message/rfc822"
			}
		}
	}
	return ""
}

// saysNothing are types that programs write when they do not know.
func saysNothing(typ string) bool {
	switch typ {
	case "", typeAny, "binary/octet-stream", "application/binary", "application/x-binary", "application/download", "application/x-download",
		"application/force-download", "application/x-force-download", "application/unknown", "application/x-unknown", "application/x-unknown-content-type", "application/save", "unknown/unknown":
		return true
	}
	return false
}

// typeOf decides by the first bytes of a file which type is shown: the one it
// is said to have where that can be, else the one it has. The second result
// says in words what is odd about it, if anything.
func typeOf(name, declared string, head []byte) (typ, odd string) {
	f := formatOf(head)
	if f == nil {
		return declared, ""
	}
	who := "A file"
	if name != "" {
		who = quoteShort(name)
	}
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if named := formatWithEnding(ext); named != nil && named != f && !f.text && !alike(named, f) {
		odd = who + " is named like " + named.say + " but is " + f.say + "."
	}
	switch {
	case saysNothing(declared) || declared == f.typ:
		return f.typ, odd
	case strings.Contains(f.also, " "+declared+" "):
		if f.typ == typeOLE || strings.HasPrefix(f.typ, "video/") || f.typ == "application/rtf" && strings.HasPrefix(declared, "text/") {
			return declared, odd // says more than the bytes do
		}
		return f.typ, odd
	case f.text && (strings.HasPrefix(declared, "text/") || declared == "application/xml"):
		return declared, odd
	case sameImage(declared, f.typ):
		return f.typ, odd
	}
	d := formatDeclared(declared)
	if d == nil && !strings.HasPrefix(declared, "text/") && !strings.HasPrefix(declared, "image/") && !strings.HasPrefix(declared, "video/") && !strings.HasPrefix(declared, "audio/") {
		return declared, odd // nothing is known of such files
	}
	if d != nil && alike(d, f) {
		if f.typ == "application/zip" {
			return declared, odd // its members may come later
		}
		return f.typ, odd
	}
	return f.typ, who + " says it is " + shortType(declared) + " but is " + f.say + "."
}

func formatWithEnding(ext string) *format {
	if ext == "" {
		return nil
	}
	for i := range formats {
		if strings.Contains(formats[i].exts, " "+ext+" ") {
			return &formats[i]
		}
	}
	return nil
}

func formatDeclared(typ string) *format {
	for i := range formats {
		if f := &formats[i]; f.typ == typ || strings.Contains(f.also, " "+typ+" ") {
			return f
		}
	}
	return nil
}

// alike reports whether nobody need be told that one is the other: images show
// all the same, office files are ZIP archives, and old endings stay in use.
func alike(a, b *format) bool {
	return a == b || sameImage(a.typ, b.typ) || zipped(a) && zipped(b) && (a.typ == "application/zip" || b.typ == "application/zip") ||
		a.typ == typeOLE && (zipped(b) || b.typ == "application/rtf") || a.typ == typeTNEF
}

func zipped(f *format) bool {
	return f.typ == "application/zip" || f.typ == typeDOCX || f.typ == typeXLSX || f.typ == typePPTX
}

func sameImage(a, b string) bool {
	return strings.HasPrefix(a, "image/") && strings.HasPrefix(b, "image/") && a != "image/vnd.dwg" && b != "image/vnd.dwg"
}

// shortType shows a declared type in a warning.
func shortType(typ string) string { return strings.Trim(quoteShort(typ), "\"") }
