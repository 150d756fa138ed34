package feed

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

type jsonFeed struct {
	Version string       `json:"version"`
	Title   string       `json:"title"`
	Lang    string       `json:"language,omitempty"`
	Home    string       `json:"home_page_url,omitempty"`
	Self    string       `json:"feed_url,omitempty"`
	Author  *jsonAuthor  `json:"author,omitempty"` // of version 1.0, which some readers know alone
	Authors []jsonAuthor `json:"authors,omitempty"`
	Items   []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonItem struct {
	ID        string    `json:"id"`
	Link      string    `json:"url,omitempty"`
	Title     string    `json:"title,omitempty"`
	HTML      string    `json:"content_html,omitempty"`
	Summary   string    `json:"summary,omitempty"`
	Published time.Time `json:"date_published"`
	Modified  time.Time `json:"date_modified"`
	Lang      string    `json:"language,omitempty"`
}

func (f Feed) writeJSON(w io.Writer) error {
	document := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Lang: f.Lang, Home: f.Home, Self: f.Self, Items: make([]jsonItem, len(f.Entries)),
	}
	if f.Author != "" {
		author := jsonAuthor{f.Author}
		document.Author, document.Authors = &author, []jsonAuthor{author}
	}
	for i := range f.Entries {
		e := &f.Entries[i]
		document.Items[i] = jsonItem{
			ID: e.ID, Link: e.Link, Title: e.Title, HTML: e.HTML, Summary: e.Text, Lang: e.Lang,
			Published: e.Published.UTC(), Modified: e.lastChange(),
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return nil
}
