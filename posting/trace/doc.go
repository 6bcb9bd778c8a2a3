// Package trace follows a lot or a serial number: backward to what it was made of and where that came from, forward to what was made of it and where that is.
//
// What it walks over are the moves of stock, the value entries of their documents, and the work orders. A document that was reversed is not there, and
// neither is its reversal. Four rules give every quantity, and each keeps its sum to the last millionth:
//
//   - A lot is one thing: what leaves it is made up of all that was in it just then, in proportion. Goods without a lot are one lot.
//   - What came back is taken off what went there, the latest first: material from its order, goods from their customer.
//   - An order is one thing, whatever the days on which it used and made: what it used is shared over the lots of its product by their quantities, and over what
//     it still has to make. What comes out beside the product is out of all that went in. Unbuilding is an order that uses the product and makes the parts.
//   - A lot that is worked into itself (rework) is followed as it was then, each time earlier (or, forward, later), so that it comes to an end.
//
// Money: backward, what the traced lot cost is carried down and shared at every stop by what the books say that the parts of it cost; forward, every stop has
// the value that its goods have in the books now, late facts included.
//
// Nouns: a [Tree] is the answer, made of [Node]s; a [Step] is a document that moved the goods of a node; [Tree.Lots] is the list of other lots met; a [Recall]
// says who received goods of a lot and what is at risk. [Books] is what the trace must see, and loads nothing by itself.
package trace
