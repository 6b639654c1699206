-- What auditors and the bureau were shown: kept as it happened, pinned by a fact a day.

CREATE SCHEMA IF NOT EXISTS reads;
REVOKE ALL ON SCHEMA reads FROM PUBLIC;
GRANT USAGE ON SCHEMA reads TO zhiheng_service;

-- `line` is the whole record as canonical JSON; the other columns are copies for looking it up.
CREATE TABLE reads.shown (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  day    date NOT NULL,
  actor  text NOT NULL,
  line   bytea NOT NULL CHECK (octet_length(line) BETWEEN 2 AND 65535)
);
CREATE INDEX shown_by_day ON reads.shown (day, number);
COMMENT ON TABLE reads.shown IS '审计与主管部门的查阅记录:只增不改,每日摘要入日志';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reads.shown
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE reads.shown ENABLE ALWAYS TRIGGER append_only;
GRANT SELECT, INSERT ON reads.shown TO zhiheng_service;
