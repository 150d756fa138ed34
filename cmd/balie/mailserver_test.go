package main

import (
	"bufio"
	"fmt"
	"net"
	netmail "net/mail"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailStep is a step of handing over a mail at which a process can be killed.
type mailStep string

// mailSteps are the steps in order.
var mailSteps = []mailStep{"before MAIL", "after RCPT", "during DATA", "before 250", "after 250", "after the note"}

// takenMail is a mail that the server took.
type takenMail struct {
	to       string
	process  int  // which process handed it over
	answered bool // the server said that it took it
	noted    bool // the process went on afterwards, or ended cleanly
}

// mailServerAtSteps is an SMTP server that kills the process that speaks to it at a step, and
// checks that nothing comes again that was noted as sent.
type mailServerAtSteps struct {
	t    *testing.T
	port int

	mu             sync.Mutex
	taken          map[string][]*takenMail // by Message-ID
	running        *exec.Cmd
	process        int // the running one; the first is 1
	step           mailStep
	left           int // how often the step is to come until it kills
	killedAfterDot int
}

func newMailServerAtSteps(t *testing.T) *mailServerAtSteps {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &mailServerAtSteps{t: t, port: listener.Addr().(*net.TCPAddr).Port, taken: map[string][]*takenMail{}}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

// startProcess tells of the process that mail comes from now.
func (s *mailServerAtSteps) startProcess(p *exec.Cmd) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running, s.step = p, ""
	s.process++
}

// killAt kills the process when it comes to a step for the n-th time.
func (s *mailServerAtSteps) killAt(step mailStep, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step, s.left = step, n
}

// reached reports whether the process was killed, since it came to a step.
func (s *mailServerAtSteps) reached(step mailStep) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.step != step {
		return false
	}
	if s.left--; s.left != 0 {
		return false
	}
	s.running.Process.Kill()
	if step == "before 250" {
		s.killedAfterDot++
	}
	return true
}

// serve has one conversation.
func (s *mailServerAtSteps) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 localhost")
	var to string
	var last *takenMail // that it may not have noted yet
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		// Other words are a part of sending the mail before.
		if last != nil && (word == "MAIL" || word == "QUIT") {
			s.note(last)
			if last = nil; s.reached("after the note") {
				return
			}
		}
		switch word {
		case "MAIL":
			if s.reached("before MAIL") {
				return
			}
			say("250 ok")
		case "RCPT":
			_, to, _ = strings.Cut(strings.Trim(line, "\r\n>"), "<")
			if say("250 ok"); s.reached("after RCPT") {
				return
			}
		case "DATA":
			if say("354 go on"); s.reached("during DATA") {
				return
			}
			if last = s.takeMail(in, to); last == nil || s.reached("before 250") {
				return
			}
			if s.answer(last, say); s.reached("after 250") {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// takeMail reads a mail up to its last dot; nil: it broke off.
func (s *mailServerAtSteps) takeMail(in *bufio.Reader, to string) *takenMail {
	var data strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil
		}
		if line == ".\r\n" {
			break
		}
		data.WriteString(strings.TrimPrefix(line, "."))
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(data.String()))
	if err != nil {
		s.t.Errorf("it is no mail: %v", err)
		return nil
	}
	id := parsed.Header.Get("Message-ID")
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &takenMail{to: to, process: s.process}
	for _, before := range s.taken[id] {
		if before.noted || before.process == m.process {
			s.t.Errorf("%s was sent again: process %d had handed it over, noted: %t", id, before.process, before.noted)
		}
	}
	s.taken[id] = append(s.taken[id], m)
	return m
}

// answer says that a mail was taken.
func (s *mailServerAtSteps) answer(m *takenMail, say func(string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.answered = true
	say("250 taken")
}

func (s *mailServerAtSteps) note(m *takenMail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.noted = true
}

// settleAll says that the process ended cleanly: it noted what it handed over.
func (s *mailServerAtSteps) settleAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, all := range s.taken {
		for _, m := range all {
			m.noted = m.noted || m.process == s.process
		}
	}
}

// waitFor returns when mails were taken and answered.
func (s *mailServerAtSteps) waitFor(ids ...string) {
	s.t.Helper()
	for late := time.After(2 * patience); ; {
		missing := s.missing(ids)
		if len(missing) == 0 {
			return
		}
		select {
		case <-late:
			s.t.Fatalf("%d of %d mails are missing: %s", len(missing), len(ids), missing)
		case <-time.After(50 * time.Millisecond): // between two looks at what another process does
		}
	}
}

func (s *mailServerAtSteps) missing(ids []string) (missing []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if !slices.ContainsFunc(s.taken[id], func(m *takenMail) bool { return m.answered }) {
			missing = append(missing, id)
		}
	}
	return missing
}
