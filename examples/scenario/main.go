// Scenario plays scenario files: a company, a run of business documents, and what its books must then say.
//
//	go run ./examples/scenario FILE-OR-FOLDER...
//
// It prints ok or FAIL and the title of each, for a failure the file and line, what was expected and what the books say, and last the
// line "N passed, N failed". The exit status is 0 only if none failed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ledgermill/ledgermill/examples/internal/stores"
	"github.com/ledgermill/ledgermill/posting/postingtest"
	"github.com/ledgermill/ledgermill/storage"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// run gives the exit status: 0 if all passed, 1 if any failed, 2 if nothing could be played.
func run(ctx context.Context, args []string, out, errs io.Writer) (status int) {
	flags := flag.NewFlagSet("scenario", flag.ContinueOnError)
	flags.SetOutput(errs)
	kind := flags.String("store", "memory", "where the books are kept: "+stores.Names)
	verbose := flags.Bool("v", false, "print the vouchers, stock and trial balance after each step")
	tieOuts := flags.Bool("reconcile", false, "compare production, stock and finance after every step")
	paths, err := parse(flags, args)
	if err == nil && len(paths) == 0 {
		err = errors.New("name the files or folders to play: scenario [-v] [-store STORE] PATH")
	}
	var store storage.Store
	var done func() error
	if err == nil {
		store, done, err = stores.Open(ctx, *kind)
	}
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(errs, "scenario:", err)
		}
		return 2
	}
	defer func() {
		if err := done(); err != nil {
			fmt.Fprintln(errs, "scenario:", err)
			status = max(status, 1)
		}
	}()
	o := postingtest.Options{CheckTieOuts: *tieOuts}
	if *verbose {
		o.Verbose = out
	}
	passed, failed := playAll(ctx, store, o, paths, out)
	fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		return 1
	}
	return 0
}

// parse takes options before, between and behind the paths.
func parse(flags *flag.FlagSet, args []string) (paths []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return paths, nil
		}
		paths, args = append(paths, flags.Arg(0)), flags.Args()[1:]
	}
}

func playAll(ctx context.Context, store storage.Store, o postingtest.Options, paths []string, out io.Writer) (passed, failed int) {
	for _, path := range paths {
		scenarios, err := postingtest.Load(path)
		if err != nil {
			fmt.Fprintf(out, "FAIL %s\n    %v\n", path, err)
			failed++
		}
		for _, s := range scenarios {
			result := s.Play(ctx, store, o)
			if result.OK() {
				passed++
				fmt.Fprintln(out, "ok  ", s.Title)
				continue
			}
			failed++
			fmt.Fprintln(out, "FAIL", s.Title)
			for _, failure := range result.Failures {
				fmt.Fprintln(out, "    "+strings.ReplaceAll(failure, "\n", "\n    "))
			}
		}
	}
	return passed, failed
}
