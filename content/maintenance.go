package content

import "time"

// Course is all that can be derived of a maintenance at an instant.
type Course struct {
	Status   Kind // scheduled, in_progress, verifying, completed or cancelled
	Planned  Planned
	Started  time.Time // really; zero before it began
	Ended    time.Time // really; zero before it ended
	Updates  []*Event  // that have happened, oldest first
	Services Map[ComponentState]
}

// Active reports whether it touches its services now.
func (c Course) Active() bool { return c.Status == InProgress || c.Status == Verifying }

// At derives how far the maintenance was at an instant. An automatic one follows its plan until
// staff say otherwise.
func (m *Maintenance) At(now time.Time) Course {
	c := Course{Status: Scheduled, Planned: m.Planned, Services: Map[ComponentState](m.Services)}
	told := false
	for _, e := range m.Events {
		if e.At.After(now) {
			break
		}
		told = c.apply(e) || told
	}
	if m.Automatic {
		c.follow(now, told)
	}
	return c
}

// apply moves the course by one event, and reports whether it named a state.
func (c *Course) apply(e *Event) bool {
	c.Updates = append(c.Updates, e)
	if p := e.Data().Planned; p != nil {
		c.Planned = *p
	}
	for _, s := range e.Data().Services {
		c.Services = c.Services.Set(s.Key, s.Value)
	}
	switch e.Kind {
	case InProgress, Verifying:
		if c.Started.IsZero() {
			c.Started = e.At
		}
		c.Status, c.Ended = e.Kind, time.Time{}
	case Completed, Cancelled:
		c.Status, c.Ended = e.Kind, e.At
	default:
		return false
	}
	return true
}

// follow lets the plan move what staff have not said.
func (c *Course) follow(now time.Time, told bool) {
	if c.Status == Cancelled || c.Status == Completed {
		return
	}
	if !told && !now.Before(c.Planned.Start) {
		c.Status, c.Started = InProgress, c.Planned.Start
	}
	if c.Status != Scheduled && !now.Before(c.Planned.End) {
		c.Status, c.Ended = Completed, c.Planned.End
	}
}

// Spans returns when the maintenance touched each of its services up to an instant.
func (m *Maintenance) Spans(now time.Time) []Span {
	c := m.At(now)
	if c.Started.IsZero() {
		return nil
	}
	end := c.Ended
	if end.IsZero() {
		end = now
	}
	spans := make([]Span, 0, len(c.Services))
	for _, s := range c.Services {
		if s.Value != Operational {
			spans = append(spans, Span{s.Key, s.Value, c.Started, end})
		}
	}
	return spans
}
