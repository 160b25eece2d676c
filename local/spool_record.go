package local

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"

	"projectr"
)

// A segment file is a row of records. Each begins with this head, all numbers
// little endian:
//
//	 0  nonce    8  random, one for each segment, and part of its file name
//	 8  mail     8  the mail the record belongs to
//	16  kind     4  chunk or commit
//	20  seq      4  which chunk of the mail, from 0; for a commit, how many there are
//	24  length   4  bytes of payload that follow the head
//	28  sum      4  CRC-32C of the payload
//	32  headSum  4  CRC-32C of the 32 bytes before
//
// The nonce is the magic number. It is secret so that nobody can put bytes into
// a mail that a search for records, after a damaged one, would take for a record.
const (
	headSize   = 36
	maxPayload = 8 << 20 // a longer length is damage
)

type recordKind uint32

const (
	chunkRecord  recordKind = 1 // part of a mail's raw bytes
	commitRecord recordKind = 2 // JSON of a commit; stands right behind the mail's last chunk
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type head struct {
	mail   uint64
	kind   recordKind
	seq    uint32
	length uint32
	sum    uint32
}

// put writes h into b, all but the nonce and what depends on it.
func (h head) put(b []byte) {
	le := binary.LittleEndian
	le.PutUint64(b[8:], h.mail)
	le.PutUint32(b[16:], uint32(h.kind))
	le.PutUint32(b[20:], h.seq)
	le.PutUint32(b[24:], h.length)
	le.PutUint32(b[28:], h.sum)
}

// seal binds a written head to its segment. It is apart from put because the
// segment is known only when the writer places the record.
func seal(b []byte, nonce uint64) {
	binary.LittleEndian.PutUint64(b, nonce)
	binary.LittleEndian.PutUint32(b[32:], crc32.Checksum(b[:32], castagnoli))
}

// readHead reads the head of a record of the segment with that nonce.
func readHead(b []byte, nonce uint64) (h head, ok bool) {
	le := binary.LittleEndian
	if le.Uint64(b) != nonce || le.Uint32(b[32:]) != crc32.Checksum(b[:32], castagnoli) {
		return head{}, false
	}
	h = head{
		mail:   le.Uint64(b[8:]),
		kind:   recordKind(le.Uint32(b[16:])),
		seq:    le.Uint32(b[20:]),
		length: le.Uint32(b[24:]),
		sum:    le.Uint32(b[28:]),
	}
	return h, h.length <= maxPayload
}

// commit is the payload of a commit record: all there is to know of a mail
// besides its bytes. Chunks leaves the last one out; it stands before the
// commit, Last bytes long.
type commit struct {
	Envelope projectr.Envelope `json:"envelope"`
	Digest   projectr.Digest   `json:"sha256"`
	Size     int64             `json:"size"`
	Chunks   []extent          `json:"chunks,omitempty"`
	Last     uint32            `json:"last"`
}

// extent is where a chunk's record stands: segment, offset, payload length.
type extent struct {
	seg    uint64
	off    int64
	length uint32
}

func (e extent) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%d,%d,%d]", e.seg, e.off, e.length), nil
}

func (e *extent) UnmarshalJSON(b []byte) error {
	var v [3]int64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*e = extent{uint64(v[0]), v[1], uint32(v[2])}
	return nil
}

// readRecord reads the whole record at off and checks it.
func readRecord(r io.ReaderAt, off int64, nonce uint64) (head, []byte, error) {
	var b [headSize]byte
	if _, err := r.ReadAt(b[:], off); err != nil {
		return head{}, nil, err
	}
	h, ok := readHead(b[:], nonce)
	if !ok {
		return head{}, nil, errDamaged
	}
	payload := make([]byte, h.length)
	if _, err := r.ReadAt(payload, off+headSize); err != nil {
		return head{}, nil, err
	}
	if crc32.Checksum(payload, castagnoli) != h.sum {
		return head{}, nil, errDamaged
	}
	return h, payload, nil
}

// scan calls found for each whole record of a segment, in order, and returns
// where the last of them ends. What is torn or damaged is passed over: the next
// record is looked for by its nonce, so damage costs only the mails it hit.
// payload is good until found returns.
func scan(r io.ReaderAt, size int64, nonce uint64, found func(off int64, h head, payload []byte)) (end int64, err error) {
	w := window{r: r, size: size}
	var magic [8]byte
	binary.LittleEndian.PutUint64(magic[:], nonce)
	for off := int64(0); ; {
		b, err := w.at(off, headSize)
		if err != nil || len(b) < headSize {
			return end, err
		}
		h, ok := readHead(b, nonce)
		if ok {
			if b, err = w.at(off, headSize+int(h.length)); err != nil {
				return end, err
			}
			payload := b[headSize:]
			ok = len(payload) == int(h.length) && crc32.Checksum(payload, castagnoli) == h.sum
			if ok {
				found(off, h, payload)
				off += int64(len(b))
				end = off
				continue
			}
		}
		for off++; ; {
			b, err := w.at(off, windowSize)
			if err != nil {
				return end, err
			}
			if i := bytes.Index(b, magic[:]); i >= 0 {
				off += int64(i)
				break
			}
			if len(b) < windowSize {
				return end, nil
			}
			off += int64(len(b) - len(magic) + 1)
		}
	}
}

const windowSize = 1 << 20

// window reads a file in order through a buffer that grows when it must.
type window struct {
	r    io.ReaderAt
	size int64
	off  int64 // of buf[0]
	buf  []byte
}

// at returns n bytes at off, fewer at the end of the file.
func (w *window) at(off int64, n int) ([]byte, error) {
	if rest := w.size - off; int64(n) > rest {
		n = int(max(rest, 0))
	}
	if i := off - w.off; i >= 0 && i+int64(n) <= int64(len(w.buf)) {
		return w.buf[i : i+int64(n)], nil
	}
	if want := max(n, windowSize); cap(w.buf) < want {
		w.buf = make([]byte, want)
	}
	w.buf = w.buf[:min(int64(cap(w.buf)), w.size-off)]
	w.off = off
	if _, err := w.r.ReadAt(w.buf, off); err != nil {
		w.buf = w.buf[:0]
		return nil, err
	}
	return w.buf[:n], nil
}

// A marks file says what became of the mails of the segment beside it. It is
// never synced: a mark that is lost makes a mail be processed again, which
// changes nothing. It goes with its segment, so no mark outlives its mail.
//
//	 0  off    8  of the mail's commit record
//	 8  tries  4  attempts begun, or markDone
//	12  sum    4  CRC-32C of the nonce and the 12 bytes before
const (
	markSize = 16
	markDone = ^uint32(0)
)

func appendMark(b []byte, nonce uint64, off int64, tries uint32) []byte {
	n := len(b)
	b = binary.LittleEndian.AppendUint64(b, uint64(off))
	b = binary.LittleEndian.AppendUint32(b, tries)
	return binary.LittleEndian.AppendUint32(b, markSum(b[n:], nonce))
}

func markSum(b []byte, nonce uint64) uint32 {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], nonce)
	return crc32.Update(crc32.Checksum(n[:], castagnoli), castagnoli, b[:12])
}

// readMarks returns the last mark of each mail of a segment.
func readMarks(b []byte, nonce uint64) map[int64]uint32 {
	marks := make(map[int64]uint32)
	for ; len(b) >= markSize; b = b[markSize:] {
		if binary.LittleEndian.Uint32(b[12:]) == markSum(b, nonce) {
			off := int64(binary.LittleEndian.Uint64(b))
			if marks[off] != markDone {
				marks[off] = binary.LittleEndian.Uint32(b[8:])
			}
		}
	}
	return marks
}
