package storage

// Reference says that columns of a table name a row of another by its key. A store may check it when a transaction commits, not before: the rows of one
// transaction come in any order.
type Reference struct {
	Columns []string
	Of      Kind
}

// References gives the references of each table: facts name their document, parts the whole that they belong to.
var References = map[Kind][]Reference{
	StandardCosts:      {{[]string{"doc"}, Documents}},
	Rates:              {{[]string{"doc"}, Documents}},
	BOMs:               {{[]string{"doc"}, Documents}},
	BOMLines:           {{[]string{"item", "doc"}, BOMs}},
	Mentions:           {{[]string{"of_doc"}, Documents}, {[]string{"by_doc"}, Documents}},
	Moves:              {{[]string{"doc"}, Documents}},
	ReservationChanges: {{[]string{"doc"}, Documents}},
	Entries:            {{[]string{"doc"}, Documents}},
	Allowances:         {{[]string{"doc"}, Documents}},
	Materials:          {{[]string{"order_ref"}, Orders}},
	ProgressFacts:      {{[]string{"doc"}, Documents}},
	Demands:            {{[]string{"doc"}, Documents}},
	Supplies:           {{[]string{"doc"}, Documents}},
	PlannedOrders:      {{[]string{"doc"}, Documents}},
	PlanPegs:           {{[]string{"doc"}, Documents}},
	PlanNeeds:          {{[]string{"doc"}, Documents}},
	PlanMessages:       {{[]string{"doc"}, Documents}},
	Settlements:        {{[]string{"doc"}, Documents}},
	Vouchers:           {{[]string{"doc"}, Documents}},
	VoucherLines:       {{[]string{"doc", "n"}, Vouchers}},
}
