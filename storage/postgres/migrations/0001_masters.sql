-- What a company sets up: its head, settings and masters.
-- Every table leads its key with the company. Amounts have 4 decimals and quantities 6; their bounds also keep NaN out, which is above every number. Of dates
-- and instants -infinity says that there is none, of texts the empty one, so that no key has a NULL in it; periods are YYYY-MM. Texts sort by their bytes.

CREATE DOMAIN amount AS numeric(19,4) CHECK (VALUE BETWEEN -922337203685477.5807 AND 922337203685477.5807);
CREATE DOMAIN quantity AS numeric(19,6) CHECK (VALUE BETWEEN -9223372036854.775807 AND 9223372036854.775807);
CREATE DOMAIN exact AS numeric CHECK (VALUE BETWEEN -1000000000000000000 AND 1000000000000000000); -- prices, rates, shares

CREATE FUNCTION facts_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: facts are never changed', TG_TABLE_NAME USING ERRCODE = 'LM002';
END $$;

-- Ends a transaction that was to change some rows, and found fewer of the version that it had seen.
CREATE FUNCTION rows_are(have bigint, want bigint, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF have <> want THEN
    RAISE EXCEPTION '%: somebody else has written', what USING ERRCODE = 'LM001', TABLE = what;
  END IF;
END $$;

CREATE TABLE head (
  company text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  latest date NOT NULL,
  catalog bigint NOT NULL,
  instant timestamptz NOT NULL,
  hash text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company)
) WITH (fillfactor = 80);

CREATE TABLE settings (
  company text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  decimals integer NOT NULL,
  rounding text COLLATE "C" NOT NULL,
  chart text COLLATE "C" NOT NULL,
  cost_scope text COLLATE "C" NOT NULL,
  negative_stock text COLLATE "C" NOT NULL,
  cogs_at text COLLATE "C" NOT NULL,
  grni boolean NOT NULL,
  residual text COLLATE "C" NOT NULL,
  scrap text COLLATE "C" NOT NULL,
  reversal text COLLATE "C" NOT NULL,
  aging_by text COLLATE "C" NOT NULL,
  late_facts text COLLATE "C" NOT NULL,
  first_warehouse text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, currency)
) WITH (fillfactor = 80);

CREATE TABLE account (
  company text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  name_zh text COLLATE "C" NOT NULL,
  class text COLLATE "C" NOT NULL,
  debit boolean NOT NULL,
  leaf boolean NOT NULL,
  control boolean NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, code)
) WITH (fillfactor = 80);

CREATE TABLE profile (
  company text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  warehouse text COLLATE "C" NOT NULL,
  partner text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, role, category, item, warehouse, partner)
) WITH (fillfactor = 80);

CREATE TABLE warehouse (
  company text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  bins text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, code)
) WITH (fillfactor = 80);

CREATE TABLE item (
  company text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  units text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  method text COLLATE "C" NOT NULL,
  tracking text COLLATE "C" NOT NULL,
  picking text COLLATE "C" NOT NULL,
  supply text COLLATE "C" NOT NULL,
  phantom boolean NOT NULL,
  lead_time integer NOT NULL,
  safety_stock quantity NOT NULL,
  standard_cost exact NOT NULL,
  weight exact NOT NULL,
  volume exact NOT NULL,
  lot_size text COLLATE "C" NOT NULL,
  calendar text COLLATE "C" NOT NULL,
  valid_from date NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, code)
) WITH (fillfactor = 80);

CREATE TABLE standard_cost (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  valid_from date NOT NULL,
  cost exact NOT NULL,
  PRIMARY KEY (company, item, doc)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON standard_cost EXECUTE FUNCTION facts_never_change();

CREATE TABLE exchange_rate (
  company text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  valid_from date NOT NULL,
  rate exact NOT NULL,
  PRIMARY KEY (company, currency, doc, line)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_rate EXECUTE FUNCTION facts_never_change();

CREATE TABLE bom (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  valid_from date NOT NULL,
  valid_to date NOT NULL,
  qty quantity NOT NULL,
  yield exact NOT NULL,
  PRIMARY KEY (company, item, doc)
);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON bom EXECUTE FUNCTION facts_never_change();

CREATE TABLE bom_line (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  doc bigint NOT NULL,
  line integer NOT NULL,
  by_product boolean NOT NULL,
  component text COLLATE "C" NOT NULL,
  qty quantity NOT NULL,
  scrap exact NOT NULL,
  fixed boolean NOT NULL,
  op text COLLATE "C" NOT NULL,
  share exact NOT NULL,
  alternates text COLLATE "C" NOT NULL,
  PRIMARY KEY (company, item, doc, line)
);
CREATE INDEX bom_line_by_component ON bom_line (company, component, item, doc, line);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON bom_line EXECUTE FUNCTION facts_never_change();

CREATE TABLE work_center (
  company text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  calendar text COLLATE "C" NOT NULL,
  machines integer NOT NULL,
  labor_rate exact NOT NULL,
  machine_rate exact NOT NULL,
  overhead_rate exact NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, code)
) WITH (fillfactor = 80);

CREATE TABLE operation (
  company text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  line integer NOT NULL,
  op text COLLATE "C" NOT NULL,
  center text COLLATE "C" NOT NULL,
  setup_hours exact NOT NULL,
  run_hours exact NOT NULL,
  labor_hours exact NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, item, line)
) WITH (fillfactor = 80);

CREATE TABLE work_calendar (
  company text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  workdays text COLLATE "C" NOT NULL,
  holidays text COLLATE "C" NOT NULL,
  hours text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (company, code)
) WITH (fillfactor = 80);
