// Package inventory is the quantity kernel: what is where.
//
// Nouns: an [Item] is bought, made, held or sold, in its base unit; a [Warehouse] has bins; a [Move] takes a quantity from one
// [Place] to another, and every move has both ends; [Stock] is what one bin holds of one item and lot, and so the sum of its moves;
// a [Reservation] is a part of it that is promised: available = on hand - reserved, and 0 <= reserved <= on hand always.
//
// Goods go in at [PutBin] by [Stock.Put]. They go out where [PickStock] says, after [UseUp] has freed what their holder had
// promised of them, by [Stock.Take]. Reversing swaps the ends: Take at the one, [Stock.Restore] at the other.
// Nothing here knows values or accounts.
package inventory
