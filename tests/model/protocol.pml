/* The election and broker protocol: CLIENTS commands, each with one write under one request id, and the broker that
 * each may leave behind. README.md says what is left out, and why that is sound. */

#ifndef CLIENTS
#define CLIENTS 3
#endif
#if CLIENTS == 2
#define EVERY(m) m(0) m(1)
#define ALL(m) (m(0) && m(1))
#elif CLIENTS == 3
#define EVERY(m) m(0) m(1) m(2)
#define ALL(m) (m(0) && m(1) && m(2))
#elif CLIENTS == 4
#define EVERY(m) m(0) m(1) m(2) m(3)
#define ALL(m) (m(0) && m(1) && m(2) && m(3))
#endif

/* Without PATIENT: anything may fail at any time, any number of times, and every deadline may pass.
 * With it: no deadline passes, one process may be killed and nothing else fails, client WAITER cannot use sockets and
 * the others can, and somebody else asks the broker all the time, so that it leaves for a waiter only. Then everybody
 * who is not killed must get an answer. */
#ifdef PATIENT
#define WAITER 0
#define CONNECTS (me != WAITER)
#define MAY_FAIL false
bit killed;
#define MAY_BE_KILLED !killed
#define KILLED killed = 1;
#if defined(IGNORE_WAITERS) || defined(IGNORE_UNTIL_FREE)
#define LEAVES false
#elif defined(STOPPED_WAITER)
/* Its sign is there all the time. Brokers ignore it for some seconds, which is long enough for whoever can connect to be
 * served; then they leave for it, whether or not anybody else waits. */
#define IS_SERVED(c) (c == WAITER || over[c])
#define LEAVES ALL(IS_SERVED)
#else
#define LEAVES (waiters > 0)
#endif
#define HAS_ENDED(c) over[c]
ltl everybody_ends { <> ALL(HAS_ENDED) }
#else
#define CONNECTS true
#define MAY_FAIL true
#define MAY_BE_KILLED true
#define KILLED
#define LEAVES true
#endif

#define NOBODY 15

/* The properties, by number, because the number is printed with the assertion that fails; README.md has the words. */
#define ONE_LEADER 1
#define EPOCH 2
#define ONCE 3
#define ACKNOWLEDGED 4
#define DENIED 5
#define GREETED_FIRST 6
#define DRAINED 7
#define ORDERLY 8

#include "store.pml"
#include "kernel.pml"
#include "client.pml"
#include "broker.pml"
