-- What stats tells: how many items there are of each kind, kept up by whoever changes an item (store_tally.h), so that
-- nobody counts items. A kind that had items once may stay with none.
CREATE TABLE todo_tally (
  status   TEXT NOT NULL,
  type     TEXT NOT NULL,
  priority INTEGER NOT NULL,
  blocked  INTEGER NOT NULL,  -- 1: open_blockers > 0
  asleep   INTEGER NOT NULL,
  items    INTEGER NOT NULL,
  PRIMARY KEY (status, type, priority, blocked, asleep)
) STRICT, WITHOUT ROWID;

-- One by one, because sorting a million items by kind takes the memory of a million items.
INSERT INTO todo_tally
  SELECT status, type, priority, open_blockers > 0, asleep, 1 FROM todo_item WHERE true
  ON CONFLICT (status, type, priority, blocked, asleep) DO UPDATE SET items = items + 1;

-- Which of the deferrals of open items the clock contradicts, in either direction, without a look at the items. For
-- that SQLite wants the last two columns, though they say the same in every row.
CREATE INDEX todo_item_deferral ON todo_item (asleep, defer_until, status, open_blockers)
  WHERE status = 'open' AND open_blockers = 0 AND defer_until IS NOT NULL;

-- The same of claimed items, which count as open when their lease has ended: few have ever been put off.
CREATE INDEX todo_item_claimed_deferral ON todo_item (defer_until)
  WHERE status = 'claimed' AND asleep = 0 AND defer_until IS NOT NULL;
