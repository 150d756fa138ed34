package feed

import "github.com/gorilla/feeds"

// jsonFeed stands in front of gorilla's: entries of ours.
type jsonFeed struct {
	*feeds.JSONFeed
	Items []jsonItem `json:"items"` // always there, as JSON Feed 1.1 wants it
}

type jsonItem struct {
	*feeds.JSONItem
	Lang string `json:"language,omitempty"`
}

func (f Feed) json() *jsonFeed {
	made := (&feeds.JSON{Feed: f.withEntries()}).JSONFeed()
	made.FeedUrl, made.HomePageUrl, made.Language = f.Self, f.Home, f.Lang
	j := &jsonFeed{JSONFeed: made, Items: make([]jsonItem, len(made.Items))}
	for i, item := range made.Items {
		item.Summary = clean(f.Entries[i].Text)
		j.Items[i] = jsonItem{item, f.Entries[i].Lang}
	}
	return j
}
