package ledgermill

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// request is what one caller wants done as one transaction, and what came of it.
type request struct {
	ctx      context.Context
	commands []prepared
	docs     []Document
	effect   posting.Effect // of a preview
	err      error
	done     chan struct{}
}

// prepared is a command with what is known of it without its company.
type prepared struct {
	header
	command   Command
	canonical string
	most      int // entries that a close goes over; 0: as many as there are, where it is to be one transaction
}

const maxBatch, maxAttempts, maxLoads = 1000, 8, 200

func (c *Company) request(ctx context.Context, commands []Command) (*request, error) {
	if len(commands) > maxBatch {
		return nil, refusal.New(refusal.LimitExceeded, c.name, "too many commands at once: %d of at most %d", len(commands), maxBatch)
	}
	r := &request{ctx: ctx, done: make(chan struct{})}
	var refused []error
	for i, command := range commands {
		p, err := prepare(command)
		if err != nil {
			refused = append(refused, ofCommand(err, i, len(commands)))
		}
		r.commands = append(r.commands, p)
	}
	return r, errors.Join(refused...)
}

// prepare looks at what can be seen of a command without its company, its size first.
func prepare(command Command) (prepared, error) {
	h := command.head()
	if err := checkSize(command); err != nil {
		return prepared{}, err
	}
	if h.ID == "" {
		return prepared{}, refusal.New(refusal.NotFound, h.Verb, "a document has a number of its own")
	}
	if err := inventory.CheckCode("ref", h.ID); err != nil {
		return prepared{}, err
	}
	canonical, err := canonicalForm(h.Verb, command)
	return prepared{header: h, command: command, canonical: canonical}, err
}

// ofCommand says of refusals which of several commands they are about.
func ofCommand(err error, i, of int) error {
	for _, e := range refusal.All(err) {
		if of > 1 {
			e.Command = i + 1
		}
	}
	return err
}

// queue holds the requests of callers who wait.
type queue struct {
	mu      sync.Mutex
	waiting []*request
}

func (q *queue) push(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, r)
}

// next takes the requests that are carried out together.
func (q *queue) next() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, commands := 0, 0
	for n < len(q.waiting) && (n == 0 || commands+len(q.waiting[n].commands) <= maxBatch) {
		commands += len(q.waiting[n].commands)
		n++
	}
	group := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return group
}

// withdraw takes a request back, unless it is being carried out.
func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// Do carries out commands as one transaction: all of them, or none. Each sees what those before it did. Callers at the same time share
// a transaction of the store; each has its own result, and what is refused to one changes nothing for the others. All that is refused is said, of
// every line of every command (refusal.All); what builds on a refused command is refused with it.
func (c *Company) Do(ctx context.Context, commands ...Command) ([]Document, error) {
	if len(commands) == 1 {
		if command, ok := commands[0].(Close); ok {
			return c.close(ctx, command)
		}
	}
	return c.do(ctx, commands...)
}

// do carries out commands as one transaction. A close that is alone may be refused it (tooMuch).
func (c *Company) do(ctx context.Context, commands ...Command) ([]Document, error) {
	r, err := c.request(ctx, commands)
	if err != nil {
		return nil, err
	}
	if len(commands) == 1 {
		r.commands[0].most = c.most
	}
	c.queue.push(r)
	for {
		select {
		case <-r.done:
			return r.docs, r.err
		case <-ctx.Done():
			if c.queue.withdraw(r) {
				return nil, ctx.Err()
			}
			<-r.done
			return r.docs, r.err
		case c.turn <- struct{}{}:
			c.carryOut(c.queue.next())
		}
	}
}

var errBroken = errors.New("ledgermill: another command of the same transaction broke off")

// carryOut does what a group asks for, and gives the turn to the next.
func (c *Company) carryOut(group []*request) {
	for _, r := range group {
		r.err = errBroken // in case one of them panics
	}
	defer func() {
		<-c.turn
		for _, r := range group {
			close(r.done)
		}
	}()
	if len(group) == 0 {
		return
	}
	if len(group) > 1 {
		if c.together(context.WithoutCancel(group[0].ctx), group, true) == nil {
			return
		}
		c.forget()
	}
	for _, r := range group { // the store failed: perhaps because of one of them
		_ = c.together(r.ctx, []*request{r}, true)
	}
}

// together decides requests in turn and applies what was not refused as one transaction. An error is one of the store, and then nothing was written.
func (c *Company) together(ctx context.Context, group []*request, write bool) (err error) {
	for range maxAttempts {
		if err = c.attempt(ctx, group, write); refusal.CodeOf(err) != refusal.Contention {
			break
		}
		c.forget()
	}
	if err != nil {
		for _, r := range group {
			r.docs, r.err = nil, err
		}
	}
	return err
}

func (c *Company) attempt(ctx context.Context, group []*request, write bool) error {
	snap := c.masters.Fresh()
	written := false
	defer func() {
		if c.masters = snap.Fresh(); snap.Recast() && !written {
			c.forget() // what it holds of masters was never written
		}
	}()
	if err := c.prefetch(ctx, group, snap); err != nil {
		return err
	}
	var all []*storage.Changes
	for i, r := range group {
		var mine []*storage.Changes
		if r.docs, mine, r.err = c.decideAll(ctx, r, snap, i+1 < len(group)); r.err == nil {
			all = append(all, mine...)
			continue
		}
		if refusal.CodeOf(r.err) == refusal.Contention {
			return r.err
		}
		if len(r.commands) > 1 && len(group) > 1 { // its first commands may have been laid over the snapshot
			snap = c.again(snap, all)
		}
	}
	if !write {
		return c.preview(ctx, group[0], all)
	}
	if len(all) == 0 {
		return nil
	}
	joined := storage.Joined(all)
	if err := c.store.Apply(ctx, c.name, joined); err != nil {
		return err
	}
	written, c.catalog = true, joined.Head.Catalog
	return nil
}

// decideAll decides the commands of a request, each on what those before it did, to the last, so that all that is refused is known. More says that requests
// follow, which must see what these did.
func (c *Company) decideAll(ctx context.Context, r *request, snap *storage.Snapshot, more bool) (docs []Document, all []*storage.Changes, err error) {
	var refused []error
	for i := range r.commands {
		if err := r.ctx.Err(); err != nil {
			return nil, nil, err
		}
		doc, changes, err := c.decide(ctx, &r.commands[i], snap)
		if code := refusal.CodeOf(err); err != nil && (code == "" || code == refusal.Contention) {
			return nil, nil, err
		}
		if err != nil {
			refused = append(refused, ofCommand(err, i, len(r.commands)))
			continue
		}
		docs = append(docs, doc)
		if changes != nil {
			all = append(all, changes)
			if more || i+1 < len(r.commands) || changes.Head.Catalog != changes.Was.Catalog {
				snap.Lay(changes)
			}
		}
	}
	if len(refused) > 0 {
		return nil, nil, errors.Join(refused...)
	}
	return docs, all, nil
}

// again makes the snapshot anew from what was not refused.
func (c *Company) again(spoiled *storage.Snapshot, all []*storage.Changes) *storage.Snapshot {
	if c.masters = spoiled.Fresh(); spoiled.Recast() {
		c.forget()
	}
	snap := c.masters.Fresh()
	for _, changes := range all {
		snap.Lay(changes)
	}
	return snap
}

// prefetch loads what several commands ask for in as many steps as one of them needs, and not in as many as all.
func (c *Company) prefetch(ctx context.Context, group []*request, snap *storage.Snapshot) error {
	var open []*prepared
	for _, r := range group {
		for i := range r.commands {
			open = append(open, &r.commands[i])
		}
	}
	for step := 0; step < maxLoads && len(open) > 1; step++ {
		var needs []storage.Need
		var left []*prepared
		for _, command := range open {
			b := c.book(snap)
			b.looking, b.most = true, command.most
			_, _ = c.once(b, command, "", 0) // what is refused now may not be in its turn
			if !b.need.Empty() {
				needs, left = append(needs, b.need), append(left, command)
			}
		}
		if open = left; len(open) > 0 {
			if err := c.load(ctx, storage.Together(needs), snap); err != nil {
				return err
			}
		}
	}
	return nil
}

// forget drops what is kept of masters.
func (c *Company) forget() { c.masters, c.catalog, c.opened = storage.NewSnapshot(), 0, nil }
