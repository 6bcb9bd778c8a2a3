package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// The drawing in the repository is what the text makes of the books.
func TestDrawingIsOfTheText(t *testing.T) {
	made, err := draw(t.Context(), root)
	require.NoError(t, err)
	there, err := os.ReadFile(drawing(root))
	require.NoError(t, err)
	require.Equal(t, string(made), string(there), "go generate ./examples/valuegraph draws it anew")
	for d := xml.NewDecoder(strings.NewReader(string(made))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
	}
	for _, figure := range []string{"400.00 → 440.00", "+24.00", "160.00 → 176.00", "+4.80", "140.00 → 151.20", "Cost of sales"} {
		require.Contains(t, string(made), figure)
	}
}

func TestTextIsRefused(t *testing.T) {
	fill := func(name string) ([]string, error) {
		if name == "known" {
			return []string{"7"}, nil
		}
		return nil, errors.New("no figure is called " + name)
	}
	for text, says := range map[string]string{
		"grid 5":                          "line 1: `grid COLUMNS ROWS`",
		"grid 5 none":                     "line 1: a number from 1 to 20",
		"box a 1 1 round":                 "line 1: a box has one of the styles",
		"  text":                          "line 1: text belongs to a box",
		"box a 1 1 place\n\n  {new}":      "line 3: no figure is called new",
		"box a 1 1 place\narrow a b flow": "line 2: there is no box b",
		"box a 1 1 place\narrow a a back": "line 2: an arrow has one of the styles",
		"circle a":                        "line 1: `grid COLUMNS ROWS`",
	} {
		_, err := parse(text, fill)
		require.ErrorContains(t, err, says, text)
	}
	g, err := parse("grid 1 1\nbox a 1 1 place\n  {known} <kg>\n", fill)
	require.NoError(t, err)
	require.Contains(t, string(g.svg()), "7 &lt;kg&gt;")
}
