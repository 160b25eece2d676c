package file

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"strings"

	"golang.org/x/net/html/charset"
)

// packed is a document that is a ZIP file (ECMA-376 part 2, OpenDocument part
// 3). Its members are read one by one into memory, within limits; their names
// are only looked up, never used as paths.
type packed struct {
	files []*zip.File
	left  int64 // bytes that may still be unpacked
}

func openZip(data []byte) (*packed, error) {
	// Each entry of the directory has 46 bytes and a name: this many bytes of
	// entries can be too many before they are looked at.
	if bytes.Count(data, []byte("PK\x01\x02")) > MaxMembers+16 {
		return nil, tooPacked
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, badPackage
	}
	if len(z.File) > MaxMembers {
		return nil, tooPacked
	}
	return &packed{files: z.File, left: MaxUnpacked}, nil
}

// find returns the member of that name; nil if there is none.
func (z *packed) find(name string) *zip.File {
	for _, f := range z.files {
		if f.Name == name {
			return f
		}
	}
	for _, f := range z.files { // some programs write other case or backslashes
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f
		}
	}
	return nil
}

var errNoMember = damaged("a part of it is missing")

// open begins to unpack a member. What the directory says of its size is not
// believed.
func (z *packed) open(name string) (io.Reader, error) {
	f := z.find(name)
	if f == nil {
		return nil, errNoMember
	}
	if f.Flags&1 != 0 {
		return nil, locked
	}
	r, err := f.Open()
	if err != nil {
		return nil, badPackage
	}
	return &unpacking{z: z, r: r, left: MaxMember}, nil
}

// bytes unpacks a member.
func (z *packed) bytes(name string) ([]byte, error) {
	r, err := z.open(name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, MaxMember))
}

// unpacking reads a member within the limits of one and of all.
type unpacking struct {
	z    *packed
	r    io.Reader
	left int64
}

func (u *unpacking) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.left -= int64(n)
	u.z.left -= int64(n)
	if u.left < 0 || u.z.left < 0 {
		return 0, tooPacked
	}
	if err != nil && err != io.EOF {
		err = badPackage
	}
	return n, err
}

// xmlReader walks through XML. It knows no entities but the five of XML, so
// none can blow up, and it bounds the depth.
type xmlReader struct {
	d     *xml.Decoder
	depth int
}

func (z *packed) xml(name string) (*xmlReader, error) {
	r, err := z.open(name)
	if err != nil {
		return nil, err
	}
	d := xml.NewDecoder(r)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) { return charset.NewReaderLabel(label, in) }
	return &xmlReader{d: d}, nil
}

// next returns the next xml.StartElement, xml.EndElement or xml.CharData; the
// characters are valid until the next call. The end is io.EOF, anything else
// that is wrong a refusal.
func (x *xmlReader) next() (xml.Token, error) {
	for {
		t, err := x.d.RawToken()
		if err != nil {
			var why refusal
			switch {
			case err == io.EOF:
				return nil, io.EOF
			case errors.As(err, &why):
				return nil, why
			}
			return nil, damaged("its text is cut off or muddled")
		}
		switch t.(type) {
		case xml.StartElement:
			if x.depth++; x.depth > maxXMLDepth {
				return nil, damaged("its parts lie too deep in each other")
			}
			return t, nil
		case xml.EndElement:
			x.depth--
			return t, nil
		case xml.CharData:
			return t, nil
		}
	}
}

// skip passes over the rest of the element that was just begun.
func (x *xmlReader) skip() error {
	for end := x.depth - 1; x.depth > end; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// text returns the characters within the element that was just begun.
func (x *xmlReader) text() (string, error) {
	var b strings.Builder
	for end := x.depth - 1; x.depth > end; {
		t, err := x.next()
		if err != nil {
			return b.String(), err
		}
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
	}
	return b.String(), nil
}

// tokens goes through what next returns, until the end of the member or an error,
// which is the last.
func (x *xmlReader) tokens() iter.Seq2[xml.Token, error] {
	return func(yield func(xml.Token, error) bool) {
		for {
			t, err := x.next()
			if err == io.EOF || !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// each calls start for every element until the end of the member.
func (x *xmlReader) each(start func(e xml.StartElement) error) error {
	for t, err := range x.tokens() {
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := start(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// attr returns an attribute by its local name; of two with the same, the one
// without a prefix.
func attr(e xml.StartElement, name string) string {
	v := ""
	for _, a := range e.Attr {
		if a.Name.Local == name {
			if v = a.Value; a.Name.Space == "" {
				break
			}
		}
	}
	return v
}

// prefixed returns an attribute by its prefix and name.
func prefixed(e xml.StartElement, prefix, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == prefix {
			return a.Value
		}
	}
	return ""
}

// relation is how one part of an Office document points to another.
type relation struct {
	id, kind, target string
}

// relations reads what the part points to within the document (ECMA-376 part
// 2, section 9.3). What lies outside is left out: nothing is ever fetched.
func (z *packed) relations(part string) ([]relation, error) {
	dir, name := path.Split(part)
	x, err := z.xml(dir + "_rels/" + name + ".rels")
	if err == error(errNoMember) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []relation
	err = x.each(func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" || len(out) >= MaxMembers {
			return nil
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		target = strings.TrimPrefix(path.Clean("/"+target), "/")
		out = append(out, relation{attr(e, "Id"), path.Base(attr(e, "Type")), target})
		return nil
	})
	return out, err
}

// openOffice opens an Office document and returns the part that it begins with,
// and what that refers to.
func openOffice(data []byte, usual string) (z *packed, part string, rels []relation, err error) {
	if z, err = openZip(data); err != nil {
		return nil, "", nil, err
	}
	part = z.mainPart(usual)
	rels, err = z.relations(part)
	return z, part, rels, err
}

// mainPart returns the part that an Office document begins with.
func (z *packed) mainPart(usual string) string {
	rels, _ := z.relations("")
	for _, r := range rels {
		if r.kind == "officeDocument" && z.find(r.target) != nil {
			return r.target
		}
	}
	return usual
}
