-- The version of the posting rules that made a voucher; empty for those that were posted before it was kept.
ALTER TABLE voucher ADD COLUMN rules TEXT NOT NULL DEFAULT '';
