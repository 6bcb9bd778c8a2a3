package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// graph is a drawing: boxes on a grid, and arrows between them.
type graph struct {
	columns, rows int
	boxes         []box
	arrows        []arrow
}

type box struct {
	name        string
	column, row int // from 1
	style       string
	lines       []string
	left, width int // set when it is drawn
}

type arrow struct {
	from, to int // places in the list of boxes
	style    string
	label    string
}

var (
	braces      = regexp.MustCompile(`\{[^}]*\}`)
	boxStyles   = []string{"document", "place", "late", "voucher"}
	arrowStyles = []string{"flow", "late"}
)

// parse reads the text of a drawing; fill gives what a name in braces stands for.
func parse(text string, fill func(string) ([]string, error)) (graph, error) {
	var g graph
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := g.read(line, fill); err != nil {
			return g, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return g, nil
}

func (g *graph) read(line string, fill func(string) ([]string, error)) error {
	words := strings.Fields(line)
	switch {
	case strings.HasPrefix(line, " "):
		return g.text(strings.TrimSpace(line), fill)
	case words[0] == "grid" && len(words) == 3:
		return numbers(words[1:], &g.columns, &g.rows)
	case words[0] == "box" && len(words) == 5:
		b := box{name: words[1], style: words[4]}
		if !slices.Contains(boxStyles, b.style) {
			return fmt.Errorf("a box has one of the styles %v, not %s", boxStyles, b.style)
		}
		err := numbers(words[2:4], &b.column, &b.row)
		g.boxes = append(g.boxes, b)
		return err
	case words[0] == "arrow" && len(words) >= 4:
		from, err := g.find(words[1])
		if err != nil {
			return err
		}
		to, err := g.find(words[2])
		if err != nil {
			return err
		}
		if !slices.Contains(arrowStyles, words[3]) {
			return fmt.Errorf("an arrow has one of the styles %v, not %s", arrowStyles, words[3])
		}
		label, err := filled(strings.Join(words[4:], " "), fill)
		g.arrows = append(g.arrows, arrow{from, to, words[3], strings.Join(label, " ")})
		return err
	}
	return fmt.Errorf("`grid COLUMNS ROWS`, `box NAME COLUMN ROW STYLE`, its text, or `arrow FROM TO STYLE LABEL` is wanted here, not %q", line)
}

// text adds a line to the box that was named last.
func (g *graph) text(line string, fill func(string) ([]string, error)) error {
	if len(g.boxes) == 0 || len(g.arrows) > 0 {
		return fmt.Errorf("text belongs to a box")
	}
	lines, err := filled(line, fill)
	last := &g.boxes[len(g.boxes)-1]
	last.lines = append(last.lines, lines...)
	return err
}

// filled puts figures in the place of names; a line that is nothing but a name may become several.
func filled(line string, fill func(string) ([]string, error)) ([]string, error) {
	if braces.FindString(line) == line {
		return fill(strings.Trim(line, "{}"))
	}
	var fault error
	line = braces.ReplaceAllStringFunc(line, func(name string) string {
		figures, err := fill(strings.Trim(name, "{}"))
		if err != nil {
			fault = err
		}
		return strings.Join(figures, ", ")
	})
	return []string{line}, fault
}

func (g *graph) find(name string) (int, error) {
	i := slices.IndexFunc(g.boxes, func(b box) bool { return b.name == name })
	if i < 0 {
		return i, fmt.Errorf("there is no box %s", name)
	}
	return i, nil
}

func numbers(words []string, to ...*int) error {
	for i, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || n > 20 {
			return fmt.Errorf("a number from 1 to 20 is wanted here, not %s", w)
		}
		*to[i] = n
	}
	return nil
}
