package postgres_test

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage/postgres"
)

func Example() {
	ctx := context.Background()
	store, err := postgres.Open(ctx, "postgres://app@localhost/shop?search_path=books")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	company, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: calendar.NewDate(2026, time.January, 1)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	tb, err := company.TrialBalance(ctx, ledgermill.AsOf{})
	fmt.Println(tb, err)
}

// A shipment is booked in the transaction that marks the host's own order as sent: both or neither.
func ExampleBind() {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, "postgres://app@localhost/shop?search_path=books,public")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close(ctx)
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE public.shop_order SET sent = true WHERE id = 7"); err != nil {
			return err
		}
		company, err := ledgermill.Open(ctx, postgres.Bind(tx), nil)
		if err != nil {
			return err
		}
		_, err = company.Do(ctx, ledgermill.Ship{ID: "SH-7", Date: calendar.NewDate(2026, time.January, 9), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: uom.Of(uom.FromInt(1))}}})
		return err
	})
	fmt.Println(err)
}
