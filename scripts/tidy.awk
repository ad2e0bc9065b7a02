# The rules of scripts/tidy, one pass over the files. A rule that has a reason says it.

function report(line, what) { printf "%s:%d: %s\n", FILENAME, line, what; bad = 1 }

# Headers are private to the folders that own a library, so that replacing one touches one folder.
function allowed(header, file) {
  if (header ~ /^sqlite3/) return file ~ /^(broker\/storage|tests\/(storage|faults)|tests\/bench\/peers)\//
  if (header ~ /^boost\/asio/) return file ~ /^(broker|ipc|tests\/(broker|ipc))\//
  if (header ~ /^CLI\//) return file ~ /^(cli|tests\/cli)\//
  if (header ~ /^fmt\//) return file ~ /^(cli|broker|cmake\/compiled|tests\/(cli|simulation))\//
  if (header ~ /^toml/) return file ~ /^(cli|broker\/governance|broker\/subsystems\/validate\/config|cmake\/compiled)\//
  if (header ~ /^(sodium|xxhash)/) return file ~ /^(ipc\/base|audit|broker\/governance|tests\/(base|audit))\//
  if (header ~ /^(catch2|rapidcheck)/) return file ~ /^tests\//
  return 1
}

# What a public header names, everybody who includes it compiles.
function allowed_in_public(header) { return header !~ /^(sqlite3|boost\/asio|CLI\/|fmt\/|toml|sodium|xxhash)/ }

FNR == 1 {
  finish()
  seen = FILENAME
  code = FILENAME ~ /\.(cpp|h)$/
  public_header = FILENAME ~ /\/include\// && FILENAME !~ /^tests\//
  once = 0
  name = FILENAME
  sub(/.*\//, "", name)
  if (code && name !~ /^[a-z0-9_]+\.(cpp|h)$/) report(1, "file names are snake_case")
  if (tolower(FILENAME) ~ /(^|[\/_])(utils?|helpers?|common|misc)([\/_.]|$)/)
    report(1, "name it after what it does: util, helper, common and misc say nothing")
}

{ last = FNR }

# Rows of Markdown and .def tables cannot be wrapped.
length($0) > 120 && FILENAME !~ /\.(md|def)$/ { report(FNR, "longer than 120 columns") }
/[ \t]+$/ { report(FNR, "trailing blank") }
/\t/ { report(FNR, "tab") }
/(^|[^A-Z_])(TO[D]O|FIX[M]E)([^A-Z_]|$)/ { report(FNR, "unfinished: finish it or open an issue") }

code && /^#pragma once/ { once = 1 }
code && /getenv *\(/ && FILENAME !~ /^(cli\/invocation\.cpp|tests\/)/ {
  report(FNR, "the environment is read in cli/invocation.cpp only")
}
code && /(^|[^a-z_])environ([^a-z_]|$)/ && !/^ *\/\// && FILENAME !~ /^(cli\/invocation\.cpp|tests\/)/ {
  report(FNR, "the environment is read in cli/invocation.cpp only")
}
code && /^#include/ {
  header = $2
  gsub(/[<>"]/, "", header)
  if (header ~ /^\.\.\//) report(FNR, "no ../ includes: they go around the layers")
  if (!allowed(header, FILENAME)) report(FNR, header " belongs to another folder")
  else if (public_header && !allowed_in_public(header)) report(FNR, header " in a public header")
}

# What a set of precompiled headers holds, every file of its targets sees without an include. These folders stand for
# all that use the set: what they may not include it must not hold.
BEGIN {
  folder["library"] = "election/"
  folder["sockets"] = "broker/"
  folder["tests"] = "tests/election/"
}
FILENAME ~ /(^|\/)cmake\/Precompiled\.cmake$/ {
  if (match($0, /^set\(DECAPOD_HEADERS_[a-z]+/)) precompiled = substr($0, 21, RLENGTH - 20)
  for (i = 1; precompiled && i <= NF; ++i) {
    header = $i
    gsub(/[<>")]/, "", header)
    if (header !~ /^[a-z].*[\/a-z]/ || $i !~ /[<"]/) continue
    if (!allowed(header, folder[precompiled]) || header ~ /^(decapod|support)\// || $i ~ /"/)
      report(FNR, header " may not be precompiled for " precompiled)
  }
  if (/\)$/) precompiled = ""
}

function finish() {
  if (seen == "") return
  if (seen ~ /\.h$/ && !once) { printf "%s:1: no #pragma once\n", seen; bad = 1 }
  if (seen ~ /\.(cpp|h)$/ && last > 400) { printf "%s:%d: longer than 400 lines\n", seen, last; bad = 1 }
}
END { finish(); exit bad }
