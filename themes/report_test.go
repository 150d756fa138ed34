package themes

import (
	"testing"
	"time"

	"balie/content"
)

func TestFiguresOfReports(t *testing.T) {
	w := words{Locale: load(t).Locale("nl")}
	for _, c := range []struct {
		value any
		want  string
	}{
		{Tenths(0), "0,0"}, {Tenths(842), "84,2"}, {Tenths(1000), "100,0"},
		{WorkTime(0), "0\u00a0min"}, {WorkTime(20 * time.Second), "1\u00a0min"}, {WorkTime(8 * time.Hour), "8\u00a0u"}, {WorkTime(30*time.Hour + 15*time.Minute), "30\u00a0u 15\u00a0min"},
		{Word("report.weekday.monday"), "maandag"}, {content.Date{Year: 2026, Month: 11, Day: 16}, "16\u00a0november"},
	} {
		if got := w.figure(c.value); got != c.want {
			t.Errorf("%#v is %q, not %q", c.value, got, c.want)
		}
	}
	if got := w.tenths(36, 10) + w.tenths(30, 10) + w.tenths(3, 1); got != "3,633" {
		t.Error(got)
	}
}
