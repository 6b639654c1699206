-- What must never stand in the log: personal fields under keys that can be destroyed, bank lines
-- that nobody claimed yet, and the hashes of secrets.

CREATE SCHEMA IF NOT EXISTS vault;
REVOKE ALL ON SCHEMA vault FROM PUBLIC;
GRANT USAGE ON SCHEMA vault TO zhiheng_service;

-- One data key a person or a bank line, wrapped by the master key, which is a file elsewhere.
CREATE TABLE vault.keys (
  key_id  text PRIMARY KEY,
  wrapped bytea NOT NULL
);
COMMENT ON TABLE vault.keys IS '数据密钥:销毁即擦除';

CREATE TABLE vault.fields (
  key_id text NOT NULL REFERENCES vault.keys ON DELETE CASCADE,
  field  text NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (key_id, field)
);
COMMENT ON TABLE vault.fields IS '加密的个人信息字段(含承诺所用的盐)';

-- `receipt` is the subject the line becomes when it is claimed.
CREATE TABLE vault.bank_lines (
  receipt      text PRIMARY KEY REFERENCES vault.keys (key_id) ON DELETE CASCADE,
  fingerprint  bytea NOT NULL UNIQUE CHECK (octet_length(fingerprint) = 32),
  account      text NOT NULL,
  institution  text NOT NULL,
  statement    text NOT NULL,
  line         int NOT NULL,
  booking_date date NOT NULL,
  value_date   date NOT NULL,
  amount_fen   bigint NOT NULL,
  balance_fen  bigint,
  currency     text NOT NULL,
  reversal     boolean NOT NULL
);
CREATE INDEX bank_lines_by_institution ON vault.bank_lines (institution, value_date);
COMMENT ON TABLE vault.bank_lines IS '已导入未入账的银行流水,认领后方成为事实';

CREATE TABLE vault.tokens (
  token      text PRIMARY KEY,
  actor      text NOT NULL,
  purpose    text NOT NULL,
  sha256     bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
COMMENT ON TABLE vault.tokens IS '令牌的散列;权限是日志中的事实';

GRANT SELECT, INSERT, DELETE ON vault.keys, vault.fields, vault.bank_lines TO zhiheng_service;
GRANT SELECT, INSERT, DELETE ON vault.tokens TO zhiheng_service;
GRANT UPDATE (used_at) ON vault.tokens TO zhiheng_service;
