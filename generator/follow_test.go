package generator_test

import (
	"context"
	"testing"
	"time"

	"balie/content/live"
	"balie/content/repository"
	"balie/generator"
)

// clock says what time it is for a desk in a zone.
type clock func(*time.Location) (time.Time, error)

// outputs are a repository and the directories into which it is built.
type outputs struct {
	generator.Config
	repo *repository.Repository
}

// following builds what one reader reads, again and again, as serve does.
type following struct {
	*generator.Generator
	reader  *live.Reader
	checker live.Checker
	reading *live.Reading
}

func follow(t testing.TB, c outputs) *following {
	t.Helper()
	g, err := generator.New(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	return &following{Generator: g, reader: live.NewReader(c.repo)}
}

// build reads what changed and builds it, whatever is wrong.
func (f *following) build(changed []string, clock clock) (*generator.Result, error) {
	ctx := context.Background()
	reading, err := f.reader.Read(ctx, changed)
	if err != nil {
		return nil, err
	}
	f.reading = reading
	now, err := clock(reading.Tree.Zone)
	if err != nil {
		return nil, err
	}
	return f.Build(ctx, reading, now, f.checker.Problems(reading, now))
}

// buildOnce reads everything and builds it.
func buildOnce(t testing.TB, c outputs, clock clock) (*generator.Result, error) {
	f := follow(t, c)
	defer f.Close()
	return f.build(nil, clock)
}
