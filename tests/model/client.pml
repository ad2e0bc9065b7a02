/* One command: cli/reach/walk (ElectingSession), election/course, cli/reach/leader. At each location the process may be killed;
 * where it waits or tries again, its deadline may pass. */
#define me _pid

byte begun;           /* how many clients have begun */
bit started[CLIENTS]; /* the broker of this tenure lives */

#ifdef REPEAT_SPEAKS_FOR_ALL
#define REPEAT
#endif
#ifdef REPEAT
/* A command that was killed, or ended without an answer, may be given once more under the same request id. Either
 * process knows nothing of the other, and says so: only the ledger can deny a request whose id was given. */
bit repeated[CLIENTS];
#define MAY_BE_REPEATED (!repeated[me])
#else
#define MAY_BE_REPEATED false
#endif
#if defined(REPEAT) && !defined(REPEAT_SPEAKS_FOR_ALL)
#define MAY_DENY (ledger[me] == NOTHING)
#define ID_WAS_GIVEN true
#else
#define MAY_DENY true
#define ID_WAS_GIVEN false
#endif

inline end_command(answered) {
  waiters = waiters - waiting;
  waiting = 0;
  leading = 0;
  out = NOTHING;
  exposed[me] = 0;
  answer[me] = NOTHING;
  set_connection(me, 0, NONE);
  over[me] = answered || !MAY_BE_REPEATED;
  forget_if_over(me)
}

/* Its request is on its way: in the socket, of which the broker reads what is there, or in the worker. Whether it reads
 * it before it goes is decided now, for nobody sees when it does. */
#define ON_ITS_WAY (state[me] == SENT || state[me] == BUSY)
#define MAY_VANISH (state[me] != BUSY || KNOWN(me))

/* SIGKILL. For everybody else the same as ending with an unknown outcome. */
inline die() {
  if
  :: leading -> drop(me, WINNERS); leave_charge(me)
  :: else
  fi;
  end_command(false)
}

inline leave_charge(t) {
  in_charge = (in_charge == t && !started[t] -> NOBODY : in_charge)
}

/* An answer that came late, or a request that went out and was not answered, is an unknown outcome. */
#define ASKED (state[me] == EARLY || (state[me] >= SENT && state[me] <= REPLIED))

#define OR_ENDS OR_IS_KILLED OR_GIVES_UP
#define OR_IS_KILLED                                                                                             \
  :: d_step { MAY_BE_KILLED && MAY_VANISH -> KILLED die(); } goto ended                                          \
  :: d_step { MAY_BE_KILLED && ON_ITS_WAY && !ORPHANED(me) && !KNOWN(me) -> KILLED orphan(me); die(); } goto ended
#ifdef PATIENT
#define OR_GIVES_UP
#else
#define OR_GIVES_UP \
  :: d_step { !ID_WAS_GIVEN && !exposed[me] && !leading && !ASKED -> report(NOTHING); } goto ended
#endif

/* What the command says of its request (ElectingSession::settled). An unknown outcome is said by dying. */
inline report(what) {
  if
  :: what == OK -> assert(applied[me] == 1 || !ACKNOWLEDGED) /* what is reported as done is in the store */
  :: else ->
    /* What is reported as undone is not in the store. */
    assert(applied[me] == 0 || !DENIED);
    denied[me] = 1
  fi;
  end_command(what != NOTHING)
}

/* Leader::stop_listening, then the end of the tenure. */
inline lead_no_longer() {
  unlink_socket(me);
  drop(me, WINNERS);
  leave_charge(me);
  leading = 0
}

inline spawn() {
  copies[LOCKED(me)] = copies[LOCKED(me)] | BROKERS;
  listener[me] = listener[me] | BROKERS;
  started[me] = 1
}

/* connect(). */
#ifdef SKIP_HELLO
#define JOINED EARLY
#else
#define JOINED QUEUED
#endif
#define JOIN(t) :: d_step { ON_ITS_OWN && CONNECTS && listener[t] != 0 -> set_connection(me, t, JOINED); } goto try
#define ON_ITS_OWN (state[me] == NONE)

/* The lock is there, its file at the path: bind, listen, rename; or lead directly, where sockets are refused. */
inline listen() {
  take_charge(me);
  sock = me;
  listener[me] = WINNERS
}

active [CLIENTS] proctype client() {
  byte out;    /* what came of its own request, once it leads */
  bit waiting; /* it holds want.lock */
  bit leading; /* it has a copy of the lock */

  /* Commands are alike, so they may be numbered in the order in which they begin. */
#ifndef PATIENT
  d_step { begun == me -> begun++ };
#endif

try: /* without a connection it tries the lock, and connects when it is held */
#if LOCK_FILES > 1
  opened[me] = lock_at_path;
#endif
  if
#ifdef PATIENT
  :: d_step { ON_ITS_OWN && LOCK_IS_FREE(me) -> take_lock(me); leading = 1; } goto probe
  :: d_step { ON_ITS_OWN && me == WAITER -> waiters++; waiting = 1; } goto want
#else
  :: d_step { ON_ITS_OWN && LOCK_IS_FREE(me) && STANDS_AT_PATH -> take_lock(me); leading = 1; listen(); } goto lead
  :: d_step { ON_ITS_OWN && LOCK_IS_FREE(me) && STANDS_AT_PATH -> take_lock(me); leading = 1; take_charge(me); } goto lead
#if LOCK_FILES > 1
  :: d_step { ON_ITS_OWN && !(LOCK_IS_FREE(me) && STANDS_AT_PATH) -> skip; } goto try
#endif
#endif
  EVERY(JOIN)
  /* One step, as the broker cannot tell a greeting that was read from one that was not. */
  :: d_step { state[me] == GREETED -> state[me] = SENT; } goto try
  :: d_step { state[me] == REPLIED -> report(answer[me]); } goto ended
  OR_ENDS
  fi;

lead: /* its own request, as anybody's; then the broker, or nobody */
  if
  :: d_step { true -> commit(me, me, OK); out = ledger[me]; }
  :: d_step { true -> commit(me, me, REFUSED); out = ledger[me]; }
  :: d_step { !exposed[me] && MAY_DENY -> lead_no_longer(); report(NOTHING); } goto ended /* refused for now, or no store */
  :: d_step { listener[me] != 0 -> spawn(); } goto let_go                     /* heavy: the broker is asked */
  OR_ENDS
  fi;
  if
  :: d_step { listener[me] != 0 -> spawn(); } goto let_go
  :: d_step { true -> lead_no_longer(); report(out); } goto ended /* no process can be started, or none is wanted */
  OR_ENDS
  fi;

let_go: /* only now print */
  if
  :: d_step { out == NOTHING -> drop(me, WINNERS); leading = 0; } goto try
  :: d_step { out != NOTHING -> drop(me, WINNERS); leading = 0; report(out); }
  OR_ENDS
  fi;

ended:
#ifdef REPEAT
  if
  :: d_step { !over[me] -> repeated[me] = 1; denied[me] = 0; } goto try
  :: d_step { !over[me] -> over[me] = 1; forget_if_over(me); } goto ended
  fi
#else
  false
#endif

#ifdef PATIENT
  ;
#ifdef SKIP_YIELD
#define LEADS_ALL_THE_SAME true
#else
#define LEADS_ALL_THE_SAME false
#endif
probe:
  if
  :: d_step { waiters > 0 -> drop_lock(me, WINNERS); leading = 0; }
  :: d_step { (waiters == 0 || LEADS_ALL_THE_SAME) && CONNECTS -> listen(); } goto lead
  :: d_step { (waiters == 0 || LEADS_ALL_THE_SAME) && !CONNECTS -> take_charge(me); } goto lead
  OR_IS_KILLED
  fi;
  /* It rests for 2 ms, in which a waiter that is alive polls four times, and others who step aside hold the lock for
   * microseconds: until the waiter has it, or waits no longer. */
  waiters == 0 || in_charge != NOBODY;
  goto try;

want:
  if
  :: d_step { LOCK_IS_FREE(me) -> take_lock(me); leading = 1; waiters--; waiting = 0; take_charge(me); } goto lead
  OR_IS_KILLED
  fi
#endif
}
