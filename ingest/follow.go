package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"balie/content"
	"balie/ingest/delivery"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/themes"
	"balie/themes/view"
)

// ticket finds the ticket whose follow page is asked for, with everything that was filed of it. The
// answer is in the ticket's language.
func (c *call) ticket() (*content.Ticket, error) {
	t, err := c.filer.Follow(c.r.PathValue("token"))
	if err != nil {
		return nil, unavailable("it can't be read now", 30*time.Second, err)
	}
	if t == nil {
		return nil, notFound("page")
	}
	c.now = filing.Instant(t, c.now)
	c.lang = cmp.Or(c.oneOf(t.Language), c.tree.Site.Source())
	return t, nil
}

// followPage serves a ticket to its requester.
func (c *call) followPage(w http.ResponseWriter) error {
	t, err := c.ticket()
	if err != nil {
		return err
	}
	if !strings.HasSuffix(c.r.URL.Path, "/") {
		w.Header().Set("Location", c.intakePrefix+"/t/"+t.Follow+"/")
		return write(w, http.StatusSeeOther, nil)
	}
	if err := c.readSession(); err != nil {
		return err
	}
	c.onlyIf(t)
	v, err := c.followView(t, form.Answers{})
	if err != nil {
		return err
	}
	v.Sent = sentJustNow(v, c.r.URL.Query().Get("sent"), c.now)
	return c.writePage(w, http.StatusOK, c.follow(v))
}

// confirmedFor is how long after an event a page says that it arrived.
const confirmedFor = 10 * time.Minute

// sentJustNow returns what a page confirms: the last thing that its requester did, if it is of the
// kind that the address names and is not long ago. An address that was kept or made up confirms
// nothing that did not happen.
func sentJustNow(v view.Follow, kind string, now time.Time) *view.Sent {
	for _, e := range slices.Backward(v.Timeline) {
		if !e.Mine {
			continue
		}
		if string(e.Kind) != kind || e.Kind == content.Received || now.Sub(e.At) > confirmedFor {
			return nil
		}
		return &view.Sent{Kind: e.Kind, Event: e.Name}
	}
	return nil
}

// followView is the follow page of a ticket, with the nonce of what was sent or a new one.
func (c *call) followView(t *content.Ticket, sent form.Answers) (view.Follow, error) {
	s := c.setting()
	var err error
	if c.isFinal(c.ticketNow(t).State) { // only then a message makes a ticket that follows it
		if s.New, err = c.filer.NewFollowUps(t.Number); err != nil {
			return view.Follow{}, unavailable("it can't be read now", 30*time.Second, err)
		}
	}
	v := s.Follow(t)
	v.Write.Nonce, err = c.nonce(sent)
	return v, err
}

func (c *call) follow(v view.Follow) page {
	return page{"follow", themes.Place{Lang: c.lang, Path: "/", Nav: "contact", NoIndex: true, Private: true}, v}
}

// act takes a message, "it is solved", its undo or a rating from the follow page.
func (c *call) act(w http.ResponseWriter) error {
	t, err := c.ticket()
	if err != nil {
		return err
	}
	write := form.Rules{Setup: c.tree.Setup, Form: content.MessageForm(c.tree.Setup.Form(t.Form)), Attach: c.mayTurnOutToAttach()}
	answers, release, err := c.decode(write)
	if err != nil {
		return err
	}
	defer release()
	if err := c.limit("/t", false); err != nil {
		return keepTyped(err, write.TypedText(answers))
	}
	if err := c.recogniseOn(w, t, answers); err != nil {
		return keepTyped(err, write.TypedText(answers))
	}
	write.Attach = c.attach()
	rules := write
	if action := answers.Get("action"); action != "" {
		if rules.Form = form.ActionForm(action); rules.Form == nil {
			return c.mistaken(t, answers, []view.Mistake{{Field: "action", Code: "choice"}})
		}
	}
	check := rules.Check
	if rules.Form == write.Form {
		check = rules.CheckMessage
	}
	s, wrong := check(answers)
	comeBack := func(wrong ...view.Mistake) error { return c.mistaken(t, answers, wrong) }
	if len(wrong) > 0 {
		return comeBack(wrong...)
	}
	sub, err := c.identify("t/"+t.Number, answers, s)
	if err != nil {
		return keepTyped(err, s.Body())
	}
	if sub.Files, err = c.storeFiles(sub, t, s.Files); err != nil {
		return notStored(err, s.Body(), comeBack)
	}
	reply, err := c.carryOut(sub, s)
	if err != nil {
		return keepTyped(err, s.Body())
	}
	return c.accepted(w, reply)
}

// readAgain finds the ticket in the current tree: others may have written while the body arrived.
func (c *call) readAgain() (*content.Ticket, error) {
	c.tree = c.Tree()
	c.now = c.Now().In(c.tree.Zone)
	o, err := c.siteContextOf(c.tree)
	if err != nil {
		return nil, err
	}
	c.siteContext = o
	return c.ticket()
}

// mistaken answers with the follow page as it was typed.
func (c *call) mistaken(t *content.Ticket, a form.Answers, wrong []view.Mistake) error {
	v, err := c.followView(t, a)
	if err != nil {
		return err
	}
	v = form.TypedMessage(v, a, wrong)
	back := c.follow(v)
	return mistaken(v.Write.WithLabels(wrong), back)
}

// carryOut files a submission of the follow page. "It is solved", its undo or a rating that was
// given before is not filed again, and is answered with the earlier event. One submission is
// carried out after the other, so that the same one sent twice at once is filed once.
func (c *call) carryOut(sub filing.Submission, s *form.Submission) (reply, error) {
	c.acting.Lock()
	defer c.acting.Unlock()
	if receipt, found, err := c.filer.Filed(sub); err != nil {
		return reply{}, notFiled(err)
	} else if found {
		return c.replyTo(receipt), nil
	}
	t, err := c.readAgain()
	if err != nil {
		return reply{}, err
	}
	e := &content.Event{Kind: content.Message, Body: s.Body()}
	switch s.Form.ID {
	case "solved":
		at := c.ticketNow(t)
		if last := lastOf(t, content.Confirmed, content.Closed, content.Merged); last != nil && (c.isFinal(at.State) || !at.ClosesAt.IsZero()) {
			return doneBefore(t, last), nil
		}
		e = &content.Event{Kind: content.Confirmed}
	case "undo":
		if c.ticketNow(view.WithoutSpam(t)).ClosesAt.IsZero() {
			if last := lastOf(t, content.Confirmed, content.Reopened); last != nil && last.Kind == content.Reopened {
				return doneBefore(t, last), nil
			}
			return reply{}, c.mistaken(t, form.Answers{}, []view.Mistake{{Field: "action", Code: form.UndoTooLate}})
		}
		e = &content.Event{Kind: content.Reopened}
	case "rate":
		value, _ := s.Values.Get("score")
		score, _ := strconv.Atoi(value)
		if last := lastOf(t, content.Rated); last != nil && last.Data().Score == score && (s.Body() == "" || s.Body() == last.Body) {
			return doneBefore(t, last), nil
		}
		e = &content.Event{Kind: content.Rated, Body: s.Body(), Front: &content.Front{Score: score}}
	default:
		if c.isClosed(t) { // the message becomes a new ticket that follows this one
			return c.newTicket(sub, delivery.FollowUp(c.tree.Setup, t, c.channel()), s, &content.Event{Kind: content.Linked, Front: &content.Front{Ticket: t.Number, As: "follow_up"}}, judged{})
		}
	}
	sub.Dir, sub.Events = t.Dir, []*content.Event{e}
	return c.file(sub, guard.Proof{})
}

// doneBefore is the answer to what an event of the ticket did before.
func doneBefore(t *content.Ticket, e *content.Event) reply {
	return reply{number: t.Number, kind: e.Kind, at: e.At, token: t.Follow}
}

func (c *call) isFinal(s content.TicketState) bool {
	return s == content.ClosedState || s == content.MergedState
}

// isClosed reports whether a ticket is closed, or was merged into a closed one. A message on any
// other merged ticket counts on its survivor.
func (c *call) isClosed(t *content.Ticket) bool {
	if c.ticketNow(t).State == content.MergedState {
		t = c.setting().Survivor(t)
	}
	return c.ticketNow(t).State == content.ClosedState
}

func lastOf(t *content.Ticket, kinds ...content.Kind) *content.Event {
	for _, e := range slices.Backward(t.Events) {
		if slices.Contains(kinds, e.Kind) {
			return e
		}
	}
	return nil
}

// attachment serves a file of an event that the requester may see. A browser keeps it, and never
// shows it as a page of ours.
func (c *call) attachment(w http.ResponseWriter) error {
	t, err := c.ticket()
	if err != nil {
		return err
	}
	name := c.r.PathValue("file")
	known, ok := c.setting().Attachments(t)[name]
	if !ok {
		return notFound("file")
	}
	f, size, err := c.open(known.URL)
	if err != nil {
		return notFound("file")
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(known.Label, name)}))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(http.StatusOK)
	if c.r.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(w, f); err != nil {
		return errGone
	}
	return nil
}

// open opens an attachment, from the reading or from what was accepted since.
func (c *call) open(path string) (io.ReadCloser, int64, error) {
	f, err := openFile(c.Files(), path)
	if errors.Is(err, fs.ErrNotExist) {
		data, err := c.filer.Attachment(path)
		if err != nil || data == nil {
			return nil, 0, errors.Join(fs.ErrNotExist, err)
		}
		return io.NopCloser(bytes.NewReader(data)), int64(len(data)), nil
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// openFile opens a regular file. A symbolic link that came into the work tree after it was read is
// not followed.
func openFile(files fs.FS, path string) (fs.File, error) {
	info, err := fs.Lstat(files, path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, err
	}
	return files.Open(path)
}

// fileName returns the name of a download: its label, with the ending of its content.
func fileName(label, stored string) string {
	if label == "" {
		return stored
	}
	if ext := path.Ext(stored); !strings.EqualFold(path.Ext(label), ext) && !(ext == ".jpg" && strings.EqualFold(path.Ext(label), ".jpeg")) {
		return label + ext
	}
	return label
}

// fileSize returns an attachment's size, or 0 where it is not known.
func (c *call) fileSize(path string) int64 {
	if info, err := fs.Stat(c.Files(), path); err == nil {
		return info.Size()
	}
	data, _ := c.filer.Attachment(path)
	return int64(len(data))
}
