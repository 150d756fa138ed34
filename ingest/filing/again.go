package filing

import (
	"context"
	"fmt"

	"balie/content"
	"balie/ingest/store"
)

// FileAgain lets changes wait that were filed before and are lost, each known by its id. Of numbers,
// those that were given under this instance are never given again.
func (f *Filer) FileAgain(ctx context.Context, rows []store.Row, numbers []string) error {
	if len(rows) == 0 && len(numbers) == 0 {
		return nil
	}
	return f.Store.Write(ctx, func(tx *store.Tx) error {
		for _, number := range numbers {
			if err := f.raise(tx, number); err != nil {
				return err
			}
		}
		for _, r := range rows {
			r.Accepted = f.Now()
			if err := tx.Again(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// raise lets a day's counter go on after a number.
func (f *Filer) raise(tx *store.Tx, number string) error {
	if parsed, ok := content.ParseNumber(number); !ok || parsed != number {
		return nil
	}
	day, ok := content.DayOf(number)
	if !ok {
		return nil
	}
	count := countOf(number, prefixOf(day, f.Instance))
	if count == 0 {
		return nil
	}
	return tx.Raise(counterName(day, f.Instance), int64(count))
}

// prefixOf is what the numbers of an instance begin with on a day.
func prefixOf(day content.Date, instance int) string {
	return fmt.Sprintf("%02d%02d%02d%d", day.Year%100, day.Month, day.Day, instance)
}

func counterName(day content.Date, instance int) string { return fmt.Sprintf("%s/%d", day, instance) }

// FileDropped lets rows wait again whose commits the branch has no longer. Where the reading has a
// row's id under another commit, the row counts as filed by the reading's own commit.
func (f *Filer) FileDropped(ctx context.Context, revisions []string, has func(id content.Hex) bool, reading string) error {
	for _, revision := range revisions {
		rows, err := f.Store.OfRevision(ctx, revision)
		if err != nil {
			return err
		}
		var there, wait []store.Row
		var readings []string
		for _, r := range rows {
			if has(content.Hex(r.ID)) {
				there, readings = append(there, r), append(readings, reading)
			} else {
				wait = append(wait, r)
			}
		}
		if err := f.Store.Filed(ctx, there, readings); err != nil {
			return err
		}
		if err := f.Store.Wait(ctx, wait); err != nil {
			return err
		}
	}
	return nil
}
