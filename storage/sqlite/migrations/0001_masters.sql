-- What a company sets up: its head, settings and masters.
-- Every table leads its key with the company. Amounts count 1/10,000 of a currency unit, quantities millionths of the base unit; both are
-- integers and exact. Dates are YYYY-MM-DD, periods YYYY-MM, instants RFC 3339 in UTC with microseconds, empty for none: as texts they
-- sort as they should. Other decimals are texts.

CREATE TABLE head (
  company TEXT NOT NULL,
  seq INTEGER NOT NULL,
  latest TEXT NOT NULL, -- date
  catalog INTEGER NOT NULL,
  instant TEXT NOT NULL, -- instant
  hash TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  company TEXT NOT NULL,
  currency TEXT NOT NULL,
  decimals INTEGER NOT NULL,
  rounding TEXT NOT NULL,
  chart TEXT NOT NULL,
  cost_scope TEXT NOT NULL,
  negative_stock TEXT NOT NULL,
  cogs_at TEXT NOT NULL,
  grni INTEGER NOT NULL CHECK (grni IN (0, 1)),
  residual TEXT NOT NULL,
  scrap TEXT NOT NULL,
  reversal TEXT NOT NULL,
  aging_by TEXT NOT NULL,
  late_facts TEXT NOT NULL,
  first_warehouse TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  class TEXT NOT NULL,
  debit INTEGER NOT NULL CHECK (debit IN (0, 1)),
  leaf INTEGER NOT NULL CHECK (leaf IN (0, 1)),
  control INTEGER NOT NULL CHECK (control IN (0, 1)),
  version INTEGER NOT NULL,
  PRIMARY KEY (company, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile (
  company TEXT NOT NULL,
  role TEXT NOT NULL,
  category TEXT NOT NULL,
  item TEXT NOT NULL,
  warehouse TEXT NOT NULL,
  partner TEXT NOT NULL,
  account TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, role, category, item, warehouse, partner)
) STRICT, WITHOUT ROWID;

CREATE TABLE warehouse (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  bins TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  units TEXT NOT NULL,
  category TEXT NOT NULL,
  method TEXT NOT NULL,
  tracking TEXT NOT NULL,
  picking TEXT NOT NULL,
  supply TEXT NOT NULL,
  phantom INTEGER NOT NULL CHECK (phantom IN (0, 1)),
  lead_time INTEGER NOT NULL,
  safety_stock INTEGER NOT NULL, -- 1/1,000,000
  standard_cost TEXT NOT NULL, -- decimal
  weight TEXT NOT NULL, -- decimal
  volume TEXT NOT NULL, -- decimal
  lot_size TEXT NOT NULL,
  calendar TEXT NOT NULL,
  valid_from TEXT NOT NULL, -- date
  version INTEGER NOT NULL,
  PRIMARY KEY (company, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE standard_cost (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  doc INTEGER NOT NULL,
  valid_from TEXT NOT NULL, -- date
  cost TEXT NOT NULL, -- decimal
  PRIMARY KEY (company, item, doc),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER standard_cost_no_update BEFORE UPDATE ON standard_cost BEGIN SELECT raise(ABORT, 'standard_cost: facts are never changed'); END;
CREATE TRIGGER standard_cost_no_delete BEFORE DELETE ON standard_cost BEGIN SELECT raise(ABORT, 'standard_cost: facts are never changed'); END;

CREATE TABLE exchange_rate (
  company TEXT NOT NULL,
  currency TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  valid_from TEXT NOT NULL, -- date
  rate TEXT NOT NULL, -- decimal
  PRIMARY KEY (company, currency, doc, line),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER exchange_rate_no_update BEFORE UPDATE ON exchange_rate BEGIN SELECT raise(ABORT, 'exchange_rate: facts are never changed'); END;
CREATE TRIGGER exchange_rate_no_delete BEFORE DELETE ON exchange_rate BEGIN SELECT raise(ABORT, 'exchange_rate: facts are never changed'); END;

CREATE TABLE bom (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  doc INTEGER NOT NULL,
  valid_from TEXT NOT NULL, -- date
  valid_to TEXT NOT NULL, -- date
  qty INTEGER NOT NULL, -- 1/1,000,000
  yield TEXT NOT NULL, -- decimal
  PRIMARY KEY (company, item, doc),
  FOREIGN KEY (company, doc) REFERENCES document (company, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER bom_no_update BEFORE UPDATE ON bom BEGIN SELECT raise(ABORT, 'bom: facts are never changed'); END;
CREATE TRIGGER bom_no_delete BEFORE DELETE ON bom BEGIN SELECT raise(ABORT, 'bom: facts are never changed'); END;

CREATE TABLE bom_line (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  doc INTEGER NOT NULL,
  line INTEGER NOT NULL,
  by_product INTEGER NOT NULL CHECK (by_product IN (0, 1)),
  component TEXT NOT NULL,
  qty INTEGER NOT NULL, -- 1/1,000,000
  scrap TEXT NOT NULL, -- decimal
  fixed INTEGER NOT NULL CHECK (fixed IN (0, 1)),
  op TEXT NOT NULL,
  share TEXT NOT NULL, -- decimal
  alternates TEXT NOT NULL,
  PRIMARY KEY (company, item, doc, line),
  FOREIGN KEY (company, item, doc) REFERENCES bom (company, item, doc) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX bom_line_by_component ON bom_line (company, component, item, doc, line);
CREATE TRIGGER bom_line_no_update BEFORE UPDATE ON bom_line BEGIN SELECT raise(ABORT, 'bom_line: facts are never changed'); END;
CREATE TRIGGER bom_line_no_delete BEFORE DELETE ON bom_line BEGIN SELECT raise(ABORT, 'bom_line: facts are never changed'); END;

CREATE TABLE work_center (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  calendar TEXT NOT NULL,
  machines INTEGER NOT NULL,
  labor_rate TEXT NOT NULL, -- decimal
  machine_rate TEXT NOT NULL, -- decimal
  overhead_rate TEXT NOT NULL, -- decimal
  version INTEGER NOT NULL,
  PRIMARY KEY (company, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE operation (
  company TEXT NOT NULL,
  item TEXT NOT NULL,
  line INTEGER NOT NULL,
  op TEXT NOT NULL,
  center TEXT NOT NULL,
  setup_hours TEXT NOT NULL, -- decimal
  run_hours TEXT NOT NULL, -- decimal
  labor_hours TEXT NOT NULL, -- decimal
  version INTEGER NOT NULL,
  PRIMARY KEY (company, item, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE work_calendar (
  company TEXT NOT NULL,
  code TEXT NOT NULL,
  workdays TEXT NOT NULL,
  holidays TEXT NOT NULL,
  hours TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (company, code)
) STRICT, WITHOUT ROWID;
