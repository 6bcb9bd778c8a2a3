package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// Measures of the drawing, in its own units.
const (
	margin = 20
	over   = 56  // above the first row, for arrows that go back
	narrow = 196 // the least width of a column
	letter = 8   // of text, about
	height = 104
	across = 84 // between columns
	down   = 64 // between rows
	line   = 21 // of text
)

const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="Helvetica, Arial, sans-serif" font-size="15">
<style>
rect { stroke: #57606a; stroke-width: 1.2; }
.document { fill: #ffffff; } .place { fill: #ddf4e4; } .late { fill: #ffe3d5; stroke: #bc4c00; } .voucher { fill: #f6f8fa; }
path { fill: none; stroke: #57606a; stroke-width: 1.6; } path.late { fill: none; stroke: #bc4c00; stroke-dasharray: 7 4; }
text { fill: #1f2328; } .title { font-weight: bold; } .label { fill: #bc4c00; }
</style>
<defs>
<marker id="flow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 1 L9 5 L0 9" style="stroke-dasharray:none"/></marker>
<marker id="late" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="late" d="M0 1 L9 5 L0 9" style="stroke-dasharray:none"/></marker>
</defs>
<rect width="100%%" height="100%%" style="fill:#ffffff;stroke:none"/>
`

func (b box) top() int    { return over + (b.row-1)*(height+down) }
func (b box) centre() int { return b.left + b.width/2 }

// place gives every box its width, that of its column's longest text, and its place; it gives the width of all.
func (g graph) place() int {
	left := margin
	for column := 1; column <= g.columns; column++ {
		width := narrow
		for _, b := range g.boxes {
			for _, s := range b.lines {
				if b.column == column {
					width = max(width, 2*margin+letter*len([]rune(s)))
				}
			}
		}
		for i := range g.boxes {
			if b := &g.boxes[i]; b.column == column {
				b.left, b.width = left, width
			}
		}
		left += width + across
	}
	return left - across + margin
}

// tall is the height of a box: that of its text, if it is more than usual.
func (b box) tall() int { return max(height, 20+len(b.lines)*line) }

// svg writes the drawing.
func (g graph) svg() []byte {
	bottom := over + g.rows*height + (g.rows-1)*down
	for _, b := range g.boxes {
		bottom = max(bottom, b.top()+b.tall())
	}
	w, h := g.place(), bottom+margin
	var out bytes.Buffer
	fmt.Fprintf(&out, head, w, h, w, h)
	for _, b := range g.boxes {
		fmt.Fprintf(&out, "<rect class=%q x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", b.style, b.left, b.top(), b.width, b.tall())
		for i, s := range b.lines {
			y, last := b.top()+26+i*line, strings.LastIndex(s, " ")
			switch {
			case i == 0 || strings.HasPrefix(s, "Voucher"):
				write(&out, "title", "middle", b.centre(), y, s)
			case b.style == "voucher": // the amount stands on the right
				write(&out, "body", "start", b.left+12, y, s[:last])
				write(&out, "body", "end", b.left+b.width-12, y, s[last+1:])
			default:
				write(&out, "body", "middle", b.centre(), y, s)
			}
		}
	}
	for _, a := range g.arrows {
		a.draw(&out, g.boxes[a.from], g.boxes[a.to])
	}
	out.WriteString("</svg>\n")
	return out.Bytes()
}

func write(out *bytes.Buffer, class, anchor string, x, y int, s string) {
	fmt.Fprintf(out, "<text class=%q x=\"%d\" y=\"%d\" text-anchor=%q>", class, x, y, anchor)
	_ = xml.EscapeText(out, []byte(s)) // a buffer takes everything
	out.WriteString("</text>\n")
}

// draw writes an arrow: down within a column, by an elbow to another column, or over the top and back.
func (a arrow) draw(out *bytes.Buffer, f, t box) {
	var path string
	switch {
	case a.style == "late":
		y := over / 2
		path = fmt.Sprintf("M%d %d V%d H%d V%d", f.centre(), f.top(), y, t.centre(), t.top())
		write(out, "label", "middle", (f.centre()+t.centre())/2, y-8, a.label)
	case f.column == t.column:
		y1, y2 := f.top()+f.tall(), t.top()
		path = fmt.Sprintf("M%d %d V%d", f.centre(), y1, y2)
		write(out, "label", "start", f.centre()+10, (y1+y2)/2+5, a.label)
	default:
		x1, x2 := f.left+f.width, t.left
		y1, y2 := f.top()+f.tall()/2, t.top()+t.tall()/2
		path = fmt.Sprintf("M%d %d H%d V%d H%d", x1, y1, (x1+x2)/2, y2, x2)
		write(out, "label", "middle", (x1+x2)/2, y1+line, a.label)
	}
	fmt.Fprintf(out, "<path class=%q d=%q marker-end=\"url(#%s)\"/>\n", a.style, path, a.style)
}
