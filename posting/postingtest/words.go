package postingtest

import (
	"strings"

	"github.com/ledgermill/ledgermill"
)

// verbs are the steps that are a command: the keys of a step are the JSON tags of its struct.
var verbs = map[string]ledgermill.Command{
	"receive":          ledgermill.Receive{},
	"invoice_in":       ledgermill.InvoiceIn{},
	"purchase_return":  ledgermill.PurchaseReturn{},
	"landed_cost":      ledgermill.LandedCost{},
	"ship":             ledgermill.Ship{},
	"dropship":         ledgermill.Dropship{},
	"invoice_out":      ledgermill.InvoiceOut{},
	"sales_return":     ledgermill.SalesReturn{},
	"pay":              ledgermill.Pay{},
	"collect":          ledgermill.Collect{},
	"work_order":       ledgermill.WorkOrder{},
	"release":          ledgermill.Release{},
	"issue":            ledgermill.Issue{},
	"return_material":  ledgermill.ReturnMaterial{},
	"report":           ledgermill.Report{},
	"inspect":          ledgermill.Inspect{},
	"complete":         ledgermill.Complete{},
	"close_work_order": ledgermill.CloseWorkOrder{},
	"unbuild":          ledgermill.Unbuild{},
	"allocate":         ledgermill.Allocate{},
	"transfer":         ledgermill.Transfer{},
	"count":            ledgermill.Count{},
	"settle_count":     ledgermill.SettleCount{},
	"scrap":            ledgermill.Scrap{},
	"other_receipt":    ledgermill.OtherReceipt{},
	"other_issue":      ledgermill.OtherIssue{},
	"voucher":          ledgermill.Voucher{},
	"reverse":          ledgermill.Reverse{},
	"close":            ledgermill.Close{},
	"reopen":           ledgermill.Reopen{},
	"opening":          ledgermill.Opening{},
	"item":             ledgermill.DefineItem{},
	"bom":              ledgermill.DefineBOM{},
	"revalue":          ledgermill.Revalue{},
	"write_down":       ledgermill.WriteDown{},
	"change_method":    ledgermill.ChangeMethod{},
	"standard_cost":    ledgermill.SetStandard{},
	"rates":            ledgermill.DefineRates{},
	"credit_in":        ledgermill.CreditIn{},
	"credit_out":       ledgermill.CreditOut{},
	"fx_revalue":       ledgermill.FXRevalue{},
	"reserve":          ledgermill.Reserve{},
	"confirm":          ledgermill.Confirm{},
	"cancel":           ledgermill.Cancel{},
	"demand":           ledgermill.Demand{},
	"supply":           ledgermill.Supply{},
	"plan":             ledgermill.MakePlan{},
}

// later are the words of the language that are known but not built, by the place where they stand: "step" for verbs and for what every
// verb takes, else a verb or a part of the file.
var later = map[string]string{
	"file": "rules",
	"step": "equivalent_units",
}

func (r reader) notBuilt(word string) bool {
	words := strings.Fields(later[r.place])
	if verbs[r.place] != nil || r.place == "step" {
		words = append(words, strings.Fields(later["step"])...)
	}
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}
