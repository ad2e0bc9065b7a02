-- Who acted and on which database lead to stretches of 64 records from now on, by the first of each, where they led to
-- every record.
INSERT OR IGNORE INTO audit_index (term, sequence)
  SELECT DISTINCT term, sequence - (sequence - 1) % 64 FROM audit_index
  WHERE term >= 'actor:' AND term < 'actor;' OR term >= 'db:' AND term < 'db;';
DELETE FROM audit_index
  WHERE (term >= 'actor:' AND term < 'actor;' OR term >= 'db:' AND term < 'db;') AND (sequence - 1) % 64 <> 0;
