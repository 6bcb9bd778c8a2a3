-- What documents bring about. Facts are never changed: triggers refuse it. References are checked when the transaction commits.

CREATE TABLE document (
  company text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  ref text COLLATE "C" NOT NULL,
  verb text COLLATE "C" NOT NULL,
  date date NOT NULL,
  recorded timestamptz NOT NULL,
  id text COLLATE "C" NOT NULL,
  command text COLLATE "C" NOT NULL,
  reverses bigint NOT NULL,
  PRIMARY KEY (company, seq)
);
CREATE INDEX document_by_ref ON document (company, ref, seq);
CREATE INDEX document_by_reverses ON document (company, reverses, seq);
CREATE INDEX document_by_verb ON document (company, verb, seq);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON document EXECUTE FUNCTION facts_never_change();

CREATE TABLE mention (
  company text COLLATE "C" NOT NULL,
  of_doc bigint NOT NULL,
  by_doc bigint NOT NULL,
  PRIMARY KEY (company, of_doc, by_doc)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON mention EXECUTE FUNCTION facts_never_change();
ALTER TABLE mention ADD FOREIGN KEY (company, of_doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE mention ADD FOREIGN KEY (company, by_doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE stock_move (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  date date NOT NULL,
  item text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  from_type text COLLATE "C" NOT NULL,
  from_name text COLLATE "C" NOT NULL,
  from_bin text COLLATE "C" NOT NULL,
  to_type text COLLATE "C" NOT NULL,
  to_name text COLLATE "C" NOT NULL,
  to_bin text COLLATE "C" NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE INDEX stock_move_by_item ON stock_move (company, item, date, doc, line);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_move EXECUTE FUNCTION facts_never_change();
ALTER TABLE stock_move ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE stock (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  warehouse text COLLATE "C" NOT NULL,
  bin text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  on_hand quantity NOT NULL,
  reserved quantity NOT NULL,
  since date NOT NULL,
  since_doc bigint NOT NULL,
  expires date NOT NULL,
  lapses timestamptz NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, item, warehouse, bin, lot)
) WITH (fillfactor = 80);

CREATE TABLE reservation (
  company text COLLATE "C" NOT NULL,
  holder text COLLATE "C" NOT NULL,
  line integer NOT NULL,
  doc bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  warehouse text COLLATE "C" NOT NULL,
  bin text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  expires timestamptz NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, holder, line)
) WITH (fillfactor = 80);
CREATE INDEX reservation_by_item ON reservation (company, item, holder, line);

CREATE TABLE reservation_change (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  holder text COLLATE "C" NOT NULL,
  held_line integer NOT NULL,
  item text COLLATE "C" NOT NULL,
  warehouse text COLLATE "C" NOT NULL,
  bin text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON reservation_change EXECUTE FUNCTION facts_never_change();
ALTER TABLE reservation_change ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE stream (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  method text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  value amount NOT NULL,
  last_qty quantity NOT NULL,
  last_value amount NOT NULL,
  last_date date NOT NULL,
  issue_date date NOT NULL,
  issue_doc bigint NOT NULL,
  allowance amount NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, item, scope)
) WITH (fillfactor = 80);

CREATE TABLE layer (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  date date NOT NULL,
  source_doc bigint NOT NULL,
  source_line integer NOT NULL,
  source_part integer NOT NULL,
  lot text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  value amount NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, item, scope, date, source_doc, source_line, source_part)
) WITH (fillfactor = 80);
CREATE INDEX layer_by_source_doc ON layer (company, source_doc, source_line, source_part, item, scope, date);

CREATE TABLE value_entry (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  order_ref text COLLATE "C" NOT NULL,
  element text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  value amount NOT NULL,
  fact_date date NOT NULL,
  posting_date date NOT NULL,
  cause_doc bigint NOT NULL,
  cause_line integer NOT NULL,
  account text COLLATE "C" NOT NULL,
  contra text COLLATE "C" NOT NULL,
  stated amount NOT NULL,
  unit_cost exact NOT NULL,
  method text COLLATE "C" NOT NULL,
  late boolean NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE INDEX value_entry_by_item_scope ON value_entry (company, item, scope, fact_date, doc, line);
CREATE INDEX value_entry_by_order_ref ON value_entry (company, order_ref, fact_date, doc, line);
CREATE INDEX value_entry_by_cause_doc ON value_entry (company, cause_doc, cause_line, doc, line);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON value_entry EXECUTE FUNCTION facts_never_change();
ALTER TABLE value_entry ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE value_link (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  n integer NOT NULL,
  item text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  fact_date date NOT NULL,
  source_doc bigint NOT NULL,
  source_line integer NOT NULL,
  source_part integer NOT NULL,
  date date NOT NULL,
  lot text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  value amount NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, doc, line, n)
) WITH (fillfactor = 80);
CREATE INDEX value_link_by_item_scope ON value_link (company, item, scope, fact_date, doc, line, n);

CREATE TABLE stock_allowance (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  item text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  date date NOT NULL,
  value amount NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_allowance EXECUTE FUNCTION facts_never_change();
ALTER TABLE stock_allowance ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE work_order (
  company text COLLATE "C" NOT NULL,
  ref text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  date date NOT NULL,
  due date NOT NULL,
  status text COLLATE "C" NOT NULL,
  bom bigint NOT NULL,
  yield exact NOT NULL,
  subcontractor text COLLATE "C" NOT NULL,
  service_price exact NOT NULL,
  stated quantity NOT NULL,
  reported quantity NOT NULL,
  reports integer NOT NULL,
  scrapped quantity NOT NULL,
  reworked quantity NOT NULL,
  expensed quantity NOT NULL,
  passed quantity NOT NULL,
  failed quantity NOT NULL,
  inspections integer NOT NULL,
  completed quantity NOT NULL,
  unbuilt quantity NOT NULL,
  labor_hours quantity NOT NULL,
  machine_hours quantity NOT NULL,
  last_date date NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, ref)
) WITH (fillfactor = 80);

CREATE TABLE order_cost (
  company text COLLATE "C" NOT NULL,
  order_ref text COLLATE "C" NOT NULL,
  material amount NOT NULL,
  labor amount NOT NULL,
  overhead amount NOT NULL,
  energy amount NOT NULL,
  outside amount NOT NULL,
  open_material amount NOT NULL,
  open_labor amount NOT NULL,
  open_overhead amount NOT NULL,
  open_energy amount NOT NULL,
  open_outside amount NOT NULL,
  completed amount NOT NULL,
  by_product amount NOT NULL,
  expensed amount NOT NULL,
  residual amount NOT NULL,
  last_date date NOT NULL,
  completed_date date NOT NULL,
  completed_doc bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, order_ref)
) WITH (fillfactor = 80);

CREATE TABLE order_material (
  company text COLLATE "C" NOT NULL,
  order_ref text COLLATE "C" NOT NULL,
  line integer NOT NULL,
  by_product boolean NOT NULL,
  item text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  required quantity NOT NULL,
  per_unit quantity NOT NULL,
  bom_qty quantity NOT NULL,
  fixed boolean NOT NULL,
  scrap exact NOT NULL,
  op text COLLATE "C" NOT NULL,
  share exact NOT NULL,
  issued quantity NOT NULL,
  alternates text COLLATE "C" NOT NULL,
  stands integer NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, order_ref, line)
) WITH (fillfactor = 80);
ALTER TABLE order_material ADD FOREIGN KEY (company, order_ref) REFERENCES work_order (company, ref) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE order_consumption (
  company text COLLATE "C" NOT NULL,
  order_ref text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  value amount NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, order_ref, item, lot)
) WITH (fillfactor = 80);

CREATE TABLE order_progress (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  order_ref text COLLATE "C" NOT NULL,
  date date NOT NULL,
  from_status text COLLATE "C" NOT NULL,
  to_status text COLLATE "C" NOT NULL,
  op text COLLATE "C" NOT NULL,
  good quantity NOT NULL,
  scrap quantity NOT NULL,
  rework quantity NOT NULL,
  labor_hours quantity NOT NULL,
  machine_hours quantity NOT NULL,
  expensed quantity NOT NULL,
  pass quantity NOT NULL,
  fail quantity NOT NULL,
  completed quantity NOT NULL,
  unbuilt quantity NOT NULL,
  counts boolean NOT NULL,
  undo boolean NOT NULL,
  undoes bigint NOT NULL,
  inspects boolean NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE INDEX order_progress_by_order_ref ON order_progress (company, order_ref, doc, line);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON order_progress EXECUTE FUNCTION facts_never_change();
ALTER TABLE order_progress ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE demand (
  company text COLLATE "C" NOT NULL,
  ref text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  due date NOT NULL,
  forecast boolean NOT NULL,
  PRIMARY KEY (company, ref)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON demand EXECUTE FUNCTION facts_never_change();
ALTER TABLE demand ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE supply (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  ref text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  due date NOT NULL,
  firm boolean NOT NULL,
  PRIMARY KEY (company, doc, item)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON supply EXECUTE FUNCTION facts_never_change();
ALTER TABLE supply ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE planned_order (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  item text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  release date NOT NULL,
  due date NOT NULL,
  make boolean NOT NULL,
  why text COLLATE "C" NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON planned_order EXECUTE FUNCTION facts_never_change();
ALTER TABLE planned_order ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE plan_peg (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  n integer NOT NULL,
  ref text COLLATE "C" NOT NULL,
  parent integer NOT NULL,
  qty quantity NOT NULL,
  PRIMARY KEY (company, doc, line, n)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_peg EXECUTE FUNCTION facts_never_change();
ALTER TABLE plan_peg ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE plan_need (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  item text COLLATE "C" NOT NULL,
  date date NOT NULL,
  gross quantity NOT NULL,
  on_hand quantity NOT NULL,
  net quantity NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_need EXECUTE FUNCTION facts_never_change();
ALTER TABLE plan_need ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE plan_message (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  ref text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  to_date date NOT NULL,
  qty quantity NOT NULL,
  why text COLLATE "C" NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_message EXECUTE FUNCTION facts_never_change();
ALTER TABLE plan_message ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE open_item (
  company text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  ref text COLLATE "C" NOT NULL,
  partner text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  date date NOT NULL,
  due date NOT NULL,
  currency text COLLATE "C" NOT NULL,
  rate exact NOT NULL,
  qty quantity NOT NULL,
  open_qty quantity NOT NULL,
  amount amount NOT NULL,
  open_amount amount NOT NULL,
  revalued amount NOT NULL,
  foreign_amount amount NOT NULL,
  open_foreign amount NOT NULL,
  settled boolean NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, kind, doc, line)
) WITH (fillfactor = 80);
CREATE INDEX open_item_by_kind_ref ON open_item (company, kind, ref, line, doc);
CREATE INDEX open_item_by_kind_partner_settled ON open_item (company, kind, partner, settled, due, doc, line);

CREATE TABLE settlement (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  item_doc bigint NOT NULL,
  item_line integer NOT NULL,
  partner text COLLATE "C" NOT NULL,
  date date NOT NULL,
  qty quantity NOT NULL,
  amount amount NOT NULL,
  currency text COLLATE "C" NOT NULL,
  foreign_amount amount NOT NULL,
  revalued amount NOT NULL,
  PRIMARY KEY (company, doc, line)
);
CREATE INDEX settlement_by_kind_item_doc ON settlement (company, kind, item_doc, item_line, doc, line);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement EXECUTE FUNCTION facts_never_change();
ALTER TABLE settlement ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE period (
  company text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, period)
) WITH (fillfactor = 80);

CREATE TABLE number_series (
  company text COLLATE "C" NOT NULL,
  series text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  last bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, series, period)
) WITH (fillfactor = 80);

CREATE TABLE voucher (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  n integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  series text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  date date NOT NULL,
  red boolean NOT NULL,
  reverses bigint NOT NULL,
  memo text COLLATE "C" NOT NULL,
  previous text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (company, doc, n)
);
CREATE INDEX voucher_by_series_period ON voucher (company, series, period, number, doc, n);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON voucher EXECUTE FUNCTION facts_never_change();
ALTER TABLE voucher ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE voucher_line (
  company text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  n integer NOT NULL,
  line integer NOT NULL,
  account text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  date date NOT NULL,
  debit amount NOT NULL,
  credit amount NOT NULL,
  currency text COLLATE "C" NOT NULL,
  foreign_amount amount NOT NULL,
  qty quantity NOT NULL,
  item text COLLATE "C" NOT NULL,
  lot text COLLATE "C" NOT NULL,
  warehouse text COLLATE "C" NOT NULL,
  order_ref text COLLATE "C" NOT NULL,
  partner text COLLATE "C" NOT NULL,
  workshop text COLLATE "C" NOT NULL,
  project text COLLATE "C" NOT NULL,
  rule text COLLATE "C" NOT NULL,
  entry integer NOT NULL,
  CHECK (debit = 0 OR credit = 0),
  PRIMARY KEY (company, doc, n, line)
);
CREATE INDEX voucher_line_by_account ON voucher_line (company, account, date, doc, n, line);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON voucher_line EXECUTE FUNCTION facts_never_change();
ALTER TABLE voucher_line ADD FOREIGN KEY (company, doc, n) REFERENCES voucher (company, doc, n) DEFERRABLE INITIALLY DEFERRED;

-- Masters that documents bring about.
ALTER TABLE standard_cost ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE exchange_rate ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bom ADD FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bom_line ADD FOREIGN KEY (company, item, doc) REFERENCES bom (company, item, doc) DEFERRABLE INITIALLY DEFERRED;
