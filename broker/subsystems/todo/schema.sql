-- The backlog. Times are milliseconds since 1970-01-01T00:00:00Z unless a comment says otherwise.

-- Counters that never go back: 'id' feeds the ids of new items, 'token' the fencing tokens of claims.
CREATE TABLE todo_counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL   -- the last one that was given out
) STRICT, WITHOUT ROWID;
INSERT INTO todo_counter VALUES ('id', 0), ('token', 0);

CREATE TABLE todo_item (
  number        INTEGER PRIMARY KEY,                    -- internal; other tables refer to it
  id            TEXT NOT NULL UNIQUE COLLATE NOCASE,    -- 't-4k2m'; imported ids are kept
  title         TEXT NOT NULL,
  type          TEXT NOT NULL,                          -- ItemType
  priority      INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 4),
  status        TEXT NOT NULL CHECK (status IN ('open', 'claimed', 'done', 'archived')),
  live          INTEGER NOT NULL CHECK (live = (status IN ('open', 'claimed'))),  -- 1: not done; leads the list index
  open_blockers INTEGER NOT NULL DEFAULT 0 CHECK (open_blockers >= 0),  -- live items that block it; a gate recounts
  due           INTEGER,
  due_rank      INTEGER NOT NULL CHECK (due_rank = coalesce(due, 9223372036854775807)),  -- no due date sorts last
  defer_until   INTEGER,
  asleep        INTEGER NOT NULL DEFAULT 0,             -- 1: deferred when last looked at, so not in the ready index
  external_ref  TEXT,
  created_at    INTEGER NOT NULL,
  created_by    TEXT NOT NULL,
  updated_at    INTEGER NOT NULL,
  done_at       INTEGER,
  done_by       TEXT,
  reason        TEXT,                                   -- how it ended
  origin        TEXT NOT NULL DEFAULT '{}',             -- JSON object of texts: what an import could not map
  token         INTEGER NOT NULL DEFAULT 0,             -- the fencing token of the latest claim; 0: never claimed
  holder        TEXT,                                   -- actor; these six are there exactly while status = 'claimed'
  session       TEXT,                                   -- NULL: handed over, and not taken up yet
  claimed_at    INTEGER,
  lease_boot_id TEXT,                                   -- the boot that lease_boot_ms counts from
  lease_boot_ms INTEGER,                                -- CLOCK_BOOTTIME at the end of the lease
  lease_wall_ms INTEGER,                                -- wall time at the end of the lease; decides in another boot
  CHECK ((status = 'claimed') = (holder IS NOT NULL)),
  CHECK ((holder IS NULL) = (claimed_at IS NULL)),
  CHECK ((holder IS NULL) = (lease_boot_id IS NULL)),
  CHECK ((holder IS NULL) = (lease_boot_ms IS NULL)),
  CHECK ((holder IS NULL) = (lease_wall_ms IS NULL)),
  CHECK (holder IS NOT NULL OR session IS NULL),
  CHECK (holder IS NULL OR token > 0)
) STRICT;

-- `next` reads the first row of this one.
CREATE INDEX todo_item_ready ON todo_item (priority, due_rank, created_at, id)
  WHERE status = 'open' AND open_blockers = 0 AND asleep = 0;
CREATE INDEX todo_item_asleep ON todo_item (defer_until) WHERE asleep = 1;
CREATE INDEX todo_item_urgency ON todo_item (live DESC, priority, due_rank, created_at, id);
CREATE INDEX todo_item_created ON todo_item (created_at, id);
CREATE INDEX todo_item_updated ON todo_item (updated_at, id);
CREATE INDEX todo_item_holder ON todo_item (holder) WHERE status = 'claimed';
CREATE INDEX todo_item_lease_boot ON todo_item (lease_boot_id, lease_boot_ms) WHERE status = 'claimed';
CREATE INDEX todo_item_lease_wall ON todo_item (lease_wall_ms) WHERE status = 'claimed';

-- Apart from the item, so that claims and lists do not move long texts.
CREATE TABLE todo_description (
  item INTEGER PRIMARY KEY REFERENCES todo_item (number),
  body TEXT NOT NULL
) STRICT;

CREATE TABLE todo_label (
  item  INTEGER NOT NULL REFERENCES todo_item (number),
  label TEXT NOT NULL,
  PRIMARY KEY (item, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX todo_label_items ON todo_label (label, item);

CREATE TABLE todo_comment (
  number INTEGER PRIMARY KEY,
  item   INTEGER NOT NULL REFERENCES todo_item (number),
  at     INTEGER NOT NULL,
  author TEXT NOT NULL,
  body   TEXT NOT NULL
) STRICT;
CREATE INDEX todo_comment_item ON todo_comment (item, number);

-- source KIND target, read as a sentence. 'related' has no direction: the source is the item with the lesser number.
CREATE TABLE todo_link (
  kind       TEXT NOT NULL,        -- LinkKind
  source     INTEGER NOT NULL REFERENCES todo_item (number),
  target     INTEGER NOT NULL REFERENCES todo_item (number),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (kind, source, target),
  CHECK (source <> target)
) STRICT, WITHOUT ROWID;
CREATE INDEX todo_link_target ON todo_link (kind, target, source);
CREATE UNIQUE INDEX todo_link_one_parent ON todo_link (target) WHERE kind = 'parent-child';

-- One document an item (rowid = 2 * number) and one a comment (rowid = 2 * number + 1), so that a comment costs as much
-- as it is long, whatever was said before it.
CREATE VIRTUAL TABLE todo_search USING fts5 (title, description, labels, comment, tokenize = 'unicode61');
