# The actors of scripts/demo, which sources this: agents, and whoever kills the broker under them.
# Uses: DECAPOD (the binary), repo, state, scratch, sandbox.
# shellcheck shell=bash disable=SC2154

count() { grep -cE "$1" "$2" || true; }
finished_items() { cat "$scratch"/agent-*.done; }
kills_with_waiting() { awk '$2 > 0' "$scratch/kills" | wc -l; }
# Reads that the trail says were served so; what a killed broker had not yet written is not among them.
reads_served() { count "\"request_type\":\"todo\.(ready|list|stats)\".*\"served\":\"$1\"" "$state/audit/reads.jsonl"; }
comments_in() { { grep -oE '"author":"' "$1" || true; } | wc -l; }

# A backlog of 600 items with chains of blockers, for a machine that has no real one.
generate_backlog() {
  local i blockers
  for ((i = 1; i <= 600; ++i)); do
    blockers=""
    ((i % 3 == 0)) && blockers="{\"issue_id\":\"g-$i\",\"depends_on_id\":\"g-$((i - 1))\",\"type\":\"blocks\"}"
    printf '{"id":"g-%d","title":"Generated item %d","status":"%s","priority":%d,"issue_type":"task",' \
      "$i" "$i" "$( ((i % 10)) && echo open || echo closed)" "$((i % 5))"
    printf '"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","dependencies":[%s]}\n' "$blockers"
  done
}

# One agent: a shell that looks at the backlog, takes an item, works on it and finishes it, and looks again now and
# then, until nothing is left for a while.
# Runs as `bash -c`, so that it is a shell of its own like a real agent's.
agent_program() {
  cat <<'AGENT'
n=0 idle=0 finished=0
# Sends one request. An answer that could not be had is asked for again.
try() {
  local times
  for ((times = 0; times < 30; ++times)); do
    status=0
    answer=$($LAUNCH "$DECAPOD" "$@" --json 2>>"$OUT.errors") || status=$?
    case $status in 8 | 10) sleep 0.05 ;; *) return $status ;; esac
  done
  return $status
}
# A change is asked for again under the same request id.
ask() { try "$@" --request-id "$NAME-$((++n))"; }
look() { try todo "$@" || give_up "$@"; }
field() { sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p" <<<"$answer" | head -n 1; }
give_up() { echo "stopped by: $* => $status: $answer" >"$OUT.end"; exit 1; }

look ready
look stats
while ((idle < 20)); do
  # Nothing is ready: somebody else's item may unblock more. Whose?
  if ((idle > 0)); then
    look ready
    if [[ $answer == *'"items":[]'* ]]; then
      look list --status claimed
      ((++idle)); sleep 0.1
      continue
    fi
  fi
  if ! ask todo next --claim; then
    ((status == 3)) || give_up next
    ((++idle)); sleep 0.1
    continue
  fi
  idle=0
  item=$(sed -nE 's/.*"item":\{"id":"([^"]*)".*/\1/p' <<<"$answer") token=$(field token)
  ask todo comment "$item" "looked into it" --token "$token" || give_up comment
  echo "$NAME $item" >>"$OUT.comments"
  if ((n % 11 == 0)); then
    ask todo add "Follow-up of $item" --discovered-from "$item" --priority 4 || give_up add
    echo "$NAME" >>"$OUT.added"
    new=$(sed -nE 's/.*"item":\{"id":"([^"]*)".*/\1/p' <<<"$answer")
    ask todo link "$new" related "$item" || give_up link
  fi
  ask todo done "$item" --reason "worked on by $NAME" --token "$token" || give_up "done"
  echo "$NAME $item" >>"$OUT.done"
  case $((++finished % 9)) in
    3) look list --status claimed ;;
    6) look stats ;;
    0) look ready ;;
  esac
done
echo "in order" >"$OUT.end"
AGENT
}

agents=()
start_agents() { # COUNT
  local i place launch
  for ((i = 1; i <= $1; ++i)); do
    place=$repo launch=""
    ((i % 5 == 1)) && place=$scratch/left
    ((i % 5 == 2)) && place=$scratch/right
    ((i == $1)) && launch="$sandbox codex"
    : >"$scratch/agent-$i.done"; : >"$scratch/agent-$i.added"; : >"$scratch/agent-$i.comments"
    (cd "$place" && exec env NAME="agent-$i" DECAPOD_AGENT_ID="agent-$i" DECAPOD_SESSION_ID="shell-$i" \
      DECAPOD="$DECAPOD" LAUNCH="$launch" OUT="$scratch/agent-$i" bash -c "$(agent_program)") &
    agents+=($!)
  done
}

agents_are_working() {
  local pid
  for pid in "${agents[@]}"; do
    kill -0 "$pid" 2>/dev/null && return 0
  done
  return 1
}

holds_the_lock() { [[ -n $(find "/proc/$1/fd" -lname "$state/leader.lock" 2>/dev/null) ]]; }

# The process that holds the lock of this store and answers for it; nothing if there is none.
serving_broker() {
  local pid
  pid=$("$DECAPOD" broker status --json 2>/dev/null | sed -nE 's/.*"pid":([0-9]+).*/\1/p')
  [[ -n $pid ]] || return 0
  if holds_the_lock "$pid"; then echo "$pid"; fi
}

# Requests that the kernel keeps for the broker: connections it has not accepted, and sent bytes it has not read.
waiting_requests() {
  ss -xaH 2>/dev/null | awk -v socket="$state/broker.sock" '
    index($0, socket) && $2 == "LISTEN" { n += $3 }
    index($0, socket) && $2 == "ESTAB" && $3 > 0 { n += 1 }
    END { print n + 0 }'
}

# Prints "pid requests-waiting" for each broker that it killed. The broker is stopped for an instant first, so that what
# is counted is what is there when it dies, and not what was there a moment ago.
kill_brokers() {
  local pid waiting
  while sleep 0.03; do
    pid=$(serving_broker)
    [[ -n $pid ]] && kill -STOP "$pid" 2>/dev/null || continue
    sleep 0.01
    waiting=$(waiting_requests)
    if holds_the_lock "$pid"; then
      kill -KILL "$pid" && echo "$pid $waiting"
    else
      kill -CONT "$pid" 2>/dev/null || true
    fi
  done
}

# Until the last broker has left by itself.
wait_for_quiet() {
  local i
  for ((i = 0; i < 600; ++i)); do
    [[ -z $(serving_broker) ]] && return 0
    sleep 0.1
  done
  echo "   a broker is still there after a minute" >&2
  return 1
}

# Ends what is left when the demo is interrupted: only what it started.
stop_everything() {
  local pid
  for pid in "${agents[@]}" ${killer-}; do kill "$pid" 2>/dev/null || true; done
  pid=$([[ -d ${state-} ]] && serving_broker || true)
  [[ -z $pid ]] || kill "$pid" 2>/dev/null || true
}
