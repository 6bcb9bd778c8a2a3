package mrp

// Heights says how far each item that is made is from what is bought: one more than the farthest of all that any version of it is made of. What is not in the
// map is at 0. A by-product is as far as what it comes with, and one more. A by-product that its own product is made of closes a circle: it is cut where it is met.
func Heights(lines []BOMLine) map[string]int {
	of := map[string][]string{}
	for _, l := range lines {
		if l.ByProduct {
			of[l.Component] = append(of[l.Component], l.Item)
		} else {
			of[l.Item] = append(of[l.Item], l.Component)
		}
	}
	level := map[string]int{}
	var find func(item string) int
	find = func(item string) int {
		made := of[item]
		if l, seen := level[item]; seen || len(made) == 0 {
			return l
		}
		level[item] = 0 // while it is looked at
		most := 0
		for _, part := range made {
			most = max(most, 1+find(part))
		}
		level[item] = most
		return most
	}
	for _, l := range lines {
		find(l.Item)
		find(l.Component)
	}
	for item := range level {
		if level[item] == 0 {
			delete(level, item)
		}
	}
	return level
}
