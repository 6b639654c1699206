-- A line of the bank that is the same money as a line of an arrivals list, which came first.
-- The money keeps the receipt of the list's line; a line with `same_as` is never claimed itself.

ALTER TABLE vault.bank_lines
  ADD COLUMN same_as text UNIQUE REFERENCES vault.bank_lines (receipt) ON DELETE CASCADE;
COMMENT ON COLUMN vault.bank_lines.same_as IS '与先到的到款清单中哪一行为同一笔:该笔以清单行的到款编号认领';
