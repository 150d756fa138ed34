//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// child is balie in a process of its own, so that its memory can be measured.
type child struct {
	*testing.T
	addr string
	pid  int
}

func startChild(t *testing.T) *child {
	t.Helper()
	desk := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(desk, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writeSample(t.Context(), desk, "plugins", time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	hooks := "- {name: alerts, kind: alertmanager, secret: {env: BALIE_HOOK_FLOOD}, service_label: service}\n"
	if err := os.WriteFile(filepath.Join(desk, "hooks.yaml"), []byte(hooks), 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("balie", "serve", "--draft", "-C", desk, "--state", t.TempDir(), "--addr", "127.0.0.1:0")
	c.Env = append(os.Environ(), "BALIE_HOOK_FLOOD=secret")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	addr, _, _ := strings.Cut(strings.TrimPrefix(line, "http://"), "/")
	return &child{t, strings.TrimSpace(addr), c.Process.Pid}
}

// memory is a figure of the process in bytes: VmRSS is what it has now, VmHWM the most it had.
func (c *child) memory(name string) int64 {
	c.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.pid))
	if err != nil {
		c.Fatal(err)
	}
	found := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		c.Fatalf("no %s in %s", name, text)
	}
	n, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return n << 10
}

// alive fails the test where the process does not answer.
func (c *child) alive() {
	c.Helper()
	answer, err := http.Get("http://" + c.addr + "/readyz")
	if err != nil {
		c.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		c.Errorf("it answers %s", answer.Status)
	}
}

// zeros is a body of zeros that counts what is read of it.
type zeros struct{ sent atomic.Int64 }

func (z *zeros) Read(p []byte) (int, error) {
	clear(p)
	z.sent.Add(int64(len(p)))
	return len(p), nil
}

const tenGB = 10 << 30

// TestTenGigabytes: a body of 10 GB is refused before much of it was read, and is never held.
func TestTenGigabytes(t *testing.T) {
	if testing.Short() {
		t.Skip("it sends up to half a gigabyte")
	}
	c := startChild(t)
	c.alive()
	before := c.memory("VmHWM")
	const multipart = "multipart/form-data; boundary=b"
	for _, tt := range []struct {
		name, path, header string
		start              string // of the body
		announced          bool   // by Content-Length
		status             int
		most               int64 // bytes that are sent before the answer, with what the sockets hold
	}{
		{"a form of a known length", "/forms/contact", "Content-Type: application/x-www-form-urlencoded", "message=", true, 413, 16 << 20},
		{"a form of an unknown length", "/forms/contact", "Content-Type: application/x-www-form-urlencoded", "message=", false, 413, 160 << 20},
		{"a file", "/forms/contact", "Content-Type: " + multipart, "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n\r\n", false, 413, 160 << 20},
		{"JSON", "/forms/contact", "Content-Type: application/json", `{"message": "`, false, 413, 160 << 20},
		{"a delivery of a known length", "/hooks/alerts", "Authorization: Bearer secret", "", true, 413, 16 << 20},
		{"a delivery of an unknown length", "/hooks/alerts", "Authorization: Bearer secret", "", false, 413, 24 << 20},
		{"to a page", "/", "Content-Type: text/plain", "", false, 405, 16 << 20},
		{"to a follow page that is not there", "/t/aaaaaaaaaaaaaaaaaaaaaaaaaa/", "Content-Type: " + multipart, "--b\r\n", false, 404, 16 << 20},
	} {
		body := &zeros{}
		status, err := c.flood(tt.path, tt.header, tt.start, tt.announced, body)
		if err != nil || status != tt.status {
			t.Errorf("%s: answer %d, %v", tt.name, status, err)
		}
		if sent := body.sent.Load(); sent > tt.most {
			t.Errorf("%s: %d bytes were sent", tt.name, sent)
		} else {
			t.Logf("%s: %d after %d MB", tt.name, status, sent>>20)
		}
	}
	if grown := c.memory("VmHWM") - before; grown > 64<<20 {
		t.Errorf("the process grew by %d MB", grown>>20)
	} else {
		t.Logf("the process grew by %d MB", grown>>20)
	}
	c.alive()
}

// flood posts 10 GB, as far as they are taken, and returns the status of the answer.
func (c *child) flood(path, header, start string, announced bool, zeros io.Reader) (status int, err error) {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return 0, err
	}
	body := io.MultiReader(strings.NewReader(start), io.LimitReader(zeros, tenGB))
	var sending sync.WaitGroup
	defer sending.Wait()
	defer conn.Close()
	sending.Go(func() {
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: help.example\r\nAccept: application/json\r\n%s\r\n", path, header)
		if announced {
			fmt.Fprintf(conn, "Content-Length: %d\r\n\r\n", tenGB+len(start))
			io.Copy(conn, body)
			return
		}
		io.WriteString(conn, "Transfer-Encoding: chunked\r\n\r\n")
		for piece := make([]byte, 64<<10); ; {
			n, err := body.Read(piece)
			if err == nil {
				_, err = fmt.Fprintf(conn, "%x\r\n%s\r\n", n, piece[:n])
			}
			if err != nil {
				return
			}
		}
	})
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, err
	}
	answer.Body.Close()
	return answer.StatusCode, nil
}

// idle is how many connections stay open, and mostPerConnection how much memory each may cost.
const (
	idle              = 10_000
	mostPerConnection = 64 << 10
)

// TestIdleConnections: ten thousand connections that have asked once and stay open cost little, and
// keep nobody else away.
func TestIdleConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens 10,000 connections")
	}
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur < idle+500 {
		t.Skipf("only %d files may be open: ulimit -n %d", files.Cur, idle+500)
	}
	c := startChild(t)
	c.alive()
	before := c.memory("VmRSS")
	var open []net.Conn
	defer func() {
		for _, conn := range open {
			conn.Close()
		}
	}()
	for range idle {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			t.Fatalf("after %d: %v", len(open), err)
		}
		open = append(open, conn)
		io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: help.example\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("after %d: %v", len(open), err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	c.alive()
	each := (c.memory("VmRSS") - before) / idle
	t.Logf("%d connections: %d KB each", len(open), each>>10)
	if each > mostPerConnection {
		t.Errorf("each connection costs %d bytes", each)
	}
}
