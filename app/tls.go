package app

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"projectr"
)

// keyPair is a certificate in two PEM files, which are read again when one of
// them has changed: whoever renews them need not restart anything.
type keyPair struct {
	cert, key string
	log       *slog.Logger
	clock     func() time.Time

	mu     sync.Mutex
	loaded *tls.Certificate
	looked time.Time // when the files were last looked at
	seen   [2]stamp  // as they were then
}

// stamp is what of a file changes when it is written or replaced.
type stamp struct {
	changed time.Time
	size    int64
}

// lookEvery is how long a certificate counts before its files are looked at again.
const lookEvery = time.Second

// openKeyPair reads the pair. The settings named certSetting and keySetting are
// told when that does not give a certificate.
func openKeyPair(cert, key, certSetting, keySetting string, log *slog.Logger) (*keyPair, error) {
	p := &keyPair{cert: cert, key: key, log: log, clock: time.Now}
	p.seen = [2]stamp{stampOf(cert), stampOf(key)}
	loaded, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, &projectr.Error{Kind: projectr.Invalid, Err: err,
			Message: certSetting + " and " + keySetting + " do not give a certificate: check that both are PEM files that belong together."}
	}
	p.loaded, p.looked = &loaded, p.clock()
	return p, nil
}

// certificate answers every handshake. Files that give no certificate, as while
// one of them is replaced and the other not yet, leave the one before in use.
func (p *keyPair) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if now.Sub(p.looked) < lookEvery {
		return p.loaded, nil
	}
	p.looked = now
	is := [2]stamp{stampOf(p.cert), stampOf(p.key)}
	if is == p.seen {
		return p.loaded, nil
	}
	p.seen = is
	loaded, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		p.log.Warn("certificate files have changed and give none: the one before stays in use", "file", p.cert, "err", err)
		return p.loaded, nil
	}
	p.log.Info("certificate was read again", "file", p.cert, "expires", loaded.Leaf.NotAfter)
	p.loaded = &loaded
	return p.loaded, nil
}

// stampOf is zero for a file that is not there.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// issued is a certificate from an ACME server (RFC 8555) for one host.
type issued struct {
	manager *autocert.Manager
	host    string
	log     *slog.Logger
}

// newIssued keeps account, key and certificate in the folder acme of the data
// folder, which nobody else may read. client nil: the usual one.
func newIssued(c Config, client *http.Client, log *slog.Logger) *issued {
	host := hostOf(c.PublicURL)
	return &issued{
		manager: &autocert.Manager{
			Prompt:     autocert.AcceptTOS, // PROJECTR_ACME=agree
			Cache:      autocert.DirCache(filepath.Join(c.DataDir, "acme")),
			HostPolicy: only(host),
			Email:      c.ACMEEmail,
			Client:     &acme.Client{DirectoryURL: c.ACMEDirectory, HTTPClient: client, UserAgent: "projectr"},
		},
		host: host, log: log,
	}
}

// only is the policy of one host. A challenge that comes by a port other than
// 80 names the port too.
func only(host string) autocert.HostPolicy {
	is := autocert.HostWhitelist(host)
	return func(ctx context.Context, asked string) error {
		if name, _, err := net.SplitHostPort(asked); err == nil {
			asked = name
		}
		return is(ctx, asked)
	}
}

// own answers a handshake with the certificate of the host, whatever name was
// asked for: a mail server asks for the name of the mail domain, or for none.
func (i *issued) own(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	asked := *hello
	asked.ServerName = i.host
	asked.SupportedProtos = nil // a challenge is answered at the HTTP door alone
	return i.manager.GetCertificate(&asked)
}

// fetch asks for the certificate until there is one, so that nobody's first
// visit waits for it. The manager renews it from then on.
func (i *issued) fetch(ctx context.Context) {
	for wait := time.Minute; ; wait = min(2*wait, 6*time.Hour) {
		_, err := i.own(&tls.ClientHelloInfo{
			CipherSuites:      []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
			SignatureSchemes:  []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
			SupportedCurves:   []tls.CurveID{tls.CurveP256},
			SupportedVersions: []uint16{tls.VersionTLS13, tls.VersionTLS12},
		})
		if err == nil {
			i.log.Info("certificate is there", "host", i.host)
			return
		}
		i.log.Warn("no certificate yet: port 443 of the host must lead to the HTTP door, or port 80 to PROJECTR_HTTP_REDIRECT_LISTEN", "host", i.host, "again_in", wait, "err", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// secure prepares TLS of the doors: for HTTP by files or by ACME, for SMTP by
// files of its own or else as for HTTP. client reaches the ACME server.
func (d *Doors) secure(c Config, client *http.Client, log *slog.Logger) error {
	switch {
	case c.HTTPCert != "":
		pair, err := openKeyPair(c.HTTPCert, c.HTTPKey, "PROJECTR_HTTP_TLS_CERT", "PROJECTR_HTTP_TLS_KEY", log)
		if err != nil {
			return err
		}
		d.HTTPS, d.TLS = &tls.Config{GetCertificate: pair.certificate}, &tls.Config{GetCertificate: pair.certificate}
	case c.ACME != "":
		d.issued = newIssued(c, client, log)
		d.HTTPS, d.TLS = d.issued.manager.TLSConfig(), &tls.Config{GetCertificate: d.issued.own}
	}
	if c.TLSCert != "" {
		pair, err := openKeyPair(c.TLSCert, c.TLSKey, "PROJECTR_SMTP_TLS_CERT", "PROJECTR_SMTP_TLS_KEY", log)
		if err != nil {
			return err
		}
		d.TLS = &tls.Config{GetCertificate: pair.certificate}
	}
	if d.HTTPS != nil {
		d.HTTPS.MinVersion = tls.VersionTLS12
		d.HTTPS.NextProtos = []string{"h2", "http/1.1"}
		if d.issued != nil {
			d.HTTPS.NextProtos = append(d.HTTPS.NextProtos, acme.ALPNProto)
		}
	}
	if d.TLS != nil {
		d.TLS.MinVersion = tls.VersionTLS12
	}
	return nil
}

// redirect answers by plain HTTP with the same path of the dashboard's address.
// What would send something is refused: it has crossed the network in the open
// already, and whoever sent it should learn so.
func redirect(publicURL string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "Send this to "+publicURL+": here everybody on the way can read it.", http.StatusMethodNotAllowed)
			return
		}
		to := publicURL
		if u := r.URL; strings.HasPrefix(u.Path, "/") {
			to += u.EscapedPath()
			if u.RawQuery != "" {
				to += "?" + u.RawQuery
			}
		}
		h.Set("Location", to)
		w.WriteHeader(http.StatusPermanentRedirect)
	})
}

// plain is what the redirecting listener serves: redirects, and the HTTP-01
// challenge where certificates come by ACME.
func (d Doors) plain(publicURL string) http.Handler {
	if d.issued == nil {
		return redirect(publicURL)
	}
	return d.issued.manager.HTTPHandler(redirect(publicURL))
}

// hostOf is the host name of an address as people type it.
func hostOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// checkTLS checks the settings of TLS together with those they hang on.
func (c Config) checkTLS() error {
	https := strings.HasPrefix(c.PublicURL, "https://")
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return invalid("PROJECTR_SMTP_TLS_CERT and PROJECTR_SMTP_TLS_KEY belong together: set both or neither.")
	case (c.HTTPCert == "") != (c.HTTPKey == ""):
		return invalid("PROJECTR_HTTP_TLS_CERT and PROJECTR_HTTP_TLS_KEY belong together: set both or neither.")
	case c.HTTPCert != "" && c.PublicURL != "" && !https:
		return invalid("With PROJECTR_HTTP_TLS_CERT, PROJECTR_PUBLIC_URL must begin with https://.")
	case c.ACME != "" && c.ACME != "agree":
		return invalid("PROJECTR_ACME must be \"agree\", which accepts the terms of the provider of certificates, or empty, not %q.", c.ACME)
	case c.ACME != "" && c.HTTPCert != "":
		return invalid("Set PROJECTR_ACME or PROJECTR_HTTP_TLS_CERT, not both.")
	case c.RedirectListen != "" && !https:
		return invalid("PROJECTR_HTTP_REDIRECT_LISTEN needs a PROJECTR_PUBLIC_URL that begins with https://.")
	}
	if c.ACME == "" {
		return nil
	}
	host := hostOf(c.PublicURL)
	if !https || net.ParseIP(host) != nil || !strings.Contains(strings.Trim(host, "."), ".") {
		return invalid("With PROJECTR_ACME, PROJECTR_PUBLIC_URL must be https:// and the public name of this host, such as https://projectr.example.com.")
	}
	if u, err := url.Parse(c.ACMEDirectory); err != nil || u.Scheme != "https" || u.Host == "" {
		return invalid("PROJECTR_ACME_DIRECTORY must be an address that begins with https://, not %q.", c.ACMEDirectory)
	}
	if c.ACMEEmail != "" && !strings.Contains(c.ACMEEmail, "@") {
		return invalid("PROJECTR_ACME_EMAIL must be an e-mail address, not %q.", c.ACMEEmail)
	}
	return nil
}
