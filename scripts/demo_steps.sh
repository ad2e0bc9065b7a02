# The steps of scripts/demo --governed, which sources this: commands that must do something, and commands that must not.
# Uses: program (the binary), scratch.
# shellcheck shell=bash disable=SC2154

failures=()
say() { printf '\n== %s\n' "$*"; }
fail() { printf '   FAIL  %s\n' "$*"; failures+=("$*"); }
indent() { sed 's/^/           /'; }

# Runs a command of an actor; the operator sits somewhere else.
as() { # ACTOR COMMAND...
  local session=s1
  [[ $1 != olga ]] || session=desk
  DECAPOD_AGENT_ID=$1 DECAPOD_SESSION_ID=$session "$program" "${@:2}"
}

# The code that a command is answered with, or "accepted"; message tells more of the latest one.
answer() { # ACTOR ARGUMENT...
  local code
  DECAPOD_FORMAT=json as "$@" >"$scratch/answer" 2>&1 && { echo accepted; return; }
  code=$(sed -nE 's/.*"error":\{"code":"([A-Z_]+)".*/\1/p' "$scratch/answer" | head -n 1)
  echo "${code:-no answer}"
}
message() {
  sed -nE 's/.*"error":\{"code":"[A-Z_]+","message":"(([^"\\]|\\.)*)".*/: \1/p' "$scratch/answer" |
    sed 's/: `.*//'
}

show_command() { # ACTOR ARGUMENT...
  local quoted shown="" argument
  for argument in "${@:2}"; do
    # Of the file with the passphrase one word is enough.
    [[ $argument != --passphrase-file ]] || break
    argument=${argument#"$scratch"/}
    quoted=$argument
    [[ $argument != *[\ \"]* ]] || quoted="'$argument'"
    shown+=" $quoted"
  done
  printf '   %-6s  decapod%s\n' "$1" "$shown" | cut -c1-130
}

# A command that must succeed; what is after it rests on it. The first LINES of its answer are shown, or
# the last -LINES.
does() { # LINES ACTOR ARGUMENT...
  show_command "${@:2}"
  if ! as "${@:2}" >"$scratch/answer" 2>&1; then
    indent <"$scratch/answer"
    fail "decapod ${*:3}"
    verdict ""
  fi
  if (($1 < 0)); then tail -n "$((-$1))" "$scratch/answer"; else head -n "$1" "$scratch/answer"; fi |
    cut -c1-120 | indent
}

# A command that must be answered with this code.
refused() { # CODE ACTOR ARGUMENT...
  local code
  show_command "${@:2}"
  code=$(answer "${@:2}")
  printf '           %s%s\n' "$code" "$(message)"
  [[ $code == "$1" ]] || fail "decapod ${*:3} => $code, expected $1"
}

expect() { # WHAT FOUND WANTED
  if [[ $2 == "$3" ]]; then printf '   ok      %-50s %s\n' "$1" "$2"; else fail "$1: $2, expected $3"; fi
}

# What `validate` finds wrong where one stands: the first code of each gate that fails; - where none does.
findings() {
  local codes
  DECAPOD_FORMAT=json as alice validate --store repo >"$scratch/answer" 2>&1 && { echo -; return; }
  codes=$(grep -oE '"status":"failed","findings":\[\{"code":"[A-Z_]+"' "$scratch/answer" | cut -d'"' -f10 | paste -sd+)
  echo "${codes:-no answer}"
}

# Changes the byte at OFFSET of a file.
flip_file() { # FILE OFFSET
  local new=0
  [[ $(tail -c "+$(($2 + 1))" "$1" | head -c 1) != 0 ]] || new=1
  printf '%s' "$new" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
flip_middle() { flip_file "$1" $(($(stat -c %s "$1") / 2)); }
flip_after() { # FILE TEXT: the byte behind it
  flip_file "$1" "$(($(grep -obF -m 1 "$2" "$1" | head -n 1 | cut -d: -f1) + ${#2}))"
}
flip_and_commit() { flip_middle "$1" && commit other; }

# Changes the byte that follows TEXT in one row of the store.
flip_row() { # TABLE COLUMN TEXT CONDITION
  local after changed
  after="instr($2, '$3') + length('$3')"
  changed=$(sqlite3 .decapod/data/decapod.db "
    UPDATE $1 SET $2 = substr($2, 1, $after - 1) || iif(substr($2, $after, 1) = '0', '1', '0') || substr($2, $after + 1)
    WHERE instr($2, '$3') AND ${4-1};
    SELECT changes();")
  [[ $changed == 1 ]] || fail "$changed rows of $1 altered instead of one"
}

alterations=0
promotions() { sqlite3 .decapod/data/decapod.db 'SELECT count(*) FROM promote_promotion'; }
table() { printf '           %-22s %-28s %-28s %s\n' "${@:1:4}" | sed 's/ *$//'; }
compare() { # EXPECTED FOUND...: a row of the table; the first column names it
  table "${@:2}" "" ""
  [[ $1 == "${*:3}" ]] || fail "${2} => ${*:3}, expected $1"
}
in_copy() { # OF ALTERATION...
  rm -rf "$scratch/copy"
  cp -a "$scratch/$1" "$scratch/copy"
  cd "$scratch/copy" || exit
  "${@:2}"
  [[ $2 == true ]] || alterations=$((alterations + 1))
}
# What is promoted in a copy of what could be, after an alteration; and what validate finds there (- for nothing).
altered() { # WHAT CHECK RECORD FINDINGS ALTERATION...
  in_copy ready "${@:5}"
  local check record
  check=$(answer alice promote check workunit "$task") record=$(answer alice promote record workunit "$task")
  compare "$2 $3 $4" "$1" "$check" "$record" "$(findings)"
  [[ $3 == accepted || $(promotions) == 0 ]] || fail "$1: promoted"
}
# What validate finds in a copy of what was promoted.
found() { # WHAT OF FINDINGS ALTERATION...
  in_copy "$2" "${@:4}"
  compare "$3" "$1" "$(findings)"
}

# Ends the demo: one line, and 1 where a step was not as it must be.
verdict() { # WHAT
  if ((${#failures[@]})); then
    printf '\nFAILED: %d steps were not as they must be; the first: %s\n' "${#failures[@]}" "${failures[0]}"
    exit 1
  fi
  printf '\nPASSED: %s\n' "$1"
}
