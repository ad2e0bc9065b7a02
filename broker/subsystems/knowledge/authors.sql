-- What one actor has added is found without a look at what all others have.
CREATE INDEX knowledge_entry_author ON knowledge_entry (created_by, number);
