-- What the tables hold, for people: amounts and quantities as decimals, documents by their reference. A decimal is a text; add up the integers of the tables.

CREATE VIEW v_stock AS SELECT
  company, item, warehouse, bin, lot,
  printf('%s%d.%06d', iif(on_hand < 0, '-', ''), abs(on_hand) / 1000000, abs(on_hand) % 1000000) AS on_hand,
  printf('%s%d.%06d', iif(reserved < 0, '-', ''), abs(reserved) / 1000000, abs(reserved) % 1000000) AS reserved,
  printf('%s%d.%06d', iif((on_hand - reserved) < 0, '-', ''), abs((on_hand - reserved)) / 1000000, abs((on_hand - reserved)) % 1000000) AS available,
  since, expires
FROM stock;

CREATE VIEW v_stock_move AS SELECT
  stock_move.company, doc, line, d.ref AS document, d.verb, stock_move.date, item, lot,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  from_type, from_name, from_bin, to_type, to_name, to_bin
FROM stock_move JOIN document AS d ON d.company = stock_move.company AND d.seq = stock_move.doc;

CREATE VIEW v_layer AS SELECT
  company, item, scope, date, source_doc, source_line, lot,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  printf('%s%d.%04d', iif(value < 0, '-', ''), abs(value) / 10000, abs(value) % 10000) AS value
FROM layer;

CREATE VIEW v_stream AS SELECT
  company, item, scope, method,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  printf('%s%d.%04d', iif(value < 0, '-', ''), abs(value) / 10000, abs(value) % 10000) AS value
FROM stream;

CREATE VIEW v_value_entry AS SELECT
  value_entry.company, doc, line, d.ref AS document, d.verb, kind, item, scope, order_ref, element,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  printf('%s%d.%04d', iif(value < 0, '-', ''), abs(value) / 10000, abs(value) % 10000) AS value,
  fact_date, posting_date, cause_doc, cause_line, account, contra, stated, method, late
FROM value_entry JOIN document AS d ON d.company = value_entry.company AND d.seq = value_entry.doc;

CREATE VIEW v_work_order AS SELECT
  company, ref, item,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  date, due, status,
  printf('%s%d.%06d', iif(reported < 0, '-', ''), abs(reported) / 1000000, abs(reported) % 1000000) AS reported,
  printf('%s%d.%06d', iif(scrapped < 0, '-', ''), abs(scrapped) / 1000000, abs(scrapped) % 1000000) AS scrapped,
  printf('%s%d.%06d', iif(completed < 0, '-', ''), abs(completed) / 1000000, abs(completed) % 1000000) AS completed
FROM work_order;

CREATE VIEW v_order_material AS SELECT
  company, order_ref, line, by_product, item, lot,
  printf('%s%d.%06d', iif(required < 0, '-', ''), abs(required) / 1000000, abs(required) % 1000000) AS required,
  printf('%s%d.%06d', iif(issued < 0, '-', ''), abs(issued) / 1000000, abs(issued) % 1000000) AS issued
FROM order_material;

CREATE VIEW v_order_cost AS SELECT
  company, order_ref,
  printf('%s%d.%04d', iif(material < 0, '-', ''), abs(material) / 10000, abs(material) % 10000) AS material,
  printf('%s%d.%04d', iif(labor < 0, '-', ''), abs(labor) / 10000, abs(labor) % 10000) AS labor,
  printf('%s%d.%04d', iif(overhead < 0, '-', ''), abs(overhead) / 10000, abs(overhead) % 10000) AS overhead,
  printf('%s%d.%04d', iif(energy < 0, '-', ''), abs(energy) / 10000, abs(energy) % 10000) AS energy,
  printf('%s%d.%04d', iif(outside < 0, '-', ''), abs(outside) / 10000, abs(outside) % 10000) AS outside,
  printf('%s%d.%04d', iif(open_material < 0, '-', ''), abs(open_material) / 10000, abs(open_material) % 10000) AS open_material,
  printf('%s%d.%04d', iif(open_labor < 0, '-', ''), abs(open_labor) / 10000, abs(open_labor) % 10000) AS open_labor,
  printf('%s%d.%04d', iif(open_overhead < 0, '-', ''), abs(open_overhead) / 10000, abs(open_overhead) % 10000) AS open_overhead,
  printf('%s%d.%04d', iif(open_energy < 0, '-', ''), abs(open_energy) / 10000, abs(open_energy) % 10000) AS open_energy,
  printf('%s%d.%04d', iif(open_outside < 0, '-', ''), abs(open_outside) / 10000, abs(open_outside) % 10000) AS open_outside,
  printf('%s%d.%04d', iif(completed < 0, '-', ''), abs(completed) / 10000, abs(completed) % 10000) AS completed,
  printf('%s%d.%04d', iif(by_product < 0, '-', ''), abs(by_product) / 10000, abs(by_product) % 10000) AS by_product,
  printf('%s%d.%04d', iif(expensed < 0, '-', ''), abs(expensed) / 10000, abs(expensed) % 10000) AS expensed,
  printf('%s%d.%04d', iif(residual < 0, '-', ''), abs(residual) / 10000, abs(residual) % 10000) AS residual
FROM order_cost;

CREATE VIEW v_open_item AS SELECT
  company, kind, ref, partner, account, item, lot, date, due, currency,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  printf('%s%d.%06d', iif(open_qty < 0, '-', ''), abs(open_qty) / 1000000, abs(open_qty) % 1000000) AS open_qty,
  printf('%s%d.%04d', iif(amount < 0, '-', ''), abs(amount) / 10000, abs(amount) % 10000) AS amount,
  printf('%s%d.%04d', iif(open_amount < 0, '-', ''), abs(open_amount) / 10000, abs(open_amount) % 10000) AS open_amount,
  printf('%s%d.%04d', iif(foreign_amount < 0, '-', ''), abs(foreign_amount) / 10000, abs(foreign_amount) % 10000) AS foreign_amount,
  printf('%s%d.%04d', iif(open_foreign < 0, '-', ''), abs(open_foreign) / 10000, abs(open_foreign) % 10000) AS open_foreign,
  settled
FROM open_item;

CREATE VIEW v_voucher_line AS SELECT
  voucher_line.company, voucher_line.doc, voucher_line.n, voucher_line.line, d.ref AS document, d.verb, v.series, v.number, voucher_line.period, voucher_line.date, voucher_line.account, a.name,
  printf('%s%d.%04d', iif(voucher_line.debit < 0, '-', ''), abs(voucher_line.debit) / 10000, abs(voucher_line.debit) % 10000) AS debit,
  printf('%s%d.%04d', iif(voucher_line.credit < 0, '-', ''), abs(voucher_line.credit) / 10000, abs(voucher_line.credit) % 10000) AS credit,
  voucher_line.currency,
  printf('%s%d.%04d', iif(foreign_amount < 0, '-', ''), abs(foreign_amount) / 10000, abs(foreign_amount) % 10000) AS foreign_amount,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty,
  item, lot, warehouse, order_ref, partner, workshop, project, rule, v.memo
FROM voucher_line
  JOIN voucher AS v ON v.company = voucher_line.company AND v.doc = voucher_line.doc AND v.n = voucher_line.n
  JOIN document AS d ON d.company = voucher_line.company AND d.seq = voucher_line.doc
  LEFT JOIN account AS a ON a.company = voucher_line.company AND a.code = voucher_line.account;

CREATE VIEW v_account_month AS SELECT
  company, account, period,
  printf('%s%d.%04d', iif(debit < 0, '-', ''), abs(debit) / 10000, abs(debit) % 10000) AS debit,
  printf('%s%d.%04d', iif(credit < 0, '-', ''), abs(credit) / 10000, abs(credit) % 10000) AS credit
FROM (SELECT company, account, period, sum(debit) AS debit, sum(credit) AS credit FROM voucher_line GROUP BY company, account, period);

CREATE VIEW v_planned_order AS SELECT
  planned_order.company, planned_order.doc, planned_order.line, d.ref AS plan, item,
  printf('%s%d.%06d', iif(qty < 0, '-', ''), abs(qty) / 1000000, abs(qty) % 1000000) AS qty, release, due, iif(make, 'make', 'buy') AS type, why
FROM planned_order
  JOIN document AS d ON d.company = planned_order.company AND d.seq = planned_order.doc;
