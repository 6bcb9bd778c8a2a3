package ledgermill_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// gate is a store whose writing waits, so that callers gather, and fails with a document that its database does not like.
type gate struct {
	storage.Store
	open    chan struct{}
	mu      sync.Mutex
	loads   int
	applied []int // documents in each transaction
}

const waitFor, tick = 10 * time.Second, time.Millisecond

var errDisk = errors.New("the disk has a bad day")

func (g *gate) Load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	g.mu.Lock()
	g.loads++
	g.mu.Unlock()
	return g.Store.Load(ctx, company, n)
}

func (g *gate) Apply(ctx context.Context, company string, c *storage.Changes) error {
	<-g.open
	documents := 0
	for _, w := range c.Writes {
		if d, ok := w.New.(*posting.Document); ok {
			if documents++; d.Ref == "GR-CURSED" {
				return errDisk
			}
		}
	}
	g.mu.Lock()
	g.applied = append(g.applied, documents)
	g.mu.Unlock()
	return g.Store.Apply(ctx, company, c)
}

func receipt(id string) ledgermill.Command {
	return ledgermill.Receive{ID: id, Date: day("2026-01-03"), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("1"), Price: price("4.20")}}}
}

// crowd sends documents at once, each from a caller of its own, and gives what each was told.
func crowd(t *testing.T, g *gate, c *ledgermill.Company, ids ...string) map[string]error {
	t.Helper()
	var mu sync.Mutex
	told := map[string]error{}
	var wait sync.WaitGroup
	send := func(id string) {
		wait.Go(func() {
			_, err := c.Do(context.Background(), receipt(id))
			mu.Lock()
			told[id] = err
			mu.Unlock()
		})
	}
	send("GR-FIRST") // holds the turn until the gate opens
	require.Eventually(t, func() bool { return ledgermill.Busy(c) && ledgermill.Waiting(c) == 0 }, waitFor, tick)
	for _, id := range ids {
		send(id)
	}
	require.Eventually(t, func() bool { return ledgermill.Waiting(c) >= len(ids) }, waitFor, tick)
	close(g.open)
	wait.Wait()
	return told
}

func gated(t *testing.T) (*gate, *ledgermill.Company) {
	t.Helper()
	g := &gate{Store: memory.New(), open: make(chan struct{})}
	close(g.open)
	c, err := ledgermill.Open(context.Background(), g, &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	_, err = c.Do(context.Background(), ledgermill.DefineItem{ID: "item:STEEL", Date: day("2026-01-01"), Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"})
	require.NoError(t, err)
	g.open, g.applied, g.loads = make(chan struct{}), nil, 0
	return g, c
}

func numbers(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("GR-%02d", i))
	}
	return ids
}

func TestCallersAtOnceShareATransaction(t *testing.T) {
	g, c := gated(t)
	for id, err := range crowd(t, g, c, numbers(30)...) {
		require.NoError(t, err, id)
	}
	require.Less(t, len(g.applied), 4, "one for the first, one for those who gathered: %v", g.applied)
	require.Less(t, g.loads, 10, "what they need is loaded together")
	breaks, err := c.Reconcile(context.Background())
	require.NoError(t, err)
	require.Empty(t, breaks)
	s, err := c.Stock(context.Background(), "STEEL", "", "", "")
	require.NoError(t, err)
	require.Equal(t, "31", s.Qty.String())
}

func TestWhatTheDatabaseRefusesToOneIsDoneForTheOthers(t *testing.T) {
	g, c := gated(t)
	told := crowd(t, g, c, append(numbers(5), "GR-CURSED")...)
	for id, err := range told {
		if id == "GR-CURSED" {
			require.ErrorIs(t, err, errDisk)
			continue
		}
		require.NoError(t, err, id)
	}
	total := 0
	for _, n := range g.applied {
		total += n
	}
	require.Equal(t, 6, total, "each of the others is written once")
}

func TestACallerMayGiveUpWaiting(t *testing.T) {
	g, c := gated(t)
	ctx, giveUp := context.WithCancel(context.Background())
	first := make(chan error)
	go func() {
		_, err := c.Do(context.Background(), receipt("GR-FIRST"))
		first <- err
	}()
	require.Eventually(t, func() bool { return ledgermill.Busy(c) && ledgermill.Waiting(c) == 0 }, waitFor, tick)
	second := make(chan error)
	go func() {
		_, err := c.Do(ctx, receipt("GR-SECOND"))
		second <- err
	}()
	require.Eventually(t, func() bool { return ledgermill.Waiting(c) == 1 }, waitFor, tick)
	giveUp()
	require.ErrorIs(t, <-second, context.Canceled)
	close(g.open)
	require.NoError(t, <-first)
	require.Equal(t, []int{1}, g.applied)
}

// Of documents that build on each other in one call, what is refused takes all of them back, and the masters that they brought.
func TestARefusedCallLeavesNoMasters(t *testing.T) {
	_, c := gated(t)
	define := ledgermill.DefineItem{ID: "item:BRASS", Date: day("2026-01-01"), Code: "BRASS", Kind: "raw", Method: "fifo"}
	use := func(item, n string) ledgermill.Command {
		return ledgermill.Ship{ID: "SH-1", Date: day("2026-01-03"), Customer: "C", Lines: []ledgermill.StockLine{{Item: item, Qty: qty(n)}}}
	}
	_, err := c.Do(context.Background(), define, use("BRASS", "1"))
	require.Equal(t, refusal.InsufficientStock, refusal.CodeOf(err))
	_, err = c.Do(context.Background(), use("BRASS", "1"))
	require.Equal(t, refusal.UnknownItem, refusal.CodeOf(err))
	_, err = c.Preview(context.Background(), define)
	require.NoError(t, err)
	_, err = c.Preview(context.Background(), use("BRASS", "1"))
	require.Equal(t, refusal.UnknownItem, refusal.CodeOf(err))
}

// An account that a call defines may be used by the documents after it.
func TestADefinitionIsSeenWithinItsCall(t *testing.T) {
	ctx := context.Background()
	c, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	docs, err := c.Do(ctx,
		ledgermill.DefineItem{ID: "item:A", Date: day("2026-01-01"), Code: "A", Kind: "goods", Method: "fifo"},
		ledgermill.Receive{ID: "GR-1", Date: day("2026-01-03"), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "A", Qty: qty("1"), Price: price("4.20")}}},
	)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(docs, func(d ledgermill.Document) bool { return len(d.Vouchers) > 0 }))
}
