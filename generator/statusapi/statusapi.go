// Package statusapi has the documents of Atlassian Statuspage's public API, version 2, which
// menu-bar apps, exporters and dashboards read, and writes them as JSON.
//
// The documents are the files below /api/v2/:
//
//	summary.json                            Summary
//	status.json                             StatusDocument
//	components.json                         ComponentsDocument
//	incidents.json                          IncidentsDocument, the 50 that began last
//	incidents/unresolved.json               IncidentsDocument
//	scheduled-maintenances.json             MaintenancesDocument, the 50 that are planned last
//	scheduled-maintenances/upcoming.json    MaintenancesDocument, those that have not begun
//	scheduled-maintenances/active.json      MaintenancesDocument, those going on
//	incidents/<id>.json                     Incident, by itself; at /incidents/<id>.json too
//
// Their form is in schema/statusapi.json. A list is never absent and, but for the components that
// an update touches, never null: whoever makes a document makes its lists, the empty ones too. A
// time is written in ISO 8601 with milliseconds and the offset of the page's zone. A text is plain.
// Ids have 12 characters, as ID makes them.
//
// Two rules are not Statuspage's. The indicator is never "none" while an incident is open, also
// where all of its components work: there, readers of status.json alone are told that all is well.
// And the components in an incident have the state in which that incident has them, so that a
// document tells of nothing but its incident; components.json and the summary have how they are.
//
// Sources: https://metastatuspage.com/api for the eight documents; the ninth is seen in use.
package statusapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// ID returns the id of what a path names: 12 lower-case letters and digits, the same at every
// build. A page is named by its host, an incident by its path on the site
// (/incidents/2026/1120-payments/), a component by its own (/services/search/).
func ID(path string) string {
	sum := sha256.Sum256([]byte(path))
	const ids = 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36
	id := strconv.FormatUint(binary.BigEndian.Uint64(sum[:])%ids, 36)
	return strings.Repeat("0", 12-len(id)) + id
}

// Page says whose page it is.
type Page struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"` // of the IANA database
	UpdatedAt Time   `json:"updated_at"`
}

// Indicator is how bad things are altogether.
type Indicator string

// The indicators.
const (
	None        Indicator = "none"
	Minor       Indicator = "minor"
	Major       Indicator = "major"
	Critical    Indicator = "critical"
	Maintenance Indicator = "maintenance" // and nothing worse
)

// Status is the answer in a word and in a sentence.
type Status struct {
	Indicator   Indicator `json:"indicator"`
	Description string    `json:"description"`
}

// Component is a service, or a group of services.
type Component struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Status      string  `json:"status"`
	CreatedAt   Time    `json:"created_at"`
	UpdatedAt   Time    `json:"updated_at"`
	Position    int     `json:"position"` // from 1, within its group or among what stands by itself
	Description *string `json:"description"`
	Showcase    bool    `json:"showcase"`
	StartDate   *string `json:"start_date"` // 2026-11-20
	GroupID     *string `json:"group_id"`
	PageID      string  `json:"page_id"`
	Group       bool    `json:"group"`
	Degraded    bool    `json:"only_show_if_degraded"`
	// Components are the ids of a group's services; nil for a service.
	Components []string `json:"components,omitempty"`
}

// Incident is an incident. The last three are there where it has a postmortem.
type Incident struct {
	Case
	PostmortemBody      string `json:"postmortem_body,omitempty"`
	PostmortemEdited    *Time  `json:"postmortem_body_last_updated_at,omitempty"`
	PostmortemPublished *Time  `json:"postmortem_published_at,omitempty"`
}

// ScheduledMaintenance is a maintenance, which has all that an incident has.
type ScheduledMaintenance struct {
	Case
	ScheduledFor   Time `json:"scheduled_for"`
	ScheduledUntil Time `json:"scheduled_until"`
}

// Case is what an incident and a maintenance have.
type Case struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Status       string      `json:"status"`
	CreatedAt    Time        `json:"created_at"`
	UpdatedAt    Time        `json:"updated_at"`
	MonitoringAt *Time       `json:"monitoring_at"`
	ResolvedAt   *Time       `json:"resolved_at"`
	Impact       string      `json:"impact"`
	Shortlink    string      `json:"shortlink"`
	StartedAt    Time        `json:"started_at"`
	PageID       string      `json:"page_id"`
	Updates      []Update    `json:"incident_updates"` // newest first
	Components   []Component `json:"components"`
}

// Update is what was said of a case.
type Update struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	Body       string `json:"body"`
	IncidentID string `json:"incident_id"`
	CreatedAt  Time   `json:"created_at"`
	UpdatedAt  Time   `json:"updated_at"`
	DisplayAt  Time   `json:"display_at"`
	// Affected is nil where it touches no component.
	Affected             []AffectedComponent `json:"affected_components"`
	DeliverNotifications bool                `json:"deliver_notifications"`
	CustomTweet          *string             `json:"custom_tweet"`
	TweetID              *int                `json:"tweet_id"`
}

// AffectedComponent is what an update did to a component, whose name begins with its group's:
// "Group - Name".
type AffectedComponent struct {
	Code      string `json:"code"` // the component's id
	Name      string `json:"name"`
	OldStatus string `json:"old_status"`
	NewStatus string `json:"new_status"`
}

// Summary is what most programs read. Its incidents are those that are open, its maintenances those
// that are going on or announced.
type Summary struct {
	Page         Page                   `json:"page"`
	Components   []Component            `json:"components"`
	Incidents    []Incident             `json:"incidents"`
	Maintenances []ScheduledMaintenance `json:"scheduled_maintenances"`
	Status       Status                 `json:"status"`
}

// StatusDocument is the answer alone.
type StatusDocument struct {
	Page   Page   `json:"page"`
	Status Status `json:"status"`
}

// ComponentsDocument has all components, each group before its own.
type ComponentsDocument struct {
	Page       Page        `json:"page"`
	Components []Component `json:"components"`
}

// IncidentsDocument has incidents, newest first.
type IncidentsDocument struct {
	Page      Page       `json:"page"`
	Incidents []Incident `json:"incidents"`
}

// MaintenancesDocument has maintenances, the last one first.
type MaintenancesDocument struct {
	Page         Page                   `json:"page"`
	Maintenances []ScheduledMaintenance `json:"scheduled_maintenances"`
}

// Document is one of the documents.
type Document interface{ document() }

func (Summary) document()              {}
func (StatusDocument) document()       {}
func (ComponentsDocument) document()   {}
func (IncidentsDocument) document()    {}
func (MaintenancesDocument) document() {}
func (Incident) document()             {}

// Write appends a document as JSON, with a line's end.
func Write(b *bytes.Buffer, d Document) error { return json.NewEncoder(b).Encode(d) }

// Time is an instant as the API writes it.
type Time struct{ At time.Time }

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) {
	return t.At.AppendFormat(make([]byte, 0, 29), "2006-01-02T15:04:05.000Z07:00"), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Time) UnmarshalText(text []byte) error { return t.At.UnmarshalText(text) }

// TimeOf is an instant, or nil for the zero time.
func TimeOf(at time.Time) *Time {
	if at.IsZero() {
		return nil
	}
	return &Time{at}
}
