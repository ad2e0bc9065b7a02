/* What the kernel keeps: who has which descriptor, what broker.sock leads to, and what is in each connection.
 *
 * A tenure is named after the client that won the lock: its winner and its broker share one open description of
 * leader.lock and one listener, of which each has a copy. A process that ends, however it ends, loses its copies. */
#define self (_pid % CLIENTS) /* the tenure of a process: clients come first, their brokers next */

/* Copies of a descriptor, as a set. */
#define WINNERS 1
#define BROKERS 2

/* leader.lock. There are more files than one only where a mutation unlinks it. */
#if defined(UNLINK_LOCK) || defined(SKIP_INODE_CHECK)
#define LOCK_FILES 3
byte lock_at_path;       /* the file at the path */
byte locked[CLIENTS];    /* the file that a tenure has locked */
byte opened[CLIENTS];    /* the file that a client has opened */
#define LOCKED(t) locked[t]
#define OPENED(c) opened[c]
#else
#define LOCK_FILES 1
#define lock_at_path 0
#define LOCKED(t) 0
#define OPENED(c) 0
#endif
byte holder[LOCK_FILES] = NOBODY;
byte copies[LOCK_FILES];
#ifdef SKIP_INODE_CHECK
#define STANDS_AT_PATH true
#else
#define STANDS_AT_PATH (OPENED(me) == lock_at_path)
#endif
#define LOCK_IS_FREE(c) (holder[OPENED(c)] == NOBODY)

/* want.lock: how many hold it, shared. */
byte waiters;

/* broker.sock, and the listener of each tenure: who has a copy. A name that leads to nobody is as good as none. A
 * listener can be found as long as it is open: who looked the name up before it was removed may come as late as that. */
byte sock = NOBODY;
byte listener[CLIENTS];

/* The one connection of each client. */
#define NONE 0    /* or closed, with go_away or without */
#define QUEUED 1  /* in the queue of the listener */
#define EARLY 2   /* the same, and the request has been sent: only where there is no greeting */
#define GREETED 3 /* accepted; the greeting is on its way or read, the request is not sent */
#define SENT 4    /* the request is in the socket, unread */
#define BUSY 5    /* the broker has read it; the worker has not done it */
#define DONE 6    /* the worker has done it; the reply is not written */
#define REPLIED 7 /* the reply is in the socket */
byte state[CLIENTS];
byte peer[CLIENTS];   /* the tenure, while QUEUED to DONE */
bit exposed[CLIENTS]; /* Exposure::sent: a request went out whole, and its connection broke */
#define AT(t, c, s) (peer[c] == t && state[c] == s)
#define ACCEPTED(t, c) (peer[c] == t && state[c] >= GREETED && state[c] <= DONE)

inline set_connection(c, to, what) {
  state[c] = what;
  peer[c] = to;
  answer[c] = (what == REPLIED -> answer[c] : NOTHING)
}

/* The peer is gone. A client that has been greeted sends its request even so, and counts it as sent. */
#ifdef FORGET_EXPOSURE
#define EXPOSE(c)
#else
#define EXPOSE(c) exposed[c] = 1;
#endif
#define BREAK_IF_ACCEPTED(c)                          \
  if                                                  \
  :: ACCEPTED(self, c) -> EXPOSE(c) set_connection(c, 0, NONE) \
  :: else                                             \
  fi;

#define RESET_IF_QUEUED(c)                            \
  if                                                  \
  :: AT(self, c, QUEUED) -> set_connection(c, 0, NONE)   \
  :: AT(self, c, EARLY) ->                               \
    assert(!GREETED_FIRST); /* what is sent goes to one that has greeted, so had the store open under the lock */ \
    EXPOSE(c) set_connection(c, 0, NONE)                  \
  :: else                                             \
  fi;

inline take_lock(t) {
  holder[OPENED(t)] = t;
  copies[OPENED(t)] = WINNERS
#if LOCK_FILES > 1
  ; locked[t] = opened[t]
#endif
}

/* close() of one copy of both descriptors. The last one frees the lock and resets whoever is queued. */
inline drop(t, whose) {
  drop_listener(t, whose);
  drop_lock(t, whose)
}

inline drop_listener(t, whose) {
  if
  :: listener[t] != 0 ->
    listener[t] = listener[t] & ~whose;
    if
    :: listener[t] == 0 -> EVERY(RESET_IF_QUEUED)
    :: else
    fi
  :: else
  fi
}

inline drop_lock(t, whose) {
  if
  :: holder[LOCKED(t)] == t ->
#ifdef EXPLICIT_UNLOCK
    copies[LOCKED(t)] = 0; /* LOCK_UN acts on the description, so on every copy */
#else
    copies[LOCKED(t)] = copies[LOCKED(t)] & ~whose;
#endif
    if
    :: copies[LOCKED(t)] == 0 -> holder[LOCKED(t)] = NOBODY; unlink_socket(t); end_epoch(t)
    :: else
    fi
  :: else
  fi
}

inline unlink_socket(t) { sock = (sock == t -> NOBODY : sock) }
