package file

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
)

// pdfCrypt opens what is locked with the empty password: many PDFs may be read
// by everybody and only not be changed (ISO 32000-2, 7.6).
type pdfCrypt struct {
	key     []byte
	strings pdfCipher
	streams pdfCipher
	plain   int // the object that says how to decrypt is not encrypted
	meta    bool
}

type pdfCipher int

const (
	cipherNone pdfCipher = iota
	cipherRC4
	cipherAES128
	cipherAES256
)

var passwordPad = []byte("\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a")

func newPDFCrypt(f *pdfFile, enc pdfDict) (*pdfCrypt, error) {
	if f.name(enc["Filter"]) != "Standard" {
		return nil, encrypted
	}
	num := func(k pdfName) int { n, _ := f.number(enc[k]); return int(int64(n)) }
	str := func(k pdfName) []byte { s, _ := f.get(enc[k]).(pdfString); return []byte(s) }
	version, revision := num("V"), num("R")
	c := &pdfCrypt{strings: cipherRC4, streams: cipherRC4, meta: f.get(enc["EncryptMetadata"]) != false}
	size := 5
	switch version {
	case 1:
	case 2, 3:
		if n := num("Length"); n >= 40 && n <= 128 {
			size = n / 8
		}
	case 4, 5:
		size = 16
		filters, _ := f.dict(enc["CF"])
		method := func(k pdfName) pdfCipher {
			d, _ := f.dict(filters[f.name(enc[k])])
			switch f.name(d["CFM"]) {
			case "V2":
				return cipherRC4
			case "AESV2":
				return cipherAES128
			case "AESV3":
				return cipherAES256
			}
			return cipherNone
		}
		c.strings, c.streams = method("StrF"), method("StmF")
	default:
		return nil, encrypted
	}
	if revision >= 5 {
		key, ok := key256(revision, str("U"), str("UE"))
		if !ok {
			return nil, locked
		}
		c.key = key
		return c, nil
	}
	owner, user := str("O"), str("U")
	if len(owner) < 32 || len(user) < 16 {
		return nil, damaged("what it says of its password makes no sense")
	}
	var id []byte
	if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
		s, _ := f.get(ids[0]).(pdfString)
		id = []byte(s)
	}
	h := md5.New()
	h.Write(passwordPad)
	h.Write(owner[:32])
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(num("P"))))
	h.Write(id)
	if revision >= 4 && !c.meta {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)[:size]
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(key)
			key = sum[:size]
		}
	}
	c.key = append([]byte(nil), key...)
	if !c.opens(revision, user, id) {
		return nil, locked
	}
	return c, nil
}

// opens says whether the key is the one the file was locked with.
func (c *pdfCrypt) opens(revision int, user, id []byte) bool {
	out := append([]byte(nil), passwordPad...)
	if revision < 3 {
		xorRC4(c.key, out)
		return bytes.Equal(out[:16], user[:16])
	}
	sum := md5.Sum(append(out, id...))
	out = sum[:]
	for i := range 20 {
		k := make([]byte, len(c.key))
		for j := range k {
			k[j] = c.key[j] ^ byte(i)
		}
		xorRC4(k, out)
	}
	return bytes.Equal(out, user[:16])
}

func xorRC4(key, b []byte) {
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(b, b)
	}
}

// key256 gives the key of a file that is locked with AES-256 and no password.
func key256(revision int, user, wrapped []byte) ([]byte, bool) {
	if len(user) < 48 || len(wrapped) < 32 {
		return nil, false
	}
	if !bytes.Equal(hash256(revision, user[32:40]), user[:32]) {
		return nil, false
	}
	block, err := aes.NewCipher(hash256(revision, user[40:48]))
	if err != nil {
		return nil, false
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, wrapped[:32])
	return key, true
}

// hash256 is algorithm 2.B of ISO 32000-2 for the empty password.
func hash256(revision int, salt []byte) []byte {
	sum := sha256.Sum256(salt)
	k := sum[:]
	if revision < 6 {
		return k
	}
	for i := 0; ; i++ {
		e := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		mod := 0
		for _, c := range e[:16] {
			mod += int(c)
		}
		switch mod % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		case 2:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-32 {
			return k[:32]
		}
	}
}

func (c *pdfCrypt) text(ref pdfRef, s pdfString) pdfString {
	return pdfString(c.open(c.strings, ref, []byte(s)))
}

func (c *pdfCrypt) bytes(ref pdfRef, b []byte) []byte { return c.open(c.streams, ref, b) }

func (c *pdfCrypt) open(how pdfCipher, ref pdfRef, b []byte) []byte {
	key := c.key
	if how == cipherRC4 || how == cipherAES128 {
		key = append(append([]byte(nil), key...), byte(ref.id), byte(ref.id>>8), byte(ref.id>>16), byte(ref.gen), byte(ref.gen>>8))
		if how == cipherAES128 {
			key = append(key, "sAlT"...)
		}
		sum := md5.Sum(key)
		key = sum[:min(len(c.key)+5, 16)]
	}
	switch how {
	case cipherRC4:
		out := append([]byte(nil), b...)
		xorRC4(key, out)
		return out
	case cipherAES128, cipherAES256:
		n := len(b) &^ 15
		block, err := aes.NewCipher(key)
		if n < 32 || err != nil {
			return nil
		}
		out := make([]byte, n-16)
		cipher.NewCBCDecrypter(block, b[:16]).CryptBlocks(out, b[16:n])
		if pad := int(out[len(out)-1]); pad >= 1 && pad <= 16 {
			out = out[:len(out)-pad]
		}
		return out
	}
	return b
}
