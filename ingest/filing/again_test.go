package filing

import (
	"testing"

	"balie/content"
)

// Numbers that were lost with a store that knows nothing of them are not given again; those of other
// instances count for nothing.
func TestLostNumbersAreNotGivenAgain(t *testing.T) {
	r := newRepository(t, nil)
	f := r.filer(1)
	day := content.DateOf(f.Now().In(r.tree.Zone))
	numbers := []string{content.NewNumber(day, 1, 40), content.NewNumber(day, 2, 70), "x"}
	if err := f.FileAgain(t.Context(), nil, numbers); err != nil {
		t.Fatal(err)
	}
	if got, want := must(t, f, ticket()).Ticket.Number, content.NewNumber(day, 1, 41); got != want {
		t.Errorf("number %s, want %s", got, want)
	}
}

// A row whose commit is gone waits again, unless the reading has its id under another commit.
func TestDroppedRowsWaitAgain(t *testing.T) {
	r := newRepository(t, nil)
	f := r.filer(1)
	accepted(t, f, ticket())
	accepted(t, f, ticket())
	rows, err := r.store.Waiting(t.Context(), 10)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if err := r.store.Filed(t.Context(), rows, []string{"gone", "gone"}); err != nil {
		t.Fatal(err)
	}
	has := func(id content.Hex) bool { return string(id) == rows[1].ID }
	if err := f.FileDropped(t.Context(), []string{"gone"}, has, "reading"); err != nil {
		t.Fatal(err)
	}
	waits, err := r.store.Waiting(t.Context(), 10)
	if err != nil || len(waits) != 1 || waits[0].ID != rows[0].ID {
		t.Errorf("%+v, %v", waits, err)
	}
	noted, err := r.store.OfRevision(t.Context(), "reading")
	if err != nil || len(noted) != 1 || noted[0].ID != rows[1].ID {
		t.Errorf("%+v, %v", noted, err)
	}
}

// A row is settled where the reading has its own commit. After history was rewritten the commit of a
// later row says nothing of it.
func TestEachRowIsSettledByItsOwnCommit(t *testing.T) {
	r := newRepository(t, nil)
	f := r.filer(1)
	accepted(t, f, ticket())
	accepted(t, f, ticket())
	rows, err := r.store.Waiting(t.Context(), 10)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if err := r.store.Filed(t.Context(), rows, []string{"dropped", "there"}); err != nil {
		t.Fatal(err)
	}
	if err := f.Settle(t.Context(), func(revision string) (bool, error) { return revision == "there", nil }); err != nil {
		t.Fatal(err)
	}
	if left, err := r.store.Noted(t.Context()); err != nil || len(left) != 1 || left[0] != "dropped" {
		t.Errorf("not settled: %v, %v", left, err)
	}
}
