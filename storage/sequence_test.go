package storage

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sequence is a sorted list, whatever is added and removed where.
func TestSequenceIsASortedList(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	var s sequence[int]
	var plain []int
	for step := range 6000 {
		v := rnd.IntN(4000)
		if step < 1000 {
			v = step * 4 // in order at first, as facts come
		}
		at, found := s.seek(func(e int) int { return cmp.Compare(e, v) })
		i, there := slices.BinarySearch(plain, v)
		require.Equal(t, there, found)
		switch {
		case !found:
			s.insert(at, v)
			plain = slices.Insert(plain, i, v)
		case step%3 > 0:
			s.remove(at)
			plain = slices.Delete(plain, i, i+1)
		}
		if step%500 == 0 {
			require.Equal(t, plain, slices.Collect(s.from(spot{})))
			at, _ := s.seek(func(e int) int { return cmp.Compare(e, v) })
			i, _ := slices.BinarySearch(plain, v)
			back := slices.Clone(plain[:i])
			slices.Reverse(back)
			require.Equal(t, back, append([]int{}, slices.Collect(s.before(at))...))
		}
	}
	for _, v := range plain {
		at, _ := s.seek(func(e int) int { return cmp.Compare(e, v) })
		s.remove(at)
	}
	require.Empty(t, s.leaves)
}
