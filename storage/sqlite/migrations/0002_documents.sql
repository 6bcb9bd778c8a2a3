-- What documents bring about. Facts are never changed: triggers refuse it. References are checked when the transaction commits.

CREATE TABLE document (
  company TEXT NOT NULL,
  seq INTEGER NOT NULL,
  ref TEXT NOT NULL,
  verb TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  recorded TEXT NOT NULL, -- instant
  id TEXT NOT NULL,
  command TEXT NOT NULL,
  reverses INTEGER NOT NULL,
  PRIMARY KEY (company, seq)
) STRICT;
CREATE INDEX document_by_ref ON document (company, ref, seq);
CREATE INDEX document_by_reverses ON document (company, reverses, seq);
CREATE INDEX document_by_verb ON document (company, verb, seq);
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT raise(ABORT, 'document: facts are never changed'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT raise(ABORT, 'document: facts are never changed'); END;

CREATE TABLE mention (
  company TEXT NOT NULL,
  of_doc INTEGER NOT NULL,
  by_doc INTEGER NOT NULL,
  PRIMARY KEY (company, of_doc, by_doc),
  FOREIGN KEY (company, of_doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (company, by_doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER mention_no_update BEFORE UPDATE ON mention BEGIN SELECT raise(ABORT, 'mention: facts are never changed'); END;
CREATE TRIGGER mention_no_delete BEFORE DELETE ON mention BEGIN SELECT raise(ABORT, 'mention: facts are never changed'); END;

CREATE TABLE stock_move (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  date TEXT NOT NULL, -- date
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  from_type TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_bin TEXT NOT NULL,
  to_type TEXT NOT NULL,
  to_name TEXT NOT NULL,
  to_bin TEXT NOT NULL,
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_move_by_item ON stock_move (company, item, date, doc, line);
CREATE TRIGGER stock_move_no_update BEFORE UPDATE ON stock_move BEGIN SELECT raise(ABORT, 'stock_move: facts are never changed'); END;
CREATE TRIGGER stock_move_no_delete BEFORE DELETE ON stock_move BEGIN SELECT raise(ABORT, 'stock_move: facts are never changed'); END;

CREATE TABLE stock (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  bin TEXT NOT NULL,
  lot TEXT NOT NULL,
  on_hand INTEGER NOT NULL, -- 1/1,000,000
  reserved INTEGER NOT NULL, -- 1/1,000,000
  since TEXT NOT NULL, -- date
  since_doc INTEGER NOT NULL,
  expires TEXT NOT NULL, -- date
  lapses TEXT NOT NULL, -- instant
  version INTEGER NOT NULL,
  PRIMARY KEY (company, item, warehouse, bin, lot)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservation (
  company TEXT NOT NULL,
  holder TEXT NOT NULL,
  line INTEGER NOT NULL,
  doc INTEGER NOT NULL,
  item TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  bin TEXT NOT NULL,
  lot TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  expires TEXT NOT NULL, -- instant
  version INTEGER NOT NULL,
  PRIMARY KEY (company, holder, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservation_by_item ON reservation (company, item, holder, line);

CREATE TABLE reservation_change (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  holder TEXT NOT NULL,
  held_line INTEGER NOT NULL,
  item TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  bin TEXT NOT NULL,
  lot TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER reservation_change_no_update BEFORE UPDATE ON reservation_change BEGIN SELECT raise(ABORT, 'reservation_change: facts are never changed'); END;
CREATE TRIGGER reservation_change_no_delete BEFORE DELETE ON reservation_change BEGIN SELECT raise(ABORT, 'reservation_change: facts are never changed'); END;

CREATE TABLE stream (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  scope TEXT NOT NULL,
  method TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  value INTEGER NOT NULL, -- 1/10,000
  last_qty INTEGER NOT NULL, -- 1/1,000,000
  last_value INTEGER NOT NULL, -- 1/10,000
  last_date TEXT NOT NULL, -- date
  issue_date TEXT NOT NULL, -- date
  issue_doc INTEGER NOT NULL,
  allowance INTEGER NOT NULL, -- 1/10,000
  version INTEGER NOT NULL,
  PRIMARY KEY (company, item, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  scope TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  source_doc INTEGER NOT NULL,
  source_line INTEGER NOT NULL,
  source_part INTEGER NOT NULL,
  lot TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  value INTEGER NOT NULL, -- 1/10,000
  version INTEGER NOT NULL,
  PRIMARY KEY (company, item, scope, date, source_doc, source_line, source_part)
) STRICT, WITHOUT ROWID;
CREATE INDEX layer_by_source_doc ON layer (company, source_doc, source_line, source_part, item, scope, date);

CREATE TABLE value_entry (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  item TEXT NOT NULL,
  scope TEXT NOT NULL,
  lot TEXT NOT NULL,
  order_ref TEXT NOT NULL,
  element TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  value INTEGER NOT NULL, -- 1/10,000
  fact_date TEXT NOT NULL, -- date
  posting_date TEXT NOT NULL, -- date
  cause_doc INTEGER NOT NULL,
  cause_line INTEGER NOT NULL,
  account TEXT NOT NULL,
  contra TEXT NOT NULL,
  stated INTEGER NOT NULL, -- 1/10,000
  unit_cost TEXT NOT NULL, -- decimal
  method TEXT NOT NULL,
  late INTEGER NOT NULL CHECK (late IN (0, 1)),
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX value_entry_by_item_scope ON value_entry (company, item, scope, fact_date, doc, line);
CREATE INDEX value_entry_by_order_ref ON value_entry (company, order_ref, fact_date, doc, line);
CREATE INDEX value_entry_by_cause_doc ON value_entry (company, cause_doc, cause_line, doc, line);
CREATE TRIGGER value_entry_no_update BEFORE UPDATE ON value_entry BEGIN SELECT raise(ABORT, 'value_entry: facts are never changed'); END;
CREATE TRIGGER value_entry_no_delete BEFORE DELETE ON value_entry BEGIN SELECT raise(ABORT, 'value_entry: facts are never changed'); END;

CREATE TABLE value_link (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  n INTEGER NOT NULL,
  item TEXT NOT NULL,
  scope TEXT NOT NULL,
  fact_date TEXT NOT NULL, -- date
  source_doc INTEGER NOT NULL,
  source_line INTEGER NOT NULL,
  source_part INTEGER NOT NULL,
  date TEXT NOT NULL, -- date
  lot TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  value INTEGER NOT NULL, -- 1/10,000
  version INTEGER NOT NULL,
  PRIMARY KEY (company, doc, line, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_link_by_item_scope ON value_link (company, item, scope, fact_date, doc, line, n);

CREATE TABLE stock_allowance (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  item TEXT NOT NULL,
  scope TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  value INTEGER NOT NULL, -- 1/10,000
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER stock_allowance_no_update BEFORE UPDATE ON stock_allowance BEGIN SELECT raise(ABORT, 'stock_allowance: facts are never changed'); END;
CREATE TRIGGER stock_allowance_no_delete BEFORE DELETE ON stock_allowance BEGIN SELECT raise(ABORT, 'stock_allowance: facts are never changed'); END;

CREATE TABLE work_order (
  company TEXT NOT NULL,
  ref TEXT NOT NULL,
  doc INTEGER NOT NULL,
  item TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  date TEXT NOT NULL, -- date
  due TEXT NOT NULL, -- date
  status TEXT NOT NULL,
  bom INTEGER NOT NULL,
  yield TEXT NOT NULL, -- decimal
  subcontractor TEXT NOT NULL,
  service_price TEXT NOT NULL, -- decimal
  stated INTEGER NOT NULL, -- 1/1,000,000
  reported INTEGER NOT NULL, -- 1/1,000,000
  reports INTEGER NOT NULL,
  scrapped INTEGER NOT NULL, -- 1/1,000,000
  reworked INTEGER NOT NULL, -- 1/1,000,000
  expensed INTEGER NOT NULL, -- 1/1,000,000
  passed INTEGER NOT NULL, -- 1/1,000,000
  failed INTEGER NOT NULL, -- 1/1,000,000
  inspections INTEGER NOT NULL,
  completed INTEGER NOT NULL, -- 1/1,000,000
  unbuilt INTEGER NOT NULL, -- 1/1,000,000
  labor_hours INTEGER NOT NULL, -- 1/1,000,000
  machine_hours INTEGER NOT NULL, -- 1/1,000,000
  last_date TEXT NOT NULL, -- date
  version INTEGER NOT NULL,
  PRIMARY KEY (company, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_cost (
  company TEXT NOT NULL,
  order_ref TEXT NOT NULL,
  material INTEGER NOT NULL, -- 1/10,000
  labor INTEGER NOT NULL, -- 1/10,000
  overhead INTEGER NOT NULL, -- 1/10,000
  energy INTEGER NOT NULL, -- 1/10,000
  outside INTEGER NOT NULL, -- 1/10,000
  open_material INTEGER NOT NULL, -- 1/10,000
  open_labor INTEGER NOT NULL, -- 1/10,000
  open_overhead INTEGER NOT NULL, -- 1/10,000
  open_energy INTEGER NOT NULL, -- 1/10,000
  open_outside INTEGER NOT NULL, -- 1/10,000
  completed INTEGER NOT NULL, -- 1/10,000
  by_product INTEGER NOT NULL, -- 1/10,000
  expensed INTEGER NOT NULL, -- 1/10,000
  residual INTEGER NOT NULL, -- 1/10,000
  last_date TEXT NOT NULL, -- date
  completed_date TEXT NOT NULL, -- date
  completed_doc INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, order_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_material (
  company TEXT NOT NULL,
  order_ref TEXT NOT NULL,
  line INTEGER NOT NULL,
  by_product INTEGER NOT NULL CHECK (by_product IN (0, 1)),
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  required INTEGER NOT NULL, -- 1/1,000,000
  per_unit INTEGER NOT NULL, -- 1/1,000,000
  bom_qty INTEGER NOT NULL, -- 1/1,000,000
  fixed INTEGER NOT NULL CHECK (fixed IN (0, 1)),
  scrap TEXT NOT NULL, -- decimal
  op TEXT NOT NULL,
  share TEXT NOT NULL, -- decimal
  issued INTEGER NOT NULL, -- 1/1,000,000
  alternates TEXT NOT NULL,
  stands INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, order_ref, line),
  FOREIGN KEY (company, order_ref) REFERENCES work_order (company, ref) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE order_consumption (
  company TEXT NOT NULL,
  order_ref TEXT NOT NULL,
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  value INTEGER NOT NULL, -- 1/10,000
  version INTEGER NOT NULL,
  PRIMARY KEY (company, order_ref, item, lot)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_progress (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  order_ref TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  from_status TEXT NOT NULL,
  to_status TEXT NOT NULL,
  op TEXT NOT NULL,
  good INTEGER NOT NULL, -- 1/1,000,000
  scrap INTEGER NOT NULL, -- 1/1,000,000
  rework INTEGER NOT NULL, -- 1/1,000,000
  labor_hours INTEGER NOT NULL, -- 1/1,000,000
  machine_hours INTEGER NOT NULL, -- 1/1,000,000
  expensed INTEGER NOT NULL, -- 1/1,000,000
  pass INTEGER NOT NULL, -- 1/1,000,000
  fail INTEGER NOT NULL, -- 1/1,000,000
  completed INTEGER NOT NULL, -- 1/1,000,000
  unbuilt INTEGER NOT NULL, -- 1/1,000,000
  counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
  undo INTEGER NOT NULL CHECK (undo IN (0, 1)),
  undoes INTEGER NOT NULL,
  inspects INTEGER NOT NULL CHECK (inspects IN (0, 1)),
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX order_progress_by_order_ref ON order_progress (company, order_ref, doc, line);
CREATE TRIGGER order_progress_no_update BEFORE UPDATE ON order_progress BEGIN SELECT raise(ABORT, 'order_progress: facts are never changed'); END;
CREATE TRIGGER order_progress_no_delete BEFORE DELETE ON order_progress BEGIN SELECT raise(ABORT, 'order_progress: facts are never changed'); END;

CREATE TABLE demand (
  company TEXT NOT NULL,
  ref TEXT NOT NULL,
  doc INTEGER NOT NULL,
  item TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  due TEXT NOT NULL, -- date
  forecast INTEGER NOT NULL CHECK (forecast IN (0, 1)),
  PRIMARY KEY (company, ref),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER demand_no_update BEFORE UPDATE ON demand BEGIN SELECT raise(ABORT, 'demand: facts are never changed'); END;
CREATE TRIGGER demand_no_delete BEFORE DELETE ON demand BEGIN SELECT raise(ABORT, 'demand: facts are never changed'); END;

CREATE TABLE supply (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  item TEXT NOT NULL,
  ref TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  due TEXT NOT NULL, -- date
  firm INTEGER NOT NULL CHECK (firm IN (0, 1)),
  PRIMARY KEY (company, doc, item),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER supply_no_update BEFORE UPDATE ON supply BEGIN SELECT raise(ABORT, 'supply: facts are never changed'); END;
CREATE TRIGGER supply_no_delete BEFORE DELETE ON supply BEGIN SELECT raise(ABORT, 'supply: facts are never changed'); END;

CREATE TABLE planned_order (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  item TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  release TEXT NOT NULL, -- date
  due TEXT NOT NULL, -- date
  make INTEGER NOT NULL CHECK (make IN (0, 1)),
  why TEXT NOT NULL,
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER planned_order_no_update BEFORE UPDATE ON planned_order BEGIN SELECT raise(ABORT, 'planned_order: facts are never changed'); END;
CREATE TRIGGER planned_order_no_delete BEFORE DELETE ON planned_order BEGIN SELECT raise(ABORT, 'planned_order: facts are never changed'); END;

CREATE TABLE plan_peg (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  n INTEGER NOT NULL,
  ref TEXT NOT NULL,
  parent INTEGER NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  PRIMARY KEY (company, doc, line, n),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER plan_peg_no_update BEFORE UPDATE ON plan_peg BEGIN SELECT raise(ABORT, 'plan_peg: facts are never changed'); END;
CREATE TRIGGER plan_peg_no_delete BEFORE DELETE ON plan_peg BEGIN SELECT raise(ABORT, 'plan_peg: facts are never changed'); END;

CREATE TABLE plan_need (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  item TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  gross INTEGER NOT NULL, -- 1/1,000,000
  on_hand INTEGER NOT NULL, -- 1/1,000,000
  net INTEGER NOT NULL, -- 1/1,000,000
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER plan_need_no_update BEFORE UPDATE ON plan_need BEGIN SELECT raise(ABORT, 'plan_need: facts are never changed'); END;
CREATE TRIGGER plan_need_no_delete BEFORE DELETE ON plan_need BEGIN SELECT raise(ABORT, 'plan_need: facts are never changed'); END;

CREATE TABLE plan_message (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  ref TEXT NOT NULL,
  item TEXT NOT NULL,
  action TEXT NOT NULL,
  to_date TEXT NOT NULL, -- date
  qty INTEGER NOT NULL, -- 1/1,000,000
  why TEXT NOT NULL,
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER plan_message_no_update BEFORE UPDATE ON plan_message BEGIN SELECT raise(ABORT, 'plan_message: facts are never changed'); END;
CREATE TRIGGER plan_message_no_delete BEFORE DELETE ON plan_message BEGIN SELECT raise(ABORT, 'plan_message: facts are never changed'); END;

CREATE TABLE open_item (
  company TEXT NOT NULL,
  kind TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  ref TEXT NOT NULL,
  partner TEXT NOT NULL,
  account TEXT NOT NULL,
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  due TEXT NOT NULL, -- date
  currency TEXT NOT NULL,
  rate TEXT NOT NULL, -- decimal
  qty INTEGER NOT NULL, -- 1/1,000,000
  open_qty INTEGER NOT NULL, -- 1/1,000,000
  amount INTEGER NOT NULL, -- 1/10,000
  open_amount INTEGER NOT NULL, -- 1/10,000
  revalued INTEGER NOT NULL, -- 1/10,000
  foreign_amount INTEGER NOT NULL, -- 1/10,000
  open_foreign INTEGER NOT NULL, -- 1/10,000
  settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
  version INTEGER NOT NULL,
  PRIMARY KEY (company, kind, doc, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_item_by_kind_ref ON open_item (company, kind, ref, line, doc);
CREATE INDEX open_item_by_kind_partner_settled ON open_item (company, kind, partner, settled, due, doc, line);

CREATE TABLE settlement (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  item_doc INTEGER NOT NULL,
  item_line INTEGER NOT NULL,
  partner TEXT NOT NULL,
  date TEXT NOT NULL, -- date
  qty INTEGER NOT NULL, -- 1/1,000,000
  amount INTEGER NOT NULL, -- 1/10,000
  currency TEXT NOT NULL,
  foreign_amount INTEGER NOT NULL, -- 1/10,000
  revalued INTEGER NOT NULL, -- 1/10,000
  PRIMARY KEY (company, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX settlement_by_kind_item_doc ON settlement (company, kind, item_doc, item_line, doc, line);
CREATE TRIGGER settlement_no_update BEFORE UPDATE ON settlement BEGIN SELECT raise(ABORT, 'settlement: facts are never changed'); END;
CREATE TRIGGER settlement_no_delete BEFORE DELETE ON settlement BEGIN SELECT raise(ABORT, 'settlement: facts are never changed'); END;

CREATE TABLE period (
  company TEXT NOT NULL,
  period TEXT NOT NULL, -- period
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE number_series (
  company TEXT NOT NULL,
  series TEXT NOT NULL,
  period TEXT NOT NULL, -- period
  last INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, series, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE voucher (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  n INTEGER NOT NULL,
  id TEXT NOT NULL,
  series TEXT NOT NULL,
  period TEXT NOT NULL, -- period
  number INTEGER NOT NULL,
  date TEXT NOT NULL, -- date
  red INTEGER NOT NULL CHECK (red IN (0, 1)),
  reverses INTEGER NOT NULL,
  memo TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (company, doc, n),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_by_series_period ON voucher (company, series, period, number, doc, n);
CREATE TRIGGER voucher_no_update BEFORE UPDATE ON voucher BEGIN SELECT raise(ABORT, 'voucher: facts are never changed'); END;
CREATE TRIGGER voucher_no_delete BEFORE DELETE ON voucher BEGIN SELECT raise(ABORT, 'voucher: facts are never changed'); END;

CREATE TABLE voucher_line (
  company TEXT NOT NULL,
  doc INTEGER NOT NULL,
  n INTEGER NOT NULL,
  line INTEGER NOT NULL,
  account TEXT NOT NULL,
  period TEXT NOT NULL, -- period
  date TEXT NOT NULL, -- date
  debit INTEGER NOT NULL, -- 1/10,000
  credit INTEGER NOT NULL, -- 1/10,000
  currency TEXT NOT NULL,
  foreign_amount INTEGER NOT NULL, -- 1/10,000
  qty INTEGER NOT NULL, -- 1/1,000,000
  item TEXT NOT NULL,
  lot TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  order_ref TEXT NOT NULL,
  partner TEXT NOT NULL,
  workshop TEXT NOT NULL,
  project TEXT NOT NULL,
  rule TEXT NOT NULL,
  entry INTEGER NOT NULL,
  CHECK (debit = 0 OR credit = 0),
  PRIMARY KEY (company, doc, n, line),
  FOREIGN KEY (company, doc, n) REFERENCES voucher (company, doc, n) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_line_by_account ON voucher_line (company, account, date, doc, n, line);
CREATE TRIGGER voucher_line_no_update BEFORE UPDATE ON voucher_line BEGIN SELECT raise(ABORT, 'voucher_line: facts are never changed'); END;
CREATE TRIGGER voucher_line_no_delete BEFORE DELETE ON voucher_line BEGIN SELECT raise(ABORT, 'voucher_line: facts are never changed'); END;
