package storage

import (
	"iter"
	"slices"
)

// sequence is a list in order, cut into leaves so that adding and removing in the middle moves little.
type sequence[E any] struct{ leaves [][]E }

const leafSize = 256

// spot is a place in a sequence.
type spot struct{ leaf, at int }

// seek gives the place of the first element that is not below what is looked for, and whether it is that; compare says how an element compares with it.
func (s *sequence[E]) seek(compare func(E) int) (spot, bool) {
	last := len(s.leaves) - 1
	if last < 0 {
		return spot{}, false
	}
	if l := s.leaves[last]; compare(l[len(l)-1]) < 0 { // facts come in order
		return spot{last, len(l)}, false
	}
	leaf, high := 0, last
	for leaf < high {
		if mid := (leaf + high) / 2; compare(s.leaves[mid][len(s.leaves[mid])-1]) < 0 {
			leaf = mid + 1
		} else {
			high = mid
		}
	}
	at, found := slices.BinarySearchFunc(s.leaves[leaf], 0, func(e E, _ int) int { return compare(e) })
	return spot{leaf, at}, found
}

func (s *sequence[E]) get(p spot) E { return s.leaves[p.leaf][p.at] }

func (s *sequence[E]) set(p spot, e E) { s.leaves[p.leaf][p.at] = e }

func (s *sequence[E]) insert(p spot, e E) {
	switch {
	case len(s.leaves) == 0:
		s.leaves = append(s.leaves, append(make([]E, 0, 4), e))
		return
	case len(s.leaves[p.leaf]) < leafSize:
	case p.at == leafSize && p.leaf == len(s.leaves)-1:
		s.leaves = append(s.leaves, append(make([]E, 0, leafSize/4), e))
		return
	default:
		l := s.leaves[p.leaf]
		s.leaves = slices.Insert(s.leaves, p.leaf+1, slices.Clone(l[leafSize/2:]))
		clear(l[leafSize/2:])
		s.leaves[p.leaf] = l[:leafSize/2]
		if p.at > leafSize/2 {
			p = spot{p.leaf + 1, p.at - leafSize/2}
		}
	}
	s.leaves[p.leaf] = slices.Insert(s.leaves[p.leaf], p.at, e)
}

func (s *sequence[E]) remove(p spot) {
	if s.leaves[p.leaf] = slices.Delete(s.leaves[p.leaf], p.at, p.at+1); len(s.leaves[p.leaf]) == 0 {
		s.leaves = slices.Delete(s.leaves, p.leaf, p.leaf+1)
	}
}

// from yields the elements from a place on.
func (s *sequence[E]) from(p spot) iter.Seq[E] {
	return func(yield func(E) bool) {
		for i := p.leaf; i < len(s.leaves); i, p.at = i+1, 0 {
			for _, e := range s.leaves[i][p.at:] {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// before yields the elements before a place, the nearest first.
func (s *sequence[E]) before(p spot) iter.Seq[E] {
	return func(yield func(E) bool) {
		for i, at := p.leaf, p.at; i >= 0; i-- {
			if i < p.leaf {
				at = len(s.leaves[i])
			}
			for ; at > 0; at-- {
				if !yield(s.leaves[i][at-1]) {
					return
				}
			}
		}
	}
}
