package flow

// turn is a node's place in the queue.
type turn struct {
	Place
	stream *node
	order  *orderNode
	n      int // of a stream: which of its turns this is; a later one counts
}

// queue is a heap of turns, the earliest first. It is not container/heap, which allocates for each that comes and goes.
type queue []turn

func (q *queue) push(t turn) {
	*q = append(*q, t)
	h := *q
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[i].compare(h[up].Place) >= 0 {
			return
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
}

func (q *queue) pop() turn {
	h := *q
	first, last := h[0], len(h)-1
	h[0], h[last] = h[last], turn{}
	h = h[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			break
		}
		if right := down + 1; right < last && h[right].compare(h[down].Place) < 0 {
			down = right
		}
		if h[down].compare(h[i].Place) >= 0 {
			break
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
	*q = h
	return first
}
