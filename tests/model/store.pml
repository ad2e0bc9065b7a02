/* What is on disk, as recovery would find it. A transaction is one step: nobody but its writer sees it before COMMIT,
 * and a writer that dies before COMMIT leaves nothing of it. */

/* What came of a request. */
#define NOTHING 0 /* not run, or refused for now: nobody remembers it */
#define OK 1
#define REFUSED 2

byte in_charge = NOBODY; /* the tenure that may write, from its listening to the end of its last process */

byte applied[CLIENTS];   /* how often the effect of client c's request is in the store */
byte ledger[CLIENTS];    /* what the ledger says of its key: NOTHING, OK, REFUSED */
byte answer[CLIENTS];    /* the reply of a request that is DONE or REPLIED */
bit over[CLIENTS];       /* its command has ended, somehow */
bit denied[CLIENTS];     /* its command has ended with "not committed" */
byte orphans;            /* set of clients: the worker has a request of theirs whose connection is gone */
#define ORPHANED(c) ((orphans & (1 << c)) != 0)

/* Whether the request is applied, by what the ledger says; a refusal for good is remembered in the same way. */
#ifdef SKIP_LEDGER
#define KNOWN(c) false
#else
#define KNOWN(c) (ledger[c] != NOTHING)
#endif

/* Of a request that is known already nothing but a reply would come. */
inline orphan(c) { orphans = (KNOWN(c) -> orphans : orphans | (1 << c)) }

byte epoch = 1;          /* in the store */
byte epoch_of[CLIENTS];  /* what a tenure takes for the epoch; 0: it is not in charge */
bit raised[CLIENTS];     /* it has raised it */
byte written = 1;        /* the greatest epoch under which anything was written */

inline take_charge(t) {
  assert(in_charge == NOBODY || !ONE_LEADER);
  in_charge = t;
  epoch_of[t] = epoch
}

#define HAS_NO_EPOCH(c) (epoch_of[c] == 0)

/* Epochs are only compared: when nobody remembers one they are counted anew, so that the count stays finite. */
inline end_epoch(t) {
  epoch_of[t] = 0;
  raised[t] = 0;
  if
  :: ALL(HAS_NO_EPOCH) -> epoch = 1; written = 1
  :: else
  fi
}

/* The first statement of every transaction that writes. */
inline enter_transaction(t) {
  assert(in_charge == t || !ONE_LEADER);         /* */
  assert(epoch == epoch_of[t] || !EPOCH);   /* who holds the lock is never fenced */
  if
  :: !raised[t] ->
#ifndef KEEP_EPOCH
    epoch++;
#endif
    epoch_of[t] = epoch;
    raised[t] = 1;
    assert(epoch > written || !EPOCH); /* greater than that of any tenure before */
    written = epoch
  :: else -> assert(epoch == written || !EPOCH)
  fi
}

inline apply(c) {
  applied[c]++;
  assert(applied[c] == 1 || !ONCE);
  assert(!denied[c] || !DENIED)       /* what was reported as undone stays undone */
}

inline commit(t, c, verdict) {
  enter_transaction(t);
  if
  :: KNOWN(c) || verdict == NOTHING
  :: else ->
    ledger[c] = verdict;
    if
    :: verdict == OK -> apply(c)
    :: else
    fi
  fi
}

/* What nobody can ask about any more is forgotten, which keeps states few. */
inline forget_if_over(c) {
  if
  :: over[c] && !ORPHANED(c) -> applied[c] = 0; ledger[c] = NOTHING; denied[c] = 0
  :: else
  fi
}
