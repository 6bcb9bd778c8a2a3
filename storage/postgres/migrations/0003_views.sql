-- What the tables hold, for people: documents by their reference, accounts by their name, and NULL where there is none.

CREATE VIEW v_document AS SELECT
  d.company, d.seq, d.ref AS document, d.verb, NULLIF(d.date, '-infinity') AS date, NULLIF(d.recorded, '-infinity') AS recorded, r.ref AS reverses, d.command
FROM document AS d
  LEFT JOIN document AS r ON r.company = d.company AND r.seq = d.reverses;

CREATE VIEW v_stock AS SELECT
  company, item, warehouse, bin, lot, on_hand, reserved, on_hand - reserved AS available, NULLIF(since, '-infinity') AS since, NULLIF(expires, '-infinity') AS expires
FROM stock;

CREATE VIEW v_stock_move AS SELECT
  m.company, m.doc, m.line, d.ref AS document, d.verb, m.date, m.item, m.lot, m.qty, m.from_type, m.from_name, m.from_bin, m.to_type, m.to_name, m.to_bin
FROM stock_move AS m
  JOIN document AS d ON d.company = m.company AND d.seq = m.doc;

CREATE VIEW v_layer AS SELECT
  l.company, l.item, l.scope, l.date, d.ref AS document, l.source_doc, l.source_line, l.lot, l.qty, l.value
FROM layer AS l
  LEFT JOIN document AS d ON d.company = l.company AND d.seq = l.source_doc;

CREATE VIEW v_stream AS SELECT
  company, item, scope, method, qty, value, round(value / NULLIF(qty, 0), 6) AS unit_cost, allowance
FROM stream;

CREATE VIEW v_value_entry AS SELECT
  e.company, e.doc, e.line, d.ref AS document, d.verb, e.kind, e.item, e.scope, e.order_ref, e.element, e.qty, e.value,
  NULLIF(e.fact_date, '-infinity') AS fact_date, NULLIF(e.posting_date, '-infinity') AS posting_date, e.cause_doc, e.cause_line, e.account, e.contra, e.stated, e.method, e.late
FROM value_entry AS e
  JOIN document AS d ON d.company = e.company AND d.seq = e.doc;

CREATE VIEW v_work_order AS SELECT
  company, ref, item, qty, NULLIF(date, '-infinity') AS date, NULLIF(due, '-infinity') AS due, status, reported, scrapped, completed
FROM work_order;

CREATE VIEW v_order_material AS SELECT
  company, order_ref, line, by_product, item, lot, required, issued
FROM order_material;

CREATE VIEW v_order_cost AS SELECT
  company, order_ref, material, labor, overhead, energy, outside, open_material, open_labor, open_overhead, open_energy, open_outside, completed, by_product, expensed, residual
FROM order_cost;

CREATE VIEW v_open_item AS SELECT
  company, kind, ref, partner, account, item, lot, NULLIF(date, '-infinity') AS date, NULLIF(due, '-infinity') AS due, currency, qty, open_qty, amount, open_amount, foreign_amount, open_foreign, settled
FROM open_item;

CREATE VIEW v_voucher_line AS SELECT
  l.company, l.doc, l.n, l.line, d.ref AS document, d.verb, v.series, v.number, l.period, NULLIF(l.date, '-infinity') AS date, l.account, a.name, l.debit, l.credit, l.currency,
  l.foreign_amount, l.qty, l.item, l.lot, l.warehouse, l.order_ref, l.partner, l.workshop, l.project, l.rule, v.memo
FROM voucher_line AS l
  JOIN voucher AS v ON v.company = l.company AND v.doc = l.doc AND v.n = l.n
  JOIN document AS d ON d.company = l.company AND d.seq = l.doc
  LEFT JOIN account AS a ON a.company = l.company AND a.code = l.account;

CREATE VIEW v_account_month AS SELECT
  company, account, period, sum(debit) AS debit, sum(credit) AS credit
FROM voucher_line
GROUP BY company, account, period;

CREATE VIEW v_planned_order AS SELECT
  p.company, p.doc, p.line, d.ref AS plan, p.item, p.qty, NULLIF(p.release, '-infinity') AS release, NULLIF(p.due, '-infinity') AS due,
  CASE WHEN p.make THEN 'make' ELSE 'buy' END AS type, p.why
FROM planned_order AS p
  JOIN document AS d ON d.company = p.company AND d.seq = p.doc;

CREATE VIEW v_plan_message AS SELECT
  m.company, m.doc, m.line, d.ref AS plan, m.action, m.ref, m.item, NULLIF(m.to_date, '-infinity') AS to_date, m.qty, m.why
FROM plan_message AS m
  JOIN document AS d ON d.company = m.company AND d.seq = m.doc;
