package explain

import "github.com/ledgermill/ledgermill/costing"

// adjusted notes what other documents made of the value of entries: of a receipt of which units had gone back before, with what all its units were given
// so that those kept carry it evenly.
func (s *stock) adjusted(entries []costing.Entry) {
	undone := map[int64]bool{}
	back := map[costing.Source][]costing.Entry{} // of receipts: units went back
	for _, e := range entries {
		switch {
		case e.Kind == costing.Adjust && !e.Late:
			s.adjusts[e.Cause] = append(s.adjusts[e.Cause], e)
		case e.Kind == costing.Back && e.Qty.Sign() > 0:
			undone[e.Doc], undone[e.Cause.Doc] = true, true
		case e.Kind == costing.Back:
			back[e.Cause] = append(back[e.Cause], e)
		}
	}
	for i := range s.events {
		e := &s.events[i]
		src := e.Source()
		if len(back[src]) == 0 || len(s.adjusts[src]) == 0 {
			continue
		}
		parts := map[costing.Source]costing.Uneven{}
		for _, u := range costing.Evenly(s.cur, &e.Entry, append(back[src], s.adjusts[src]...), func(e *costing.Entry) bool { return e.Kind == costing.Back && undone[e.Doc] }) {
			parts[u.Source()] = u
		}
		for k := range s.adjusts[src] {
			a := &s.adjusts[src][k]
			a.Value = a.Value.Add(parts[a.Source()].Part)
		}
	}
}
