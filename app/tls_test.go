package app

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"projectr"
)

// certified writes a new self-signed certificate for names and addresses of
// this machine, and returns it.
func certified(t *testing.T, cert, key string, names ...string) *x509.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "test"}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func trust(roots ...*x509.Certificate) *tls.Config {
	pool := x509.NewCertPool()
	for _, r := range roots {
		pool.AddCert(r)
	}
	return &tls.Config{RootCAs: pool}
}

// shown is the certificate that a door shows.
func shown(t *testing.T, addr string) *x509.Certificate {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0]
}

func TestHTTPSByFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	leaf := certified(t, cert, key, "projectr.example.com")
	c, d := listening(t, nil, slog.New(slog.DiscardHandler), "PROJECTR_HTTP_TLS_CERT="+cert, "PROJECTR_HTTP_TLS_KEY="+key,
		"PROJECTR_SMTP_LISTEN=127.0.0.1:0", "PROJECTR_HTTP_REDIRECT_LISTEN=127.0.0.1:0", "PROJECTR_PUBLIC_URL=https://projectr.example.com", "PROJECTR_HTTP_MAX_CONNECTIONS=3")
	log := &logged{}
	r := serving(t, c, d, log, nil)
	addr := d.HTTP.Addr().String()

	for _, http2 := range []bool{true, false} {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: trust(leaf), ForceAttemptHTTP2: http2}}
		res, err := client.Get("https://" + addr + "/api/v1/me")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 401 || res.ProtoMajor != map[bool]int{true: 2, false: 1}[http2] || !strings.HasPrefix(res.Header.Get("Strict-Transport-Security"), "max-age=") {
			t.Errorf("HTTP/2 %v: %s %s %v", http2, res.Proto, res.Status, res.Header)
		}
		client.CloseIdleConnections()
	}

	old := trust(leaf)
	old.MaxVersion = tls.VersionTLS11
	if conn, err := tls.Dial("tcp", addr, old); err == nil {
		conn.Close()
		t.Error("TLS 1.1 is spoken")
	}

	// Somebody who says nothing counts at the door.
	var silent []net.Conn
	for range c.HTTPMaxConns {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		silent = append(silent, conn)
	}
	full, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if b, err := io.ReadAll(full); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 503 ") {
		t.Errorf("one connection more than there may be: %q %v", b, err)
	}
	for _, conn := range silent {
		conn.Close()
	}

	// The SMTP door shows the same certificate.
	mail, err := smtp.Dial(d.SMTP.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	same := trust(leaf)
	same.ServerName = "projectr.example.com"
	if err := mail.StartTLS(same); err != nil {
		t.Errorf("STARTTLS: %v", err)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}

// Renewed files are shown without a restart, and half a renewal never breaks a
// handshake.
func TestRenewedCertificateFilesAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	first := certified(t, cert, key, "projectr.example.com")
	log := &logged{}
	c, d := listening(t, nil, slog.New(slog.NewTextHandler(log, nil)), "PROJECTR_HTTP_TLS_CERT="+cert, "PROJECTR_HTTP_TLS_KEY="+key)
	serving(t, c, d, log, nil)
	addr := d.HTTP.Addr().String()
	if !shown(t, addr).Equal(first) {
		t.Fatal("another certificate is shown at first")
	}

	next := filepath.Join(dir, "next")
	second := certified(t, next+"cert", next+"key", "projectr.example.com")
	until := func(want *x509.Certificate, says string) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !shown(t, addr).Equal(want) || !strings.Contains(log.String(), says); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not shown and logged in ten seconds (%q): %s", says, log)
			}
		}
	}
	if err := os.Rename(next+"cert", cert); err != nil {
		t.Fatal(err)
	}
	until(first, "the one before stays in use")
	if err := os.Rename(next+"key", key); err != nil {
		t.Fatal(err)
	}
	until(second, "certificate was read again")
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	time.Sleep(lookEvery + 100*time.Millisecond)
	if !shown(t, addr).Equal(second) {
		t.Error("a file that is gone takes the certificate away")
	}
	if !strings.HasPrefix(c.URL(), "https://localhost:") {
		t.Errorf("the dashboard is at %s", c.URL())
	}
}

func TestRedirect(t *testing.T) {
	h := redirect("https://projectr.example.com")
	for _, row := range []struct {
		method, target string
		status         int
		location       string
	}{
		{"GET", "/", 308, "https://projectr.example.com/"},
		{"HEAD", "/orgs/acme/projects?q=a%20b&x", 308, "https://projectr.example.com/orgs/acme/projects?q=a%20b&x"},
		{"GET", "/a%2Fb%0d%0aSet-Cookie:x", 308, "https://projectr.example.com/a%2Fb%0d%0aSet-Cookie:x"},
		{"GET", "//evil.example/x", 308, "https://projectr.example.com//evil.example/x"},
		{"GET", "http://evil.example/x", 308, "https://projectr.example.com/x"},
		{"POST", "/api/v1/session", 405, ""},
		{"OPTIONS", "*", 405, ""},
		{"DELETE", "/", 405, ""},
	} {
		// As it comes over the network: a client would tidy it up.
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(row.method + " " + row.target + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != row.status || w.Header().Get("Location") != row.location {
			t.Errorf("%s %s: %d %q", row.method, row.target, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestSettingsOfTLSThatDoNotFit(t *testing.T) {
	public := "PROJECTR_PUBLIC_URL=https://projectr.example.com"
	for _, row := range []struct {
		env  []string
		want string
	}{
		{[]string{"PROJECTR_HTTP_TLS_CERT=a.pem"}, "belong together"},
		{[]string{"PROJECTR_HTTP_TLS_CERT=a.pem", "PROJECTR_HTTP_TLS_KEY=b.pem", "PROJECTR_PUBLIC_URL=http://x.example"}, "must begin with https://"},
		{[]string{"PROJECTR_HTTP_TLS_CERT=a.pem", "PROJECTR_HTTP_TLS_KEY=b.pem", "PROJECTR_ACME=agree", public}, "not both"},
		{[]string{"PROJECTR_ACME=yes", public}, "PROJECTR_ACME must be"},
		{[]string{"PROJECTR_ACME=agree"}, "PROJECTR_PUBLIC_URL must be https://"},
		{[]string{"PROJECTR_ACME=agree", "PROJECTR_PUBLIC_URL=https://192.0.2.7"}, "PROJECTR_PUBLIC_URL must be https://"},
		{[]string{"PROJECTR_ACME=agree", "PROJECTR_PUBLIC_URL=https://localhost"}, "PROJECTR_PUBLIC_URL must be https://"},
		{[]string{"PROJECTR_ACME=agree", public, "PROJECTR_ACME_DIRECTORY=http://ca.example"}, "PROJECTR_ACME_DIRECTORY must be"},
		{[]string{"PROJECTR_ACME=agree", public, "PROJECTR_ACME_EMAIL=ops"}, "PROJECTR_ACME_EMAIL must be"},
		{[]string{"PROJECTR_HTTP_REDIRECT_LISTEN=:80"}, "needs a PROJECTR_PUBLIC_URL"},
		{[]string{"PROJECTR_HTTP_REDIRECT_LISTEN=80", public}, "PROJECTR_HTTP_REDIRECT_LISTEN must be host:port"},
	} {
		if _, err := Load(row.env, ""); err == nil || projectr.KindOf(err) != projectr.Invalid || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%v gave %v, want a sentence with %q", row.env, err, row.want)
		}
	}
	c, err := Load([]string{"PROJECTR_HTTP_TLS_CERT=/no/such", "PROJECTR_HTTP_TLS_KEY=/no/such", "PROJECTR_HTTP_LISTEN=127.0.0.1:0"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(c, slog.New(slog.DiscardHandler)); err == nil || projectr.KindOf(err) != projectr.Invalid || !strings.Contains(err.Error(), "PROJECTR_HTTP_TLS_CERT") {
		t.Errorf("files that are not there: %v", err)
	}
}

// A certificate comes by ACME, over either challenge, from a server that
// checks as the real one does, and is kept over a restart.
func TestACME(t *testing.T) {
	for _, program := range []string{"pebble", "pebble-challtestsrv"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("SKIPPED: " + program + " is not installed: apt-get install pebble")
		}
	}
	for _, challenge := range []string{"TLS-ALPN-01", "HTTP-01"} {
		t.Run(challenge, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
			ca := &http.Client{Transport: &http.Transport{TLSClientConfig: trust(certified(t, cert, key, "localhost"))}, Timeout: 10 * time.Second}
			defer ca.CloseIdleConnections()
			port, manage, dns, unused := freePort(t), freePort(t), freePort(t), freePort(t)
			log := &logged{}
			settings := []string{
				"PROJECTR_ACME=agree", "PROJECTR_ACME_EMAIL=ops@example.com", "PROJECTR_PUBLIC_URL=https://projectr.test", "PROJECTR_DATA_DIR=" + filepath.Join(dir, "data"),
				fmt.Sprintf("PROJECTR_ACME_DIRECTORY=https://127.0.0.1:%d/dir", port), "PROJECTR_HTTP_REDIRECT_LISTEN=127.0.0.1:0", "PROJECTR_SMTP_LISTEN=127.0.0.1:0",
			}
			c, d := listening(t, ca, slog.New(slog.NewTextHandler(log, nil)), settings...)
			ports := map[string]int{"TLS-ALPN-01": d.HTTP.Addr().(*net.TCPAddr).Port, "HTTP-01": d.Redirect.Addr().(*net.TCPAddr).Port}
			for other := range ports {
				if other != challenge {
					ports[other] = unused
				}
			}
			config, err := json.Marshal(map[string]any{"pebble": map[string]any{
				"listenAddress": fmt.Sprintf("127.0.0.1:%d", port), "managementListenAddress": fmt.Sprintf("127.0.0.1:%d", manage),
				"certificate": cert, "privateKey": key, "httpPort": ports["HTTP-01"], "tlsPort": ports["TLS-ALPN-01"],
			}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "pebble.json"), config, 0o600); err != nil {
				t.Fatal(err)
			}
			started(t, "pebble-challtestsrv", "-dns01", fmt.Sprintf("127.0.0.1:%d", dns), "-management", fmt.Sprintf("127.0.0.1:%d", freePort(t)), "-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "")
			started(t, "pebble", "-config", filepath.Join(dir, "pebble.json"), "-dnsserver", fmt.Sprintf("127.0.0.1:%d", dns))
			root := pebbleRoot(t, ca, manage)

			r := serving(t, c, d, log, nil)
			for deadline := time.Now().Add(time.Minute); !strings.Contains(log.String(), "certificate is there"); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) || strings.Contains(log.String(), "no certificate yet") {
					t.Fatalf("no certificate: %s", log)
				}
			}
			checked := trust(root)
			checked.ServerName = "projectr.test"
			conn, err := tls.Dial("tcp", d.HTTP.Addr().String(), checked)
			if err != nil {
				t.Fatal(err)
			}
			first := conn.ConnectionState().PeerCertificates[0]
			conn.Close()
			mail, err := smtp.Dial(d.SMTP.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer mail.Close()
			if err := mail.StartTLS(checked); err != nil {
				t.Errorf("STARTTLS: %v", err)
			}
			stranger := checked.Clone()
			stranger.ServerName = "evil.test"
			if conn, err := tls.Dial("tcp", d.HTTP.Addr().String(), stranger); err == nil {
				conn.Close()
				t.Error("a certificate for another host is shown")
			}
			plain, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get("http://" + d.Redirect.Addr().String() + "/projects")
			if err != nil {
				t.Fatal(err)
			}
			plain.Body.Close()
			if plain.StatusCode != 308 || plain.Header.Get("Location") != "https://projectr.test/projects" {
				t.Errorf("plain HTTP: %s to %s", plain.Status, plain.Header.Get("Location"))
			}
			_ = mail.Close()
			if err := r.stop(); err != nil {
				t.Error(err)
			}
			folder, err := os.Stat(filepath.Join(c.DataDir, "acme"))
			if err != nil || folder.Mode().Perm() != 0o700 {
				t.Errorf("the folder of keys: %v %v", folder, err)
			}

			c, d = listening(t, ca, slog.New(slog.DiscardHandler), settings...)
			serving(t, c, d, log, nil)
			again, err := tls.Dial("tcp", d.HTTP.Addr().String(), checked)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			if !again.ConnectionState().PeerCertificates[0].Equal(first) {
				t.Error("a restart asks for another certificate")
			}
		})
	}
}

// started runs a program until the test ends.
func started(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	var out logged
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said: %s", name, out.String())
		}
	})
}

// pebbleRoot waits for pebble and returns the root of what it issues.
func pebbleRoot(t *testing.T, client *http.Client, manage int) *x509.Certificate {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		res, err := client.Get("https://127.0.0.1:" + strconv.Itoa(manage) + "/roots/0")
		if err != nil {
			if time.Now().After(deadline) {
				t.Fatal(err)
			}
			continue
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(b)
		if block == nil {
			t.Fatalf("no certificate: %s", b)
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
