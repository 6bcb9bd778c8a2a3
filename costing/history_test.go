package costing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var (
	yuan = money.Currency{Code: "CNY", Decimals: 2}
	amt  = money.MustParse
	qty  = uom.MustParse
)

// Every method has a file of histories that an accountant can check by hand.
func TestHistories(t *testing.T) {
	for _, name := range costing.Methods() {
		method, err := costing.Lookup(name, nil)
		require.NoError(t, err)
		require.Equal(t, name, method.Name())
		path := filepath.Join("testdata", name+".txt")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var h *history
		for i, line := range strings.Split(string(text), "\n") {
			at := fmt.Sprintf("%s:%d", path, i+1)
			line = strings.TrimSpace(line)
			switch {
			case line == "" || strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "history "):
				h = newHistory(method)
			default:
				require.NotNil(t, h, at)
				got, want := h.step(line), wanted(line)
				require.Equal(t, want, got, "%s: %s", at, line)
				require.NoError(t, broken(&h.state, method), at)
			}
		}
		require.NotNil(t, h, "%s holds no history", path)
	}
}

// wanted is what a line says must come of it: the part after the arrow, or of `left` and `layers` all that follows.
func wanted(line string) string {
	if _, after, found := strings.Cut(line, " -> "); found {
		return after
	}
	if verb, after, _ := strings.Cut(line, " "); verb == "left" || verb == "layers" {
		return after
	}
	return ""
}

// history is a stream in the making.
type history struct {
	method   costing.Method
	state    costing.State
	receipts map[string]costing.Receipt
	taken    []costing.Taken // by the latest out or return
	events   []costing.Event // of the month, as a close would see them
	doc      int64
}

func newHistory(m costing.Method) *history {
	return &history{method: m, state: costing.State{Stream: costing.Stream{Item: "STEEL"}}, receipts: map[string]costing.Receipt{}}
}

func (h *history) date() calendar.Date { return calendar.NewDate(2026, 1, int(h.doc)) }

// step does what a line says and gives what came of it as text. A refused step must change nothing.
func (h *history) step(line string) string {
	w := strings.Fields(line)
	before := h.state.Clone()
	h.doc++
	var err error
	switch w[0] {
	case "in":
		h.in(w[1], qty(w[2]), w[3], w[4])
	case "out":
		var taken []costing.Taken
		if taken, err = h.method.Out(&h.state, yuan, costing.Issue{Qty: qty(w[1])}); err == nil {
			h.state.Stream.IssueDate, h.state.Stream.IssueDoc = h.date(), h.doc
			h.event(costing.Out, qty(w[1]).Neg(), amt("0"))
			return h.took(taken)
		}
	case "return":
		r := h.receipts[w[1]]
		var taken []costing.Taken
		if taken, err = h.state.Return(h.method, yuan, r.Source, r.Date, costing.Issue{Doc: h.doc, Date: h.date(), Qty: qty(w[2])}, amt(w[4])); err == nil {
			return h.took(taken)
		}
	case "back":
		h.putBack(h.taken)
	case "change":
		r := h.receipts[w[1]]
		err = h.state.ChangeValue(h.method, r.Source, r.Date, qty(w[4]), amt(w[2]))
	case "month":
		var out []string
		values := costing.MonthlyValues(yuan, costing.State{}, h.events, func(e *costing.Event) money.Amount { return e.Value })
		for i := range h.events {
			if h.events[i].Qty.Sign() < 0 {
				out = append(out, values[h.events[i].Source()].Neg().String())
			}
		}
		return strings.Join(out, ", ")
	case "left":
		return fmt.Sprintf("%s for %s", h.state.Stream.Qty, h.state.Stream.Value)
	case "layers":
		var out []string
		for _, l := range h.state.Layers {
			out = append(out, fmt.Sprintf("%s for %s", l.Qty, l.Value))
		}
		return strings.Join(out, ", ")
	case "cost":
		value, known := costing.LastCost(h.state.Stream, yuan, qty(w[1]))
		if !known {
			return "unknown"
		}
		return value.String()
	default:
		return "no such step"
	}
	if err == nil {
		return ""
	}
	if fmt.Sprint(before) != fmt.Sprint(h.state) {
		return "refused, but changed"
	}
	return string(refusal.CodeOf(err))
}

func (h *history) in(name string, q uom.Quantity, how, number string) {
	value := amt(number)
	if how == "@" {
		value, _ = yuan.Extend(value.Decimal(), q.Decimal())
	}
	h.receipts[name] = costing.Receipt{Source: costing.Source{Doc: h.doc, Line: 1}, Date: h.date(), Lot: "L" + name, Qty: q, Value: value}
	h.method.In(&h.state, h.receipts[name])
	h.event(costing.In, q, value)
}

// putBack reverses an issue.
func (h *history) putBack(taken []costing.Taken) {
	q, v := costing.Total(taken)
	h.state.Apply(h.method, &costing.Event{Entry: costing.Entry{Doc: h.doc, Line: 1, Kind: costing.Out, Qty: q, Value: v}, Moved: taken}, 1)
}

func (h *history) event(kind costing.EntryKind, q uom.Quantity, value money.Amount) {
	h.events = append(h.events, costing.Event{Entry: costing.Entry{Doc: h.doc, Line: 1, Kind: kind, FactDate: h.date(), Qty: q, Value: value}})
}

func (h *history) took(taken []costing.Taken) string {
	h.taken = taken
	_, value := costing.Total(taken)
	return value.String()
}

// broken says which promise a state does not keep: layers add up to the totals, stand in order and hold something; nothing is below zero; no units, no value.
func broken(s *costing.State, m costing.Method) error {
	if s.Stream.Qty.Sign() < 0 || s.Stream.Value.Sign() < 0 || s.Stream.Qty.IsZero() && !s.Stream.Value.IsZero() {
		return fmt.Errorf("%s units are worth %s", s.Stream.Qty, s.Stream.Value)
	}
	if !costing.Layered(m) {
		if len(s.Layers) > 0 {
			return fmt.Errorf("a pool has %d layers", len(s.Layers))
		}
		return nil
	}
	var q uom.Quantity
	var v money.Amount
	for i, l := range s.Layers {
		if l.Qty.Sign() <= 0 || l.Value.Sign() < 0 {
			return fmt.Errorf("layer %d: %s units are worth %s", i, l.Qty, l.Value)
		}
		if i > 0 && !before(s.Layers[i-1], l) {
			return fmt.Errorf("layer %d is out of order", i)
		}
		q, v = q.Add(l.Qty), v.Add(l.Value)
	}
	if q != s.Stream.Qty || v != s.Stream.Value {
		return fmt.Errorf("layers hold %s for %s, the stream %s for %s", q, v, s.Stream.Qty, s.Stream.Value)
	}
	return nil
}

func before(a, b costing.Layer) bool {
	if a.Date != b.Date {
		return a.Date < b.Date
	}
	return a.Source.Doc < b.Source.Doc || a.Source.Doc == b.Source.Doc && a.Source.Line < b.Source.Line
}
