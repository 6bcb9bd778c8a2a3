package storagetest

import (
	"testing"

	"github.com/ledgermill/ledgermill/costing/costingtest"
)

func TestMethods(t *testing.T) {
	for _, m := range Methods() {
		t.Run(m.Name(), func(t *testing.T) { costingtest.Run(t, m) })
	}
}
