package file

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
)

// unpack undoes the filters of a stream (ISO 32000-1, 7.4). What was unpacked
// before something went wrong is returned beside the error.
func (f *pdfFile) unpack(s *pdfStream) ([]byte, error) {
	b := s.raw
	if f.crypt != nil && s.ref.id != 0 && s.dict["Type"] != pdfName("XRef") {
		b = f.crypt.bytes(s.ref, b)
	}
	filters, params := f.array(s.dict["Filter"]), f.array(s.dict["DecodeParms"])
	if n := f.name(s.dict["Filter"]); n != "" {
		filters, params = pdfArray{n}, pdfArray{s.dict["DecodeParms"]}
	}
	if len(filters) > 8 {
		return nil, tooPacked
	}
	for i, name := range filters {
		var param pdfDict
		if i < len(params) {
			param, _ = f.dict(params[i])
		}
		var err error
		switch f.name(name) {
		case "FlateDecode", "Fl":
			b, err = f.inflate(b)
			b = f.predicted(b, param)
		case "LZWDecode", "LZW":
			early := true
			if n, ok := f.number(param["EarlyChange"]); ok && n == 0 {
				early = false
			}
			b, err = f.lzw(b, early)
			b = f.predicted(b, param)
		case "ASCII85Decode", "A85":
			b = ascii85(b)
		case "ASCIIHexDecode", "AHx":
			b = []byte((&pdfLexer{b: b}).hex())
		case "RunLengthDecode", "RL":
			b, err = f.runs(b)
		case "Crypt":
		default:
			return nil, damaged("it is packed in an unknown way")
		}
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// room bounds what one stream and all may unpack to.
func (f *pdfFile) room() int64 { return min(f.left, MaxMember) }

func (f *pdfFile) spend(n int) error {
	if f.left -= int64(n); f.left <= 0 {
		return tooPacked
	}
	return nil
}

func (f *pdfFile) inflate(b []byte) ([]byte, error) {
	var r io.Reader
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err == nil {
		r = z
	} else if len(b) > 2 { // the header is wrong; what follows may be right
		r = flate.NewReader(bytes.NewReader(b[2:]))
	} else {
		return nil, badPackage
	}
	limited := io.LimitReader(r, f.room()+1)
	out, err := io.ReadAll(limited)
	if int64(len(out)) > f.room() {
		f.left = min(f.left, 0)
		return nil, tooPacked
	}
	if spent := f.spend(len(out)); spent != nil {
		return nil, spent
	}
	if err != nil && len(out) == 0 {
		return nil, badPackage
	}
	if err == zlib.ErrChecksum || err == zlib.ErrHeader {
		err = nil
	}
	if err != nil {
		err = cutShort
	}
	return out, err
}

// lzw is LZW as PDF has it: codes of 9 to 12 bits, the highest bit first.
func (f *pdfFile) lzw(b []byte, early bool) ([]byte, error) {
	const clear, end = 256, 257
	type entry struct {
		prefix int
		last   byte
		size   int
	}
	table := make([]entry, 258, 4096)
	for i := range 256 {
		table[i] = entry{-1, byte(i), 1}
	}
	var out []byte
	room := f.room()
	bits, have, width, prev := 0, 0, 9, -1
	for _, c := range b {
		bits, have = bits<<8|int(c), have+8
		if have < width {
			continue
		}
		have -= width
		code := bits >> have
		bits &= 1<<have - 1
		switch {
		case code == clear:
			table, width, prev = table[:258], 9, -1
			continue
		case code == end:
			return out, f.spend(len(out))
		case code > len(table) || code == len(table) && prev < 0 || prev < 0 && code > 255:
			_ = f.spend(len(out))
			return out, badPackage
		}
		e := code
		if code == len(table) {
			e = prev
		}
		n := table[e].size
		at := len(out)
		if int64(at+n+1) > room {
			return nil, tooPacked
		}
		out = append(out, make([]byte, n)...)
		for i := n - 1; i >= 0; i-- {
			out[at+i] = table[e].last
			e = table[e].prefix
		}
		if code == len(table) {
			out = append(out, out[at])
		}
		if prev >= 0 && len(table) < 4096 {
			table = append(table, entry{prev, out[at], table[prev].size + 1})
		}
		prev = code
		switch next := len(table) + one(early); {
		case next >= 2048:
			width = 12
		case next >= 1024:
			width = 11
		case next >= 512:
			width = 10
		}
	}
	return out, f.spend(len(out))
}

func (f *pdfFile) runs(b []byte) ([]byte, error) {
	var out []byte
	for len(b) > 1 && int64(len(out)) < f.room() {
		n := int(b[0])
		switch {
		case n == 128:
			return out, f.spend(len(out))
		case n < 128:
			n = min(n+1, len(b)-1)
			out = append(out, b[1:1+n]...)
			b = b[1+n:]
		default:
			out = append(out, bytes.Repeat(b[1:2], 257-n)...)
			b = b[2:]
		}
	}
	return out, f.spend(len(out))
}

func ascii85(b []byte) []byte {
	var out []byte
	var group [5]byte
	n := 0
	for _, c := range b {
		switch {
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group[n] = c - '!'
			if n++; n == 5 {
				out = append(out, ascii85Group(group, 4)...)
				n = 0
			}
		case c == '~':
			if n > 1 {
				for i := n; i < 5; i++ {
					group[i] = 84
				}
				out = append(out, ascii85Group(group, n-1)...)
			}
			return out
		}
	}
	return out
}

func ascii85Group(g [5]byte, n int) []byte {
	var v uint32
	for _, d := range g {
		v = v*85 + uint32(d)
	}
	return []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}[:n]
}

// predicted undoes a predictor (7.4.4.4).
func (f *pdfFile) predicted(b []byte, param pdfDict) []byte {
	kind, _ := f.number(param["Predictor"])
	if kind < 2 {
		return b
	}
	get := func(k pdfName, v int) int {
		if n, ok := f.number(param[k]); ok && n >= 1 && n <= 1<<16 {
			return int(n)
		}
		return v
	}
	colours, bits, columns := get("Colors", 1), get("BitsPerComponent", 8), get("Columns", 1)
	pixel := max((colours*bits+7)/8, 1)
	row := (colours*bits*columns + 7) / 8
	if kind < 10 {
		if bits == 8 {
			for at := 0; at+row <= len(b); at += row {
				for i := pixel; i < row; i++ {
					b[at+i] += b[at+i-pixel]
				}
			}
		}
		return b
	}
	out := make([]byte, 0, len(b))
	before := make([]byte, row)
	for len(b) > 1 {
		how := b[0]
		line := append([]byte(nil), b[1:min(1+row, len(b))]...)
		b = b[min(1+row, len(b)):]
		for i := range line {
			var left, up, corner int
			up = int(before[i])
			if i >= pixel {
				left, corner = int(line[i-pixel]), int(before[i-pixel])
			}
			switch how {
			case 1:
				line[i] += byte(left)
			case 2:
				line[i] += byte(up)
			case 3:
				line[i] += byte((left + up) / 2)
			case 4:
				line[i] += byte(paeth(left, up, corner))
			}
		}
		out = append(out, line...)
		copy(before, line)
	}
	return out
}

func paeth(a, b, c int) int {
	p := a + b - c
	pa, pb, pc := abs(p-a), abs(p-b), abs(p-c)
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
