package storagetest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// Histories makes up histories of a factory, right and wrong, and holds the store to what the books in memory say: every command has the same outcome, and
// the digests are equal. In memory production, stock and finance are compared after every step, a refused command leaves the head as it was, and
// a command sent again is recognised. The store is closed and reopened in between, where the configuration says how. SEEDS and STEPS in the
// environment make it longer, SEED is the first. The run prints how often each verb and each refusal came up, and fails if one never did in
// some thousand steps.
func Histories(t *testing.T, config Config, seeds, steps int) {
	seeds, steps = fromEnv("SEEDS", seeds), fromEnv("STEPS", steps)
	verbs, refusals := map[string]int{}, map[string]int{}
	begin := fromEnv("SEED", 1)
	for seed := range seeds {
		h := tell(t, uint64(begin+seed), steps, append(Methods(), config.Methods...))
		for _, s := range h.told {
			verbs[s.verb]++
			if s.outcome != "" {
				refusals[s.outcome]++
			}
		}
		if config.Open != nil {
			h.playOn(t, config)
		}
	}
	const enough = 2500 // steps, for every verb to come up
	t.Logf("%d histories of %d steps\nverbs: %s\nrefusals: %s", seeds, steps, tally(verbs), tally(refusals))
	if seeds*steps < enough {
		return
	}
	for _, verb := range generators {
		if verbs[verb.name] == 0 {
			t.Errorf("no %s came up", verb.name)
		}
	}
	if seeds*steps < 4*enough { // some refusals are rare
		return
	}
	for _, code := range reached {
		if refusals[string(code)] == 0 {
			t.Errorf("nothing was refused with %s", code)
		}
	}
}

func fromEnv(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func tally(counts map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%s %d", k, counts[k]))
	}
	return strings.Join(out, ", ")
}

// reached are the refusals that the verbs of a history can meet.
var reached = []refusal.Code{
	refusal.InsufficientStock, refusal.ClosedPeriod, refusal.Unbalanced, refusal.UnknownItem, refusal.UnknownAccount, refusal.UnknownWarehouse, refusal.NotFound,
	refusal.Conflict, refusal.CyclicBOM, refusal.OverCompletion, refusal.OverReturn, refusal.OverInvoice, refusal.LotRequired, refusal.DuplicateSerial,
	refusal.InvalidQuantity, refusal.InvalidAmount, refusal.InvalidDate, refusal.InvalidState, refusal.UnitMismatch, refusal.NoRule, refusal.LimitExceeded, refusal.ControlAccount,
}

// told is a command with what came of it: nothing, or the code of its refusal.
type told struct {
	verb    string
	command ledgermill.Command
	outcome string
	preview string // what it would do, in words
}

type history struct {
	seed    uint64
	setup   ledgermill.Setup
	methods []costing.Method
	told    []told
	moments map[int]moment // by the number of their step
	digest  string
	traces  string
}

func openAs(t *testing.T, s storage.Store, h *history) *ledgermill.Company {
	t.Helper()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c, err := ledgermill.Open(context.Background(), s, &ledgermill.Options{Setup: &h.setup, Methods: h.methods, Clock: func() time.Time { at = at.Add(time.Minute); return at }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func digestOf(t *testing.T, c *ledgermill.Company) string {
	t.Helper()
	d, err := c.Digest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func outcomeOf(err error) string {
	if err == nil {
		return ""
	}
	if code := refusal.CodeOf(err); code != "" {
		return string(code)
	}
	return "error: " + err.Error()
}

// tell makes up a history in memory.
func tell(t *testing.T, seed uint64, steps int, methods []costing.Method) *history {
	t.Helper()
	ctx := context.Background()
	g := newGenerator(seed, methods)
	h := &history{seed: seed, setup: g.setup, methods: methods, moments: map[int]moment{}}
	books := memory.New()
	c := openAs(t, books, h)
	digest := ""
	for range steps {
		verb, command := g.next()
		before, weighed := digest, len(h.told)%5 == 0 // what the books say costs more than a document
		var was worths
		if weighed {
			was = worthsOf(t, c, historyItems)
		}
		said, preview := c.Preview(ctx, command)
		_, err := c.Do(ctx, command)
		s := told{verb, command, outcomeOf(err), said.String()}
		h.told = append(h.told, s)
		if strings.HasPrefix(s.outcome, "error") || outcomeOf(preview) != s.outcome {
			t.Fatalf("seed %d, step %d, %s: %v; the preview said: %v\n%+v", seed, len(h.told), verb, err, preview, command)
		}
		if err == nil {
			g.accepted(verb, command)
			if weighed {
				sameEffect(t, c, said, was, worthsOf(t, c, historyItems), fmt.Sprintf("seed %d, step %d, %s", seed, len(h.told), verb))
			}
			breaks, err := c.Reconcile(ctx)
			if err != nil || len(breaks) > 0 {
				t.Fatalf("seed %d, step %d, %s: %v %v\n%+v", seed, len(h.told), verb, breaks, err, command)
			}
			if len(h.told)%momentEvery == 0 {
				h.moments[len(h.told)] = momentOf(t, c, seqOf(t, c, command), g.date.AddDays(-len(h.told)%20), historyItems)
			}
			digest = ""
			if again, err := c.Do(ctx, command); err != nil || !again[0].Replayed {
				t.Fatalf("seed %d, %s sent again: %v", seed, verb, err)
			}
			continue
		}
		if len(h.told)%10 == 0 { // a digest reads all the books
			digest = digestOf(t, c)
			if before != "" && before != digest {
				t.Fatalf("seed %d, step %d: a refused %s changed the books", seed, len(h.told), verb)
			}
		}
	}
	h.remember(t, c)
	h.digest, h.traces = digestOf(t, c), Traces(t, c, "WHEEL", "CLOCK", "BAR", "CASE", "GEAR", "ROBOT")
	explained(t, c, books, seed, fmt.Sprintf("seed %d", seed))
	return h
}

// momentEvery is after how many steps the books are asked what they will be asked again in the end.
const momentEvery = 31

// remember asks the books in the end what they said of their moments.
func (h *history) remember(t *testing.T, c *ledgermill.Company) {
	t.Helper()
	lost := 0
	for _, step := range slices.Sorted(maps.Keys(h.moments)) {
		lost += h.moments[step].remembered(t, c, historyItems, fmt.Sprintf("seed %d, step %d", h.seed, step))
	}
	if lost > 0 {
		t.Logf("seed %d: layers of %d stocks of %d moments are not known", h.seed, lost, len(h.moments))
	}
}

// seqOf is the place of a document in the order of recording.
func seqOf(t *testing.T, c *ledgermill.Company, command ledgermill.Command) int64 {
	t.Helper()
	docs, err := c.Do(context.Background(), command) // again
	if err != nil {
		t.Fatal(err)
	}
	return docs[0].Seq
}

// playOn plays the history on another store.
func (h *history) playOn(t *testing.T, config Config) {
	t.Helper()
	s := config.Open(t)
	c := openAs(t, s, h)
	for i, x := range h.told {
		if config.Reopen != nil && i%(len(h.told)/3+1) == len(h.told)/4 {
			s = config.Reopen(t, s)
			c = openAs(t, s, h)
		}
		if i%7 == 3 && x.outcome == "" {
			said, err := c.Preview(context.Background(), x.command)
			if err != nil || said.String() != x.preview {
				t.Fatalf("seed %d, step %d, %s: the preview says here: %v\n%s\nand in memory:\n%s", h.seed, i+1, x.verb, err, said, x.preview)
			}
		}
		_, err := c.Do(context.Background(), x.command)
		if got := outcomeOf(err); got != x.outcome {
			t.Fatalf("seed %d, step %d, %s: %q here, %q in memory: %v\n%+v", h.seed, i+1, x.verb, got, x.outcome, err, x.command)
		}
	}
	h.remember(t, c)
	if got := digestOf(t, c); got != h.digest {
		t.Fatalf("seed %d: the digest is %s, in memory %s", h.seed, got, h.digest)
	}
	if got := Traces(t, c, "WHEEL", "CLOCK", "BAR", "CASE", "GEAR", "ROBOT"); got != h.traces {
		t.Fatalf("seed %d: the traces are\n%s\nin memory\n%s", h.seed, got, h.traces)
	}
}

func newGenerator(seed uint64, methods []costing.Method) *generator {
	g := &generator{rnd: rand.New(rand.NewPCG(seed, seed)), date: day0}
	for _, m := range methods {
		g.host = append(g.host, m.Name())
	}
	g.setup = ledgermill.Setup{
		Date: day0, Chart: g.one("cas", "cas", "cas_small", "ifrs"), NegativeStock: g.one("forbid", "forbid", "allow"), CogsAt: g.one("ship", "invoice"), Residual: g.one("revalue", "variance"), Scrap: g.one("absorb", "absorb_all"),
		Reversal: g.one("red", "blue"), Rounding: g.one("half_up", "half_even"), GRNI: g.one("true", "true", "false"), LateFacts: g.one("restate", "forward", "reject"),
		Warehouses: []ledgermill.WarehouseBins{{Code: "W1", Bins: []string{"A", "B"}}, {Code: "W2"}},
		Centers:    []ledgermill.CenterRates{{Code: "LATHE", LaborRate: dec("12.5"), MachineRate: dec("7.25")}},
		Routings:   []ledgermill.Routing{{Item: "GEAR", Ops: []ledgermill.RoutingOp{{Op: "TURN", Center: "LATHE", RunHours: dec("0.1")}, {Op: "PACK", Center: "LATHE"}}}},
	}
	return g
}
