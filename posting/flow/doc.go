// Package flow carries late facts to where the goods went.
//
// Value forms a graph that runs forward in time. Its nodes are streams (the stock of an item in a scope), work orders, and what a shipment or an order
// still holds of what was taken. A late fact changes one entry; [Graph] sweeps the change forward in the order (date, document, line), each affected
// entry once, and stops where a stream is again what it was. What it finds are adjustments of entries, new links, and lines for vouchers: facts never
// change. A close of an order sends value back in time, to what the order completed: the sweep then goes over the streams concerned once more.
//
// Nouns: a [Place] is a point in that order; a [Stream] and an [Order] are what a [Loader] gives of the books; [Adjustment], [Line] and [Open] are what
// is to be written.
package flow
