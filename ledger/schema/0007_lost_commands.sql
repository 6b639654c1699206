-- Commands whose facts came back from the log's entries after a restore, while key and answer did
-- not: nobody knows any more what was asked under these keys, so they are never run again.

CREATE TABLE ledger.lost_commands (
  command  text PRIMARY KEY CHECK (command ~ '^[0-9a-f]{32}$'),
  position bigint NOT NULL CHECK (position >= 0)
);
COMMENT ON TABLE ledger.lost_commands IS '恢复后只剩事实的命令:其命令键的内容与答复已失,不再办理';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.lost_commands
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.lost_commands ENABLE ALWAYS TRIGGER append_only;
GRANT SELECT ON ledger.lost_commands TO zhiheng_service;
