# Of a linker's map and two lists of addresses, a linker script that puts the sections they lie in first, those of the
# first list before those of the second; of more such triples, the sections of all. scripts/order makes the lists.
#   awk -f scripts/order.awk MAP WARM COLD [MAP WARM COLD]...

function number(hex,    i, value) {
  value = 0
  for (i = 1; i <= length(hex); ++i) value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
  return value
}

# "libc.a:malloc.o" of ".../libc.a(malloc.o)", the last two names of a path without an archive.
function object(path,    parts, count) {
  if (match(path, /[^\/]+\([^()]+\)$/)) {
    path = substr(path, RSTART, RLENGTH - 1)
    sub(/\(/, ":", path)
    return "*" path
  }
  count = split(path, parts, "/")
  return "*" parts[count - 1] "/" parts[count]
}

# Which output section it goes to, or nothing: order helps nowhere else.
function kind(name) {
  if (name ~ /^\.text/) return "text"
  if (name ~ /^\.rodata/) return "rodata"
  if (name ~ /^\.data\.rel\.ro/) return "data.rel.ro"
  if (name ~ /^\.data/) return "data"
  if (name ~ /^\.bss/) return "bss"
  return ""
}

# The last section that begins at the address or before it.
function section_at(address,    low, high, middle) {
  low = 1
  high = sections
  while (low < high) {
    middle = int((low + high + 1) / 2)
    if (start[middle] <= address) low = middle
    else high = middle - 1
  }
  return address < start[low] + size[low] ? low : 0
}

function put(to, line) {
  if (line in said) return
  said[line] = 1
  lines[to] = lines[to] "    " line "\n"
}

FNR == 1 {
  ++file
  kind_of_file = file % 3
  if (kind_of_file == 1) sections = 0
}

# A long name stands on a line of its own.
kind_of_file == 1 && /^ \.[^ ]+$/ { name = $1; next }
kind_of_file == 1 && /^ +(\.[^ ]+ +)?0x[0-9a-f]+ +0x[0-9a-f]+ [^ ]/ {
  if ($1 ~ /^\./) { name = $1; sub(/^ +[^ ]+/, "") }
  $0 = $0
  begins = number(substr($1, 3))
  bytes = number(substr($2, 3))
  if (begins == 0 || bytes == 0 || name ~ /^\.(comment|debug)/) next
  ++sections
  start[sections] = begins
  size[sections] = bytes
  names[sections] = name
  objects[sections] = object($3)
  next
}

kind_of_file != 1 {
  found = section_at(number($1))
  if (!found || (file, found) in met) next
  met[file, found] = 1
  to = kind(names[found])
  if (to == "") next
  put(to " " (kind_of_file == 2 ? "first" : "second"), objects[found] "(" names[found] ")")
}

END {
  print "/* Made by scripts/order. What it is for, says README.md. */"
  count = split("text rodata data.rel.ro data bss", order, " ")
  for (i = 1; i <= count; ++i) {
    # Apart, because equal strings of one output section are stored once, in the order of none of its parts.
    printf "SECTIONS {\n  .%s.first : {\n%s  }\n", order[i], lines[order[i] " first"]
    printf "  .%s.second : {\n%s  }\n} INSERT BEFORE .%s;\n", order[i], lines[order[i] " second"], order[i]
  }
}
