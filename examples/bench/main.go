// Bench measures the library against floors: the least work that any program must do for the same result, as plain loops over integers, or the same rows
// written raw. Floor and library run in turn, what came out is compared before the times count, and the medians are printed.
//
//	go run ./examples/bench [-id B4,B5] [-list] [-scale PERCENT] [-rounds N] [-postgres CONNECTION] [-cpu] [-cpuprofile FILE] [-memprofile FILE] [-only TEXT] [-dir FOLDER]
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are what a run is given.
type options struct {
	scale  int  // per cent of the full size
	cpu    bool // CPU time of this process instead of the clock
	rounds int  // of floor and library in turn
	server *server
	only   string // works that have this in their name
	dir    string // keeps the histories of B12; empty: they are thrown away
	moves  int    // of these histories; 0: a million, at scale
}

// size gives a number at scale.
func (o options) size(full int) int { return max(full*o.scale/100, 1) }

// work is one thing that floor and library both do. Of the steps only ours and floor are timed; prepare and finish run once, the others every round.
type work struct {
	name string
	unit string
	n    int // units done

	prepare, before, ours, ready, floor, check, finish func() error // check compares what both came to

	share func() float64                  // which part of the floor's time counts; nil: all
	bar   float64                         // the ratio that is aimed at; 0: none
	least bool                            // the bar is of speeds: ours must reach so much of the floor's
	notes func() string                   // what else there is to say
	peer  func(took time.Duration) string // how it compares with what others do
}

// bench makes the works of an id.
type bench struct {
	id, about string
	works     func(o options) ([]work, error)
}

var benches = []bench{
	{"B1", "material requirements by levels, 52 buckets", b1},
	{"B2", "pegged plan, 364 days", b2},
	{"B3", "net change: 100 demands of B1 change, against the touched share of its floor", b3},
	{"B4", "FIFO, with the links of what was consumed", b4},
	{"B5", "moving average", b5},
	{"B6", "posting in memory", b6},
	{"B7", "documents on SQLite, durable", b7},
	{"B8", "documents on PostgreSQL, durable", b8},
	{"B12", "one receipt at another price under many later moves", b12},
	{"B16", "company.Do on the memory store, as its history grows", b16},
}

func main() { os.Exit(run(os.Args[1:])) }

// run gives the exit code: 1 if a bench failed, or was asked for and cannot be run here.
func run(args []string) (code int) {
	o := options{server: &server{}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	ids := flags.String("id", "", "which, separated by commas (default: all)")
	list := flags.Bool("list", false, "say what there is")
	flags.IntVar(&o.scale, "scale", 100, "per cent of the full size")
	flags.IntVar(&o.rounds, "rounds", 3, "how often floor and library run in turn")
	flags.StringVar(&o.server.named, "postgres", "", "the server of B8, where schemas are made and dropped: postgres://USER@HOST/DATABASE (default: a private one is started)")
	flags.StringVar(&o.only, "only", "", "of a bench, the works that have this in their name")
	flags.StringVar(&o.dir, "dir", "", "a folder that keeps the histories of B12, which take long to make (default: they are thrown away)")
	flags.BoolVar(&o.cpu, "cpu", false, "measure CPU time of this process instead of the clock: for a busy machine, and not where a disk or a server works too")
	cpu := flags.String("cpuprofile", "", "write where the time went, floors included, to a file")
	memory := flags.String("memprofile", "", "write what was allocated to a file")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	defer o.server.close()
	stop, err := profile(*cpu, *memory)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 2
	}
	defer func() {
		if err := stop(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			code = 1
		}
	}()
	fmt.Printf("%s, %d cores\n", runtime.Version(), runtime.NumCPU())
	for _, b := range benches {
		if *ids != "" && !slices.Contains(strings.Split(*ids, ","), b.id) {
			continue
		}
		fmt.Printf("\n%s  %s\n", b.id, b.about)
		if *list {
			continue
		}
		switch err := b.run(o); {
		case errors.Is(err, errNoPostgres) && *ids == "":
			fmt.Println("  NOT RUN:", err)
		case err != nil:
			fmt.Fprintln(os.Stderr, "bench:", b.id, err)
			return 1
		}
	}
	return 0
}

// profile begins to look where time and memory go; stop writes it down.
func profile(cpu, memory string) (stop func() error, err error) {
	var times *os.File
	if cpu != "" {
		if times, err = os.Create(cpu); err == nil {
			err = pprof.StartCPUProfile(times)
		}
	}
	return func() error {
		if times != nil {
			pprof.StopCPUProfile()
			if err := times.Close(); err != nil {
				return err
			}
		}
		if memory == "" {
			return nil
		}
		f, err := os.Create(memory)
		if err != nil {
			return err
		}
		return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
	}, err
}

func (b bench) run(o options) error {
	works, err := b.works(o)
	if err != nil {
		return err
	}
	for _, w := range works {
		if !strings.Contains(w.name, o.only) {
			continue
		}
		line, err := w.measure(o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Println("  " + line)
	}
	return nil
}

// measure runs floor and library in turn, and gives what is printed of it.
func (w work) measure(o options) (string, error) {
	var floors, times []time.Duration
	var allocated uint64
	if err := perform(w.prepare); err != nil {
		return "", err
	}
	for range o.rounds {
		if err := perform(w.before); err != nil {
			return "", err
		}
		took, mallocs, err := o.timed(w.ours)
		if err == nil {
			times, allocated = append(times, took), mallocs
			err = perform(w.ready)
		}
		if err == nil && w.floor != nil {
			took, _, err = o.timed(w.floor)
			if w.share != nil {
				took = time.Duration(float64(took) * w.share())
			}
			floors = append(floors, took)
		}
		if err != nil {
			return "", err
		}
		if err := perform(w.check); err != nil {
			return "", fmt.Errorf("the results are wrong: %w", err)
		}
	}
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(w.n) }
	line := fmt.Sprintf("%-44s ours %9.0f ns a %s, %.1f allocations", w.name, per(median(times)), w.unit, float64(allocated)/float64(w.n))
	if len(floors) > 0 {
		line += fmt.Sprintf("; floor %9.1f ns; %s", per(median(floors)), w.verdict(float64(median(times))/float64(median(floors))))
	}
	if w.notes != nil {
		line += "; " + w.notes()
	}
	if w.peer != nil {
		line += "; " + w.peer(median(times))
	}
	return line, perform(w.finish)
}

func perform(step func() error) error {
	if step == nil {
		return nil
	}
	return step()
}

// verdict says how many times the floor's time the library takes, or which part of its speed it has.
func (w work) verdict(ratio float64) string {
	if w.least {
		ratio = 1 / ratio
	}
	said := fmt.Sprintf("%.2fx", ratio)
	if w.bar > 0 {
		said += bar(ratio, w.bar, w.least)
	}
	return said
}

// bar says whether a ratio is as it should be.
func bar(ratio, bar float64, least bool) string {
	sign, met := "<=", ratio <= bar
	if least {
		sign, met = ">=", ratio >= bar
	}
	return fmt.Sprintf(" (bar %s %.2f: %s)", sign, bar, map[bool]string{true: "met", false: "not met"}[met])
}

func (o options) timed(do func() error) (time.Duration, uint64, error) {
	now := func() time.Duration { return time.Duration(time.Now().UnixNano()) }
	if o.cpu {
		now = func() time.Duration {
			var u syscall.Rusage
			_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for this process
			return time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := now()
	err := do()
	took := now() - start
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs, err
}

func median(of []time.Duration) time.Duration {
	sorted := slices.Clone(of)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
