package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/storage"
)

// replay is documents of one round, and the same rows written raw.
type replay struct {
	docs, callers int
	batch         int                                         // documents a call
	open          func() (storage.Store, func() error, error) // an empty store
	raw           func() (*rawStore, error)                   // another
	digests       func() ([2]string, error)                   // of the books in both

	store      *recorder
	company    *ledgermill.Company
	closeStore func() error
	writing    *rawStore
	todo       []func() error
	rows       int
}

// rawStore writes rows without the library.
type rawStore struct {
	write func(c *storage.Changes) (func() error, error) // gives what writes the changes as one durable transaction
	close func() error
}

// before opens an empty store.
func (r *replay) before() error {
	store, closeStore, err := r.open()
	if err != nil {
		return err
	}
	r.store, r.closeStore = &recorder{Store: store}, closeStore
	r.company, err = shop(r.store)
	return err
}

// ours lets callers write documents at the same time.
func (r *replay) ours() error { return r.receive(received) }

func (r *replay) receive(document func(i int) ledgermill.Receive) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	failed := make([]error, r.callers)
	for c := range r.callers {
		wg.Go(func() {
			for failed[c] == nil {
				last := int(next.Add(int64(r.batch)))
				var commands []ledgermill.Command
				for i := last - r.batch + 1; i <= min(last, r.docs); i++ {
					commands = append(commands, document(i))
				}
				if len(commands) == 0 {
					return
				}
				_, failed[c] = r.company.Do(context.Background(), commands...)
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

// ready prepares the same rows, and writes raw what was written before the first document.
func (r *replay) ready() (err error) {
	if err := r.closeStore(); err != nil {
		return err
	}
	if r.writing, err = r.raw(); err != nil {
		return err
	}
	r.todo, r.rows = nil, 0
	seq := r.store.applied[0].Was.Seq
	for _, c := range r.store.applied {
		write, err := r.writing.write(c)
		if err != nil {
			return err
		}
		if c.Was.Seq < seq+1+shopItems {
			if err := write(); err != nil {
				return err
			}
			continue
		}
		r.todo, r.rows = append(r.todo, write), r.rows+len(c.Writes)+1
	}
	return nil
}

func (r *replay) floor() error {
	for _, write := range r.todo {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// check compares the digests of both books.
func (r *replay) check() error {
	if err := r.writing.close(); err != nil {
		return err
	}
	digests, err := r.digests()
	if err == nil && digests[0] != digests[1] {
		err = errors.New("other rows")
	}
	return err
}

func (r *replay) notes() string {
	return fmt.Sprintf("%.1f documents a transaction, %.1f rows a document", float64(r.docs)/float64(len(r.todo)), float64(r.rows)/float64(r.docs))
}

// work is the replay as a bench: ours must reach so much of the floor's speed.
func (r *replay) work(name string, bar float64) work {
	return work{
		name: name, unit: "document", n: r.docs, bar: bar, least: true,
		before: r.before, ours: r.ours, ready: r.ready, floor: r.floor, check: r.check, notes: r.notes,
	}
}

// digest is that of the books in a store, which is closed.
func digest(s storage.Store, done func() error) (text string, err error) {
	company, err := ledgermill.Open(context.Background(), s, nil)
	if err == nil {
		text, err = company.Digest(context.Background())
	}
	return text, errors.Join(err, done())
}
