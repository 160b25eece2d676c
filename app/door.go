package app

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// patience is how long a client may take to accept one piece of an answer.
	// It begins anew with each piece: somebody on a slow line gets all of a
	// large file, and somebody who stopped reading is let go.
	patience = 30 * time.Second
	piece    = 64 << 10
)

// httpDoor is the listener of the HTTP door. It bounds what strangers can hold
// of it: connections in all and from one address, and the time an answer waits
// to be read. Proxies and the machine itself speak for many and have no limit
// of their own.
type httpDoor struct {
	net.Listener
	most       int // connections at the same time
	perAddress int // of them from one IPv4 address or IPv6 /64; 0: no limit of its own
	proxies    []netip.Prefix
	patience   time.Duration
	clock      func() time.Time // of deadlines; the network knows no other than the real one

	mu   sync.Mutex
	open int
	from map[netip.Prefix]int
}

func newHTTPDoor(l net.Listener, most, perAddress int, proxies []netip.Prefix) *httpDoor {
	return &httpDoor{
		Listener: l, most: most, perAddress: perAddress, proxies: proxies,
		patience: patience, clock: time.Now, from: map[netip.Prefix]int{},
	}
}

// tooMany is the answer to a connection there is no room for. It fits into the
// empty buffer of a new socket, so writing it does not wait.
const tooMany = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 44\r\n\r\nToo many connections. Try again in a moment."

// Accept returns the next connection there is room for.
func (d *httpDoor) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := address(c)
		if d.enter(from) {
			return &httpWire{Conn: c, door: d, from: from}, nil
		}
		_ = c.SetDeadline(d.clock().Add(time.Second))
		_, _ = io.WriteString(c, tooMany)
		_ = c.Close()
	}
}

func (d *httpDoor) enter(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	place := network(from)
	if d.open >= d.most || d.perAddress > 0 && d.from[place] >= d.perAddress && !d.speaksForMany(from) {
		return false
	}
	d.open++
	d.from[place]++
	return true
}

func (d *httpDoor) leave(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	place := network(from)
	d.open--
	if d.from[place]--; d.from[place] == 0 {
		delete(d.from, place)
	}
}

func (d *httpDoor) speaksForMany(a netip.Addr) bool {
	for _, p := range d.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return a.IsLoopback()
}

// address is where a connection comes from; zero when the network does not say.
func address(c net.Conn) netip.Addr {
	ap, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// network is the place that an address stands for: an IPv6 customer owns a
// whole /64.
func network(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}

// httpWire is a connection that counts at its door until it is closed, and
// whose writes wait for the other side only so long.
type httpWire struct {
	net.Conn
	door *httpDoor
	from netip.Addr
	gone sync.Once
}

// Write sends p in pieces, each with a deadline of its own.
func (w *httpWire) Write(p []byte) (int, error) {
	sent := 0
	for {
		part := p[sent:min(sent+piece, len(p))]
		if err := w.SetWriteDeadline(w.door.clock().Add(w.door.patience)); err != nil {
			return sent, err
		}
		n, err := w.Conn.Write(part)
		if sent += n; err != nil || sent == len(p) {
			return sent, err
		}
	}
}

// CloseWrite lets net/http end an answer early without cutting off what is
// still on its way.
func (w *httpWire) CloseWrite() error {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// Close closes the connection and counts it out, once.
func (w *httpWire) Close() error {
	w.gone.Do(func() { w.door.leave(w.from) })
	return w.Conn.Close()
}
