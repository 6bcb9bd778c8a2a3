// Package inventory is the quantity kernel: what is where.
//
// Nouns: an [Item] is bought, made, held or sold, in its base unit; a [Warehouse] has bins; a [Move] takes a quantity from one
// [Place] to another, and every move has both ends; [Stock] is what one bin holds of one item and lot; a [Reservation] is a part
// of it that is promised: available = on hand - reserved. Nothing here knows values or accounts.
package inventory
