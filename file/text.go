package file

import (
	"bytes"
	"encoding/binary"
	"mime"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
)

// plain reads a file whose bytes are its text.
func plain(w *writer, contentType string, data []byte) error {
	// A code point has at most four bytes: more than this is never written.
	if most := 4*MaxText + 4; len(data) > most {
		data = data[:most]
		w.full = true
	}
	for line := range lines(decodeText(contentType, data)) {
		w.write(line)
		w.newline()
		if w.left <= 0 {
			break
		}
	}
	return nil
}

// lines yields the lines of s without their ends, which are LF, CR LF or CR.
func lines(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for s != "" {
			i := strings.IndexAny(s, "\r\n")
			if i < 0 {
				yield(s)
				return
			}
			if !yield(s[:i]) {
				return
			}
			if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			s = s[i+1:]
		}
	}
}

// decodeText gives text as UTF-8. A mark at the beginning decides, then what is
// well-formed UTF-8, then the character set of contentType, and windows-1252
// where nothing else is known: every byte means something in it.
func decodeText(contentType string, data []byte) string {
	order := binary.ByteOrder(nil)
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order, data = binary.BigEndian, data[2:]
	default:
		order = utf16Without(data)
	}
	if order != nil {
		return decodeUTF16(order, data)
	}
	if utf8.Valid(cutRune(data)) {
		return string(data)
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		if s, ok := decodeCharset(params["charset"], data); ok {
			return s
		}
	}
	return decode1252(data)
}

// cutRune leaves out a code point that is cut off at the end.
func cutRune(data []byte) []byte {
	for i := 1; i <= 3 && i <= len(data); i++ {
		if c := data[len(data)-i]; c >= 0xc0 {
			if !utf8.FullRune(data[len(data)-i:]) {
				return data[:len(data)-i]
			}
			break
		} else if c < 0x80 {
			break
		}
	}
	return data
}

func decodeUTF16(order binary.ByteOrder, data []byte) string {
	u := make([]uint16, len(data)/2)
	for i := range u {
		u[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(u))
}

func decode1252(data []byte) string {
	s, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "")
	}
	return string(s)
}

// decodeCharset decodes data by the name of a character set (WHATWG Encoding).
func decodeCharset(name string, data []byte) (string, bool) {
	enc, _ := charset.Lookup(strings.Trim(name, "'\" "))
	if enc == nil {
		return "", false
	}
	s, err := enc.NewDecoder().Bytes(data)
	return string(s), err == nil
}
