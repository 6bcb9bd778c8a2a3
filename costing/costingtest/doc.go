// Package costingtest proves a costing method: a host calls [Run] from go test with a method of its own before it lets the books depend on it.
//
//	func TestThirtyDays(t *testing.T) { costingtest.Run(t, ThirtyDays{}) }
//
// Hundreds of histories are made up (receipts, issues, returns to suppliers and from customers, bills that come late, documents told after their day) and
// folded step by step. Each step is held to rules; see [Rules]. A rule that is broken is shown in the smallest history that still breaks it.
//
// What goods ought to cost only the host knows. Who can say it gives an [Oracle]: [OldestFirst], [NewestFirst], [Average], or one of the host's own.
package costingtest
