#!/usr/bin/env bash
# scripts/demo --governed: an operator signs what agents may do alone; an agent takes a risky task, is refused at each
# of the four checkpoints, gets one signed approval and promotes what it has proved; then every artifact in turn is
# altered by one byte. Ends with a one-line verdict; fails if one answer is another one than it must be.
# DECAPOD_BINARY names a binary that is there already.
set -euo pipefail
(($# == 0)) || { echo "usage: scripts/demo --governed" >&2; exit 2; }
[[ -z ${DECAPOD_BINARY-} ]] || DECAPOD_BINARY=$(realpath -e "$DECAPOD_BINARY")
cd "$(dirname "$0")/.."
scratch=$(mktemp -d "${TMPDIR:-/tmp}/decapod-demo.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
source scripts/demo_steps.sh
readonly kSigning=(--key "$scratch/operator.key" --passphrase-file "$scratch/passphrase")

say "building"
program=${DECAPOD_BINARY:-$(scripts/build | tee >(cat >&2) | tail -n 1)}
# Nothing of the caller's points to another store or repository, and no broker stays, so that rows can be altered.
unset "${!DECAPOD_@}" "${!GIT_@}"
export GIT_CONFIG_NOSYSTEM=1 HOME=$scratch DECAPOD_BROKER_IDLE_MS=0
git config --global user.name demo
git config --global user.email demo@invalid
commit() { git add -A && git commit -q -m "$1"; }

say "a fresh repository: a release script that uploads whatever the tests say"
git init -q -b main "$scratch/repo"
cd "$scratch/repo"
mkdir .ci docs tests
echo 'echo uploaded' >.ci/release.sh
echo 'A release is uploaded only after every test has passed.' >docs/release.md
cat >tests/release.sh <<'TEST'
[ -z "$(sh .ci/release.sh false)" ] || { echo "uploaded although a test failed"; exit 1; }
[ "$(sh .ci/release.sh true)" = uploaded ] || { echo "not uploaded"; exit 1; }
echo "2 of 2 passed"
TEST
does 1 alice init --quiet
does 1 alice todo add "Upload only what was tested" --label risk:high --porcelain
task=$(cat "$scratch/answer")
does 1 alice todo claim "$task"

say "the operator pins a key and signs the policy; until then nothing above the lowest risk goes"
refused CAPSULE_POLICY_MISSING alice capsule issue --topic "release tests" --scope docs --task "$task"
echo 'correct horse battery staple' >"$scratch/passphrase"
does 0 olga policy init
does 2 olga policy operator-init "${kSigning[@]}" --cost least
does 1 olga policy activate "${kSigning[@]}"
commit "The operator's policy and key"
does 0 olga broker snapshot "$scratch/earlier.db"

say "checkpoint 1, issuance: no more context than the task's risk gives"
refused CAPSULE_SCOPE_DENIED alice capsule issue --topic "release tests" --scope secrets --task "$task"
refused CAPSULE_LIMIT_DENIED alice capsule issue --topic "release tests" --scope docs --limit 1000 --task "$task"
expect "capsules after that" "$(as alice capsule list --json | grep -c '"id":"c-' || true)" 0

say "checkpoint 2, routing: every write is judged, by any name, in a batch, an import, a restore"
refused APPROVAL_REQUIRED alice todo edit "$task" --remove-label risk:high
refused APPROVAL_REQUIRED olga todo edit "$task" --remove-label risk:high
refused APPROVAL_REQUIRED alice batch <<REQUEST
{"op":"todo.edit","args":{"id":"$task","remove_label":["risk:high"]}}
REQUEST
as alice todo export | sed 's/risk:high/risk:low/' >"$scratch/lower.jsonl"
refused APPROVAL_REQUIRED alice todo import --on-conflict update "$scratch/lower.jsonl"
refused APPROVAL_REQUIRED alice broker restore "$scratch/earlier.db"

say "checkpoint 3, commit: only what a commit of this store recorded proves anything"
refused MARKER_UNCONFIRMED alice knowledge add "tests pass" --body "they did" --provenance event:7.7777
does 1 alice workunit init "$task" --intent "what failed a test is not uploaded"
refused APPROVAL_REQUIRED alice capsule issue --topic "release tests" --scope docs --task "$task" --write
does 7 alice capsule issue --topic "release tests" --scope docs --limit 8 --task "$task" --write
capsule=$(grep -oE 'c-[0-9a-f]{16}' "$scratch/answer" | head -n 1)
does 1 alice workunit attach "$task" --spec docs/release.md --capsule "$capsule"
does 1 alice workunit plan "$task" tests -- sh tests/release.sh
does 1 alice workunit start "$task"
refused PROOF_FAILED alice workunit prove "$task" tests
does 1 alice workunit claim "$task"
refused PROOF_INSUFFICIENT alice workunit verify "$task"

say "checkpoint 4, promotion: not before it is verified, and not without the operator's word"
commit "Not done yet"
refused PROMOTION_NOT_VERIFIED alice promote check workunit "$task"
refused PROMOTION_NOT_VERIFIED alice promote record workunit "$task"

say "the work, with a real proof"
does 1 alice workunit reopen "$task" --reason "now the work"
echo '"$@" && echo uploaded' >.ci/release.sh
commit "Upload only what was tested"
does 7 alice workunit prove "$task" tests
does 1 alice workunit claim "$task"
does 4 alice workunit verify "$task"
does 1 alice workunit export "$task"
commit "The record of $task"

say "one signed approval, for this commit, this tree and this record"
refused APPROVAL_REQUIRED alice promote check workunit "$task"
asked=$({ as alice promote check workunit "$task" 2>&1 || true; } | sed -nE "s/.*--params '([^']*)' .*/\1/p")
refused SELF_APPROVAL alice policy approve promote.record --params "$asked" --to alice "${kSigning[@]}"
refused ALREADY_EXISTS alice policy operator-init --key "$scratch/own.key" \
  --passphrase-file "$scratch/passphrase" --cost least
does 1 olga policy approve promote.record --params "$asked" --to alice "${kSigning[@]}"
does 1 alice promote check workunit "$task"
cp -a "$scratch/repo" "$scratch/ready"

say "promoted: a signed lineage that anybody can check, also in a clone without the store"
does 7 alice promote record workunit "$task"
lineage=$(grep -oE 'p-[0-9a-f]{16}' "$scratch/answer" | head -n 1)
refused ALREADY_EXISTS alice promote record workunit "$task"
does 1 olga promote seal "$lineage" "${kSigning[@]}"
commit "Promote $task"
does 20 alice broker audit --lineage "$lineage"
does -1 alice validate --store repo
git clone -q "$scratch/repo" "$scratch/clone"
cd "$scratch/clone"
does -1 alice validate --store repo
expect "stores in the clone" "$(find . -name '*.db' | wc -l)" 0

say "one byte of one artifact is altered, each time in a copy of what could be promoted"
table artifact "promote check" "promote record" validate
altered "the policy" POLICY_INVALID POLICY_INVALID POLICY_NOT_AS_SIGNED \
  flip_row policy_activation document '"name":"'
altered "the capsule" MARKER_UNCONFIRMED MARKER_UNCONFIRMED CAPSULE_HASH_WRONG \
  flip_row capsule_capsule document 'A release is '
altered "the proof's output" MARKER_UNCONFIRMED MARKER_UNCONFIRMED WORKUNIT_ALTERED+PROOF_ALTERED \
  flip_row workunit_proof body 'output_sha256":"' "outcome = 'passed'"
altered "the work unit" MARKER_UNCONFIRMED MARKER_UNCONFIRMED WORKUNIT_ALTERED \
  flip_row workunit_unit body '"intent":"'
altered "the approval" APPROVAL_REQUIRED APPROVAL_REQUIRED APPROVAL_NOT_AS_SIGNED \
  flip_row policy_approval statement '"approver":"'
altered "the ledger's row" PROMOTION_ALTERED PROMOTION_ALTERED LEDGER_DISAGREES \
  flip_row ledger actor ali "operation = 'workunit.verify' AND status = 'COMMITTED'"
altered "the trail's record" PROMOTION_ALTERED PROMOTION_ALTERED \
  AUDIT_CHAIN_BROKEN+LEDGER_DISAGREES+AUDIT_INDEX_WRONG \
  flip_row audit_mutation body '"actor":"' "instr(body, 'workunit.verify')"
# From here on the store is as it was, and validate has nothing to say of it.
altered "the unit's file" PROMOTION_WORKUNIT_MISMATCH PROMOTION_WORKUNIT_MISMATCH - \
  flip_middle ".decapod/workunits/$task.json"
altered "the capsule's file" PROMOTION_CAPSULE_MISMATCH PROMOTION_CAPSULE_MISMATCH CAPSULE_UNREADABLE \
  flip_middle ".decapod/capsules/$capsule.json"
altered "a file of the work" PROMOTION_TREE_MISMATCH PROMOTION_TREE_MISMATCH - flip_middle .ci/release.sh
altered "HEAD: that file" PROMOTION_TREE_MISMATCH PROMOTION_TREE_MISMATCH - flip_and_commit .ci/release.sh
altered "HEAD: operator.pub" PROMOTION_KEY_MISMATCH PROMOTION_KEY_MISMATCH OPERATOR_KEY_DIFFERS \
  flip_and_commit .decapod/operator.pub
altered "HEAD: its hash" TREE_UNKNOWN TREE_UNKNOWN - flip_middle .git/refs/heads/main
altered "nothing" accepted accepted - true

say "one byte of what was promoted is altered, in a copy of the repository and of the clone without a store"
readonly bundle=.decapod/lineage/$lineage.json
table artifact validate "" ""
found "the promotion" repo PROMOTION_ALTERED flip_row promote_promotion lineage '"intent":"'
found "its trail's record" repo \
  AUDIT_CHAIN_BROKEN+LEDGER_DISAGREES+AUDIT_INDEX_WRONG+POLICY_COLUMN_WRONG+PROMOTION_ALTERED \
  flip_row audit_mutation body '"actor":"' "instr(body, 'promote.record')"
found "the bundle's intent" clone BUNDLE_ALTERED flip_after "$bundle" "what failed a tes"
found "the bundle's approver" clone BUNDLE_ALTERED flip_after "$bundle" "olg"
found "the bundle's digest" clone BUNDLE_ALTERED flip_after "$bundle" '"digest":"'
found "operator.pub" clone BUNDLE_UNSIGNED flip_middle .decapod/operator.pub
found "nothing" clone - true

verdict "refused at each of four checkpoints, promoted with one signed approval;\
 $alterations artifacts altered by a byte, each refused"
