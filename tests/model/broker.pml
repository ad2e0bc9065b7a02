/* The broker that a winner leaves behind: cli/reach/tenure, broker/server, requests, connection, worker. Its event
 * loop and its worker are two threads; what either does next is one step here. */

#define FORGET(c) forget_if_over(c);

/* The process ends: what it had open is closed, what it had not said stays unsaid. */
inline end_broker() {
  orphans = 0;
  EVERY(FORGET)
  EVERY(BREAK_IF_ACCEPTED)
  started[self] = 0;
  draining = 0;
  drop(self, BROKERS);
  in_charge = (in_charge == self -> NOBODY : in_charge)
}

/* No new name to find was the step before. Now nobody joins the queue; who was here before and is not being executed
 * is sent away; who is queued will be served one request. */
#ifdef EXECUTE_AFTER_GO_AWAY
#define SEND_AWAY(c)                                                                    \
  if                                                                                    \
  :: AT(self, c, SENT) -> orphans = orphans | (1 << c); set_connection(c, 0, NONE)      \
  :: AT(self, c, GREETED) -> set_connection(c, 0, NONE)                                 \
  :: else                                                                               \
  fi;
#else
#define SEND_AWAY(c)                                                                    \
  if                                                                                    \
  :: AT(self, c, GREETED) || AT(self, c, SENT) -> set_connection(c, 0, NONE)            \
  :: else                                                                               \
  fi;
#endif
#define ACCEPT(c) state[c] = (AT(self, c, QUEUED) -> GREETED : (AT(self, c, EARLY) -> SENT : state[c]));
#define NOBODY_QUEUED(c) (!AT(self, c, QUEUED) && !AT(self, c, EARLY))
#define NOT_ACCEPTED(c) (!ACCEPTED(self, c))

inline stop_listening() {
  assert(ALL(NOBODY_QUEUED) || !DRAINED); /* who found the socket of a broker that leaves in order is served */
  listener[self] = 0
}

#define WORKER_HAS(c) (AT(self, c, BUSY) && !ORPHANED(c))
#define ORPHAN_DONE(c) orphans = orphans & ~(1 << c); forget_if_over(c)
#if defined(KEY_BESIDE_EFFECT)
#define WORK(c)                                                                                          \
  :: d_step { WORKER_HAS(c) && ledger[c] != NOTHING -> answer[c] = ledger[c]; state[c] = DONE; }         \
  :: d_step { WORKER_HAS(c) && ledger[c] == NOTHING -> enter_transaction(self); ledger[c] = OK; beside = c; } goto effect
#elif defined(REPLY_BEFORE_COMMIT)
#define WORK(c)                                                                                          \
  :: d_step { WORKER_HAS(c) -> answer[c] = OK; set_connection(c, 0, REPLIED); orphans = orphans | (1 << c); }
#else
#define WORK(c)                                                                                          \
  :: d_step { WORKER_HAS(c) -> commit(self, c, OK); answer[c] = ledger[c]; state[c] = DONE; }            \
  :: d_step { WORKER_HAS(c) -> commit(self, c, REFUSED); answer[c] = ledger[c]; state[c] = DONE; }       \
  :: d_step { MAY_FAIL && WORKER_HAS(c) -> commit(self, c, NOTHING); set_connection(c, 0, NONE); } /* refused for now */
#endif
#ifdef UNKNOWN_AS_REFUSED
#define COMMIT_FAILS(c)                                                                                  \
  :: d_step { WORKER_HAS(c) -> commit(self, c, OK); answer[c] = REFUSED; state[c] = DONE; }
#else
#define COMMIT_FAILS(c) /* a death */
#endif

/* What may happen next with the connection or the request of client c. */
#define SERVE(c)                                                                                         \
  :: d_step { !draining && !NOBODY_QUEUED(c) -> ACCEPT(c) }                                              \
  :: d_step { AT(self, c, SENT) -> state[c] = BUSY; }                                                    \
  WORK(c)                                                                                                \
  COMMIT_FAILS(c)                                                                                        \
  :: d_step { ORPHANED(c) -> commit(self, c, OK); ORPHAN_DONE(c); }                                      \
  :: d_step { ORPHANED(c) -> commit(self, c, REFUSED); ORPHAN_DONE(c); }                                 \
  :: d_step { MAY_FAIL && ORPHANED(c) -> ORPHAN_DONE(c); }                                               \
  :: d_step { AT(self, c, DONE) -> set_connection(c, 0, REPLIED); }                                      \
  /* It has been too slow for the drain, or came with something else to say. */                          \
  :: d_step { MAY_FAIL && (AT(self, c, GREETED) || AT(self, c, SENT)) -> SEND_AWAY(c) }                  \
  /* Its reply is lost: the connection breaks, or is closed as the client does not read. */              \
  :: d_step { MAY_FAIL && (AT(self, c, SENT) || AT(self, c, DONE)) -> BREAK_IF_ACCEPTED(c) }             \
  :: d_step { MAY_FAIL && WORKER_HAS(c) -> orphan(c); BREAK_IF_ACCEPTED(c) }

#define OR_CRASHES :: d_step { MAY_BE_KILLED -> KILLED end_broker(); } goto idle

#ifdef SKIP_UNLINK
#define REMOVE_NAMES skip;
#elif defined(UNLINK_LOCK)
#define REMOVE_NAMES unlink_socket(self); lock_at_path++;
#else
#define REMOVE_NAMES unlink_socket(self);
#endif
#define ALL_SERVED (draining && orphans == 0 && ALL(NOT_ACCEPTED))

/* The store is closed, then the lock released; between the two nobody can tell that it is not one step. */
#define LEAVE                                                                                  \
  assert(sock != self || !ORDERLY); /* a socket that a leader finds is taken for a crash */    \
  REMOVE_LOCK_FILE end_broker();
#ifdef SKIP_INODE_CHECK
#define REMOVE_LOCK_FILE lock_at_path++;
#else
#define REMOVE_LOCK_FILE
#endif

active [CLIENTS] proctype broker() {
  bit draining;
#ifdef KEY_BESIDE_EFFECT
  byte beside;
#endif

end:
idle:
  started[self];

serve:
  do
  EVERY(SERVE)
  :: d_step { !draining && LEAVES -> REMOVE_NAMES } break
#ifdef RELEASE_BEFORE_CLOSE
  :: d_step { ALL_SERVED && holder[LOCKED(self)] == self -> drop_lock(self, BROKERS); }
  :: d_step { ALL_SERVED && holder[LOCKED(self)] != self -> LEAVE } goto idle
#else
  :: d_step { ALL_SERVED -> LEAVE } goto idle
#endif
  OR_CRASHES
  od;

  /* As nobody can join the queue after shutdown(), emptying it and closing the listener are one step with it. */
  if
  :: d_step {
    true ->
    EVERY(SEND_AWAY)
#ifndef SKIP_DRAIN
    EVERY(ACCEPT)
#endif
#ifndef SKIP_SHUTDOWN
    stop_listening();
#endif
    draining = 1;
  }
  OR_CRASHES
  fi;
#ifdef SKIP_SHUTDOWN
  d_step { stop_listening(); };
#endif
  goto serve;

#ifdef KEY_BESIDE_EFFECT
effect:
  if
  :: d_step { true -> apply(beside); answer[beside] = OK; state[beside] = DONE; beside = 0; } goto serve
  OR_CRASHES
  fi
#endif
}
