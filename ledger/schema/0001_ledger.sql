-- The log and the one function that can add to it.
-- Applied by the owner; roles zhiheng_service and zhiheng_reader exist already.

CREATE SCHEMA IF NOT EXISTS ledger;
REVOKE ALL ON SCHEMA ledger FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO zhiheng_service, zhiheng_reader;

-- One row a fact. `state` is the entry: everything else is a copy for indexing, which audits compare.
CREATE TABLE ledger.facts (
  position    bigint PRIMARY KEY CHECK (position >= 0),
  subject     text NOT NULL,
  sequence    bigint NOT NULL CHECK (sequence > 0),
  topic       text NOT NULL,
  institution text NOT NULL,
  effective   date NOT NULL,
  recorded_at timestamptz NOT NULL,
  leaf        bytea NOT NULL CHECK (octet_length(leaf) = 32),
  state       bytea NOT NULL CHECK (octet_length(state) BETWEEN 2 AND 65535)
) WITH (fillfactor = 100);
ALTER TABLE ledger.facts ALTER COLUMN state SET STORAGE EXTERNAL;
COMMENT ON TABLE ledger.facts IS '事实日志:只增不改,位置自 0 起连续';

-- Every subject a fact touches, with the fact's place in that subject's chain.
CREATE TABLE ledger.subjects (
  subject  text NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  position bigint NOT NULL,
  PRIMARY KEY (subject, sequence)
) WITH (fillfactor = 100);
COMMENT ON TABLE ledger.subjects IS '主体链:每个主体的事实序号与日志位置';

-- What was answered under a caller's key; the key is a keyed hash, never the caller's text.
CREATE TABLE ledger.commands (
  key       bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  body_hash bytea NOT NULL CHECK (octet_length(body_hash) = 32),
  first     bigint NOT NULL,
  count     int NOT NULL CHECK (count > 0),
  answer    bytea NOT NULL
);
COMMENT ON TABLE ledger.commands IS '命令键:同键同文同答,同键异文拒绝';

-- Locked, never written: it gives the lock, contiguity and order without dead rows.
CREATE TABLE ledger.append_lock (one boolean PRIMARY KEY DEFAULT true CHECK (one));

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.facts
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.subjects
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.commands
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.facts ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.subjects ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.commands ENABLE ALWAYS TRIGGER append_only;

-- The only way to add facts. Answers, as rows (kind, name, at):
--   ('head', '', p)        written; the first of them stands at position p
--   ('stale', subject, n)  that subject stands at sequence n, not where it was read; nothing written
--   ('seen', key, 0)       that command key was used before; nothing written
--   ('clock', time, 0)     the log already knows a later time; nothing written
-- Without any facts the answer says whether refusals were decided on what holds now.
-- A caller inside an open transaction keeps the lock whatever the answer is.
CREATE FUNCTION ledger.append(
  read_subjects text[], read_sequences bigint[],
  subjects text[], sequences bigint[],
  topics text[], institutions text[], effectives date[], states bytea[],
  link_facts int[], link_subjects text[], link_sequences bigint[],
  recorded timestamptz,
  asked_keys bytea[],
  keys bytea[], body_hashes bytea[], firsts int[], counts int[], answers bytea[])
RETURNS TABLE (kind text, name text, at bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan  -- planning anew for each array length costs more than it saves
AS $$
DECLARE
  base bigint;
  latest timestamptz;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs read committed, not %', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  LOCK TABLE ledger.append_lock IN EXCLUSIVE MODE;
  SELECT f.position + 1, f.recorded_at INTO base, latest
    FROM ledger.facts f ORDER BY f.position DESC LIMIT 1;
  base := coalesce(base, 0);

  RETURN QUERY
    SELECT 'stale', r.s, coalesce(h.sequence, 0)
    FROM unnest(read_subjects, read_sequences) AS r(s, n)
    LEFT JOIN LATERAL (
      SELECT x.sequence FROM ledger.subjects x WHERE x.subject = r.s
      ORDER BY x.sequence DESC LIMIT 1) h ON true
    WHERE coalesce(h.sequence, 0) <> r.n;
  IF FOUND THEN RETURN; END IF;
  IF cardinality(asked_keys) > 0 THEN
    RETURN QUERY SELECT 'seen', encode(c.key, 'hex'), 0::bigint
      FROM unnest(asked_keys) AS a(k)
      CROSS JOIN LATERAL (SELECT x.key FROM ledger.commands x WHERE x.key = a.k LIMIT 1) c;
    IF FOUND THEN RETURN; END IF;
  END IF;
  IF recorded < latest THEN
    RETURN QUERY SELECT 'clock', to_char(latest AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 0::bigint;
    RETURN;
  END IF;
  kind := 'head'; name := ''; at := base;
  IF cardinality(topics) = 0 THEN
    RETURN NEXT;
    RETURN;
  END IF;

  -- Doubles need no look here: they break the primary key of ledger.subjects.
  IF EXISTS (
    SELECT FROM unnest(link_subjects, link_sequences) AS l(s, n)
    LEFT JOIN unnest(read_subjects, read_sequences) AS r(s, n) USING (s)
    GROUP BY l.s, r.n
    HAVING r.n IS NULL OR min(l.n) <> r.n + 1 OR max(l.n) <> r.n + count(*))
  THEN
    RAISE EXCEPTION 'sequences do not continue what was read'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;

  WITH written_facts AS (
    INSERT INTO ledger.facts
        (position, subject, sequence, topic, institution, effective, recorded_at, leaf, state)
      SELECT base + u.o - 1, u.s, u.n, u.t, u.i, u.e, recorded, sha256('\x00'::bytea || u.b), u.b
      FROM unnest(subjects, sequences, topics, institutions, effectives, states)
        WITH ORDINALITY AS u(s, n, t, i, e, b, o)),
  written_links AS (
    INSERT INTO ledger.subjects (subject, sequence, position)
      SELECT l.s, l.n, base + l.f
      FROM unnest(link_facts, link_subjects, link_sequences) AS l(f, s, n))
  INSERT INTO ledger.commands (key, body_hash, first, count, answer)
    SELECT k.k, k.h, base + k.f, k.c, k.a
    FROM unnest(keys, body_hashes, firsts, counts, answers) AS k(k, h, f, c, a);
  PERFORM pg_notify('zhiheng_facts', '');
  RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION ledger.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.append TO zhiheng_service;
GRANT SELECT ON ledger.facts, ledger.subjects, ledger.commands TO zhiheng_service;
GRANT SELECT ON ledger.facts, ledger.subjects TO zhiheng_reader;

-- The same rows under the names the eventsourcing library reads.
CREATE VIEW ledger.log WITH (security_invoker = true) AS
  SELECT position AS notification_id, subject AS originator_id, sequence AS originator_version,
         topic, state
  FROM ledger.facts;
GRANT SELECT ON ledger.log TO zhiheng_service, zhiheng_reader;

-- Every link of every chain under the same names: one fact appears once for each subject it touches.
CREATE VIEW ledger.chains WITH (security_invoker = true) AS
  SELECT s.subject AS originator_id, s.sequence AS originator_version, f.topic, f.state,
         s.position AS notification_id
  FROM ledger.subjects s JOIN ledger.facts f USING (position);
GRANT SELECT ON ledger.chains TO zhiheng_service, zhiheng_reader;
