package reapi

// This file makes a client from an address and what its user says of trust.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options are what a client is told besides the address.
type Options struct {
	// Instance is the name of the instance of the server, "" for its first. HTTP knows none.
	Instance string
	// TokenFile holds what proves who we are: a line "Basic …" or "Bearer …", or the bare token of the latter.
	TokenFile string
	// CAFile holds certificates, in PEM, that stand beside those of the system.
	CAFile string
	// Connect bounds how long a connection may take to come about; 0 is 300 ms.
	Connect time.Duration
}

// Blob is some bytes with their digest.
type Blob struct {
	Digest Digest
	Data   []byte
}

// Cache is a store of results and blobs on another machine. Its methods may be called at the same time.
type Cache interface {
	// GetActionResult returns the result of an action, ErrNotFound if there is none. Standard output and error are wished for
	// as bytes, which a server need not do.
	GetActionResult(ctx context.Context, action Digest) (*ActionResult, error)
	// TakesRaw says whether a result that is stored may hold what was printed as bytes. Over gRPC servers may refuse that
	// (remote_execution.proto, ActionResult.stdout_raw).
	TakesRaw() bool
	// UpdateActionResult stores the result of an action. Its blobs are to be there before.
	UpdateActionResult(ctx context.Context, action Digest, r *ActionResult) error
	// FindMissing returns those blobs that the server has not got.
	FindMissing(ctx context.Context, digests []Digest) ([]Digest, error)
	// Read returns blobs; one that is missing, or has come with other bytes, is not among them.
	Read(ctx context.Context, digests []Digest) ([]Blob, error)
	// Write stores blobs.
	Write(ctx context.Context, blobs []Blob) error
}

// Dial makes a client of an address: grpc://, grpcs://, http:// or https:// with a host, a port and, for HTTP, a path.
// Without a scheme it is grpcs, but grpc on this machine. Nothing is sent yet.
func Dial(address string, o Options) (Cache, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	header := http.Header{"User-Agent": {"gokbuild"}}
	if o.TokenFile != "" {
		if !secure(u) {
			return nil, fmt.Errorf("%s: a token is sent by TLS only", address)
		}
		token, err := readToken(o.TokenFile)
		if err != nil {
			return nil, err
		}
		header.Set("Authorization", token)
	}
	transport, err := o.transport(u)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	switch u.Scheme {
	case "http", "https":
		return &plain{http: client, base: strings.TrimSuffix(u.String(), "/"), header: header}, nil
	}
	base := "http://" + u.Host
	if u.Scheme == "grpcs" {
		base = "https://" + u.Host
	}
	return &Client{conn: grpcConn{http: client, base: base, header: header}, instance: o.Instance}, nil
}

// parse takes an address apart. A password in it could be seen by everyone who may list processes.
func parse(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		u, err := url.Parse("grpc://" + address)
		if err != nil {
			return nil, fmt.Errorf("not an address of a server: %q", address)
		}
		if !loopback(u.Hostname()) {
			u.Scheme = "grpcs"
		}
		address = u.String()
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, fmt.Errorf("not an address of a server: %q", address)
	case u.User != nil:
		return nil, errors.New("the address of a server holds a name or a password; a file with a token is asked for instead")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("not an address of a server: %q", address)
	}
	switch u.Scheme {
	case "grpc", "grpcs":
		if strings.Trim(u.Path, "/") != "" {
			return nil, fmt.Errorf("an address of gRPC has no path: %q", address)
		}
		if u.Port() == "" {
			u.Host = net.JoinHostPort(u.Hostname(), map[string]string{"grpc": "80", "grpcs": "443"}[u.Scheme])
		}
	case "http", "https":
	default:
		return nil, fmt.Errorf("not a protocol for a cache: %q", u.Scheme)
	}
	return u, nil
}

// secure says whether nobody but the server sees what is sent.
func secure(u *url.URL) bool {
	return u.Scheme == "grpcs" || u.Scheme == "https" || loopback(u.Hostname())
}

// loopback says whether a host is this one, by its name.
func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// readToken returns what goes into the Authorization header.
func readToken(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	switch {
	case token == "" || strings.ContainsAny(token, "\r\n"):
		return "", fmt.Errorf("%s: one line with a token is asked for", file)
	case !strings.Contains(token, " "):
		token = "Bearer " + token
	}
	return token, nil
}

// transport makes the connections.
func (o *Options) transport(u *url.URL) (*http.Transport, error) {
	connect := o.Connect
	if connect == 0 {
		connect = 300 * time.Millisecond
	}
	t := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: connect}).DialContext,
		TLSHandshakeTimeout:   3 * connect,
		ResponseHeaderTimeout: 0, // calls have deadlines of their own
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       time.Minute,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		DisableCompression:    true,
		Protocols:             new(http.Protocols),
	}
	switch u.Scheme {
	case "grpc":
		t.Protocols.SetUnencryptedHTTP2(true)
	case "grpcs":
		t.Protocols.SetHTTP2(true)
	default:
		t.Proxy = http.ProxyFromEnvironment
		t.Protocols.SetHTTP1(true)
		t.Protocols.SetHTTP2(true)
	}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, err
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate in it", o.CAFile)
		}
		t.TLSClientConfig.RootCAs = pool
	}
	return t, nil
}
