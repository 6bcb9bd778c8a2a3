package storage

import "math"

// Books holds all rows of one company in memory, packed, with every index. It is the whole of the memory store, and a help for stores that keep their
// rows elsewhere. A move with its value entry and links takes about 200 bytes, none of which the garbage collector has to look at.
type Books struct {
	tables [kinds]*packed
	words  words
}

// packed is a table.
type packed struct {
	packing
	pages   [][]byte
	spare   int // bytes of rows that are gone
	indexes []sequence[ref]
}

// ref is where a row stands: its page, and the place in it.
type ref uint32

const pageBits, maxPages = 16, 1 << 16

// NewBooks gives empty books.
func NewBooks() *Books { return &Books{words: words{numbers: map[string]uint64{}}} }

func (b *Books) table(k Kind) *packed {
	if b.tables[k] == nil {
		t := &Tables[k]
		b.tables[k] = &packed{packing: *newPacking(t, &b.words), indexes: make([]sequence[ref], len(t.Indexes))}
	}
	return b.tables[k]
}

func (p *packed) bytes(r ref) []byte { return p.pages[r>>pageBits][r&(1<<pageBits-1):] }

// store keeps a packed row.
func (p *packed) store(row []byte) ref {
	last := len(p.pages) - 1
	if last < 0 || len(p.pages[last])+len(row) > 1<<pageBits {
		var page []byte
		if last >= 0 {
			page = make([]byte, 0, 1<<pageBits)
		}
		p.pages = append(p.pages, page)
		last++
	}
	at := len(p.pages[last])
	p.pages[last] = append(p.pages[last], row...)
	return ref(last<<pageBits | at)
}

func (p *packed) seek(index int, key []byte) (spot, bool) {
	return p.indexes[index].seek(func(r ref) int { return p.compare(index, p.bytes(r), key) })
}

// row makes a row of its packed form.
func (p *packed) row(r ref, s *scratch) any {
	row := p.table.New()
	s.fields = p.table.AppendFields(s.fields[:0], row)
	p.unpack(p.bytes(r), s.fields)
	return row
}

// put adds a row, or replaces the one that it was before.
func (p *packed) put(row any, s *scratch) {
	s.fields = p.table.AppendFields(s.fields[:0], row)
	s.key = p.table.appendKey(s.key[:0], 0, s.fields)
	s.row = p.pack(s.row[:0], s.fields)
	at, found := p.seek(0, s.key)
	if found {
		p.replace(at, s)
		return
	}
	r := p.store(s.row)
	p.indexes[0].insert(at, r)
	for i := 1; i < len(p.indexes); i++ {
		p.enter(i, r, s)
	}
}

// replace puts a packed row where the one that it was before stands, if there is room.
func (p *packed) replace(at spot, s *scratch) {
	old := p.indexes[0].get(at)
	was := p.bytes(old)
	size := p.size(was)
	var moved uint64 // the indexes in which it moves
	for i := 1; i < len(p.indexes); i++ {
		if s.key = p.table.appendKey(s.key[:0], i, s.fields); p.compare(i, was, s.key) != 0 {
			moved |= 1 << i
		}
	}
	if moved != 0 {
		p.leave(moved, old, s)
	}
	r := old
	if len(s.row) <= size {
		copy(was, s.row)
		p.spare += size - len(s.row)
	} else {
		r = p.store(s.row)
		p.spare += size
		p.indexes[0].set(at, r)
	}
	for i := 1; i < len(p.indexes); i++ {
		if moved&(1<<i) != 0 {
			p.enter(i, r, s)
		} else if r != old {
			s.key = p.table.appendKey(s.key[:0], i, s.fields)
			at, _ := p.seek(i, s.key)
			p.indexes[i].set(at, r)
		}
	}
}

// enter puts the row of the fields into an index.
func (p *packed) enter(index int, r ref, s *scratch) {
	s.key = p.table.appendKey(s.key[:0], index, s.fields)
	at, _ := p.seek(index, s.key)
	p.indexes[index].insert(at, r)
}

// leave takes a stored row out of some indexes.
func (p *packed) leave(indexes uint64, r ref, s *scratch) {
	row := p.table.New()
	fields := p.table.Fields(row)
	p.unpack(p.bytes(r), fields)
	for i := range p.indexes {
		if indexes&(1<<i) != 0 {
			s.key = p.table.appendKey(s.key[:0], i, fields)
			at, _ := p.seek(i, s.key)
			p.indexes[i].remove(at)
		}
	}
}

func (p *packed) remove(row any, s *scratch) {
	s.fields = p.table.AppendFields(s.fields[:0], row)
	s.key = p.table.appendKey(s.key[:0], 0, s.fields)
	if at, found := p.seek(0, s.key); found {
		old := p.indexes[0].get(at)
		p.leave(math.MaxUint64, old, s)
		p.spare += p.size(p.bytes(old))
	}
}

// tidy writes the rows anew when as much room is wasted as used.
func (p *packed) tidy() {
	used := len(p.pages) << pageBits
	if p.spare < 1<<pageBits || p.spare < used/2 {
		return
	}
	old := p.pages
	p.pages, p.spare = nil, 0
	moved := map[ref]ref{}
	for i := range p.indexes {
		for _, leaf := range p.indexes[i].leaves {
			for j, r := range leaf {
				if i == 0 {
					row := old[r>>pageBits][r&(1<<pageBits-1):]
					moved[r] = p.store(row[:p.size(row)])
				}
				leaf[j] = moved[r]
			}
		}
	}
}

// Full says that there is no room for more: a table holds at most 4 GB.
func (b *Books) Full() bool {
	for _, p := range b.tables {
		if p != nil && len(p.pages) > maxPages-math.MaxUint8 {
			return true
		}
	}
	return false
}

// Commit writes changes.
func (b *Books) Commit(c *Changes) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	head := c.Head
	b.table(Heads).put(&head, s)
	for _, w := range c.Writes {
		p := b.table(w.Kind)
		if w.New == nil {
			p.remove(w.Old, s)
		} else {
			p.put(w.New, s)
		}
		p.tidy()
	}
}

// Matches says whether changes were decided on these books: the head and every record are as they saw them.
func (b *Books) Matches(company string, c *Changes) bool {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	head := Head{Company: company}
	if row := b.get(Key{Heads, []any{company}}, s); row != nil {
		head = *row.(*Head)
	}
	if c.Was != head || c.Head.Company != company {
		return false
	}
	for _, w := range c.Writes {
		p := b.table(w.Kind)
		s.fields = p.table.AppendFields(s.fields[:0], w.Row())
		at, found := p.seek(0, p.table.appendKey(s.key[:0], 0, s.fields))
		if found != (w.Old != nil) {
			return false
		}
		if found && p.table.Version >= 0 && p.whole(p.bytes(p.indexes[0].get(at)), p.table.Version) != p.table.version(w.Old) {
			return false
		}
	}
	return true
}

func (b *Books) get(k Key, s *scratch) any {
	p := b.tables[k.Kind]
	if p == nil {
		return nil
	}
	at, found := p.seek(0, appendKeys(s.key[:0], k.Values))
	if !found {
		return nil
	}
	return p.row(p.indexes[0].get(at), s)
}

// Load answers a need.
func (b *Books) Load(n Need) *Rows {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	out := NewRows()
	for _, k := range n.Keys {
		if row := b.get(k, s); row != nil {
			out.Put(k.Kind, row)
		}
	}
	for _, l := range n.Lists {
		if p, take := b.tables[l.Kind], out.Taker(l); p != nil {
			low, n := l.span(s.key[:0])
			compare := func(r ref) int { return p.within(l.Index, p.bytes(r), low, n) }
			walk(&p.indexes[l.Index], l.Newest, compare, func(r ref) bool { return take(p.row(r, s)) })
		}
	}
	for _, t := range n.Totals {
		out.SetTotal(t, SumRows(t, b.All(t.Kind)))
	}
	return out
}

// All yields the rows of a table in the order of its key.
func (b *Books) All(k Kind) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		p := b.tables[k]
		if p == nil {
			return
		}
		s := scratches.Get().(*scratch)
		defer scratches.Put(s)
		for r := range p.indexes[0].from(spot{}) {
			if !yield(p.row(r, s)) {
				return
			}
		}
	}
}

// Scan gives a page of the rows of a table in the order of an index.
func (b *Books) Scan(q Scan) Page {
	var page Page
	p := b.tables[q.Kind]
	if p == nil {
		return page
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	to := []byte(encode(q.To))
	start, found := p.seek(q.Index, []byte(max(encode(q.From), q.Cursor)))
	skip := found && q.Cursor != "" // the row of the cursor was on the page before
	for r := range p.indexes[q.Index].from(start) {
		if skip {
			skip = false
			continue
		}
		if len(to) > 0 && p.compare(q.Index, p.bytes(r), to) > 0 {
			break
		}
		if len(page.Rows) == q.Size() {
			page.Cursor = Cursor(q.Kind, q.Index, page.Rows[len(page.Rows)-1])
			break
		}
		page.Rows = append(page.Rows, p.row(r, s))
	}
	return page
}
