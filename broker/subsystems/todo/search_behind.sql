-- The search index is written behind the items: the numbers of the last item and of the last comment that it has. What
-- comes after them is indexed when it is quiet, or by a later write (store_index.h).
INSERT INTO todo_counter
  SELECT 'indexed-item', coalesce(max(number), 0) FROM todo_item UNION ALL
  SELECT 'indexed-comment', coalesce(max(number), 0) FROM todo_comment;
