-- Merging the search index is not a request's work: the next add would pay for a thousand earlier ones. It is done when
-- it is quiet (search_merges.h); only an index that has had no such moment for 256 writes merges in one of them.
INSERT INTO todo_search (todo_search, rank) VALUES ('automerge', 0), ('crisismerge', 256), ('usermerge', 8);
