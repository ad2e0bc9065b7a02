#include <decapod/governance/proposal.h>

namespace decapod::governance {
namespace {

constexpr std::string_view kTemplate =
    R"toml(# The policy of this repository: what is risky here, and what each degree of risk asks for.
#
# This file is a proposal. It binds nobody until the operator signs it:
#   decapod policy check                 is it sound?
#   decapod policy operator-init         once: the operator's key, protected by a passphrase
#   decapod policy activate              sign this file, and put it in force
#   decapod policy show                  what is in force, and how this file differs
#   decapod policy eval --path FILE      what the policy says of a change
format = 1
name = "first"

default_risk = "low"       # of what no zone below and no label "risk:..." of a task speaks of
default_trust = "basic"    # of an actor without a token; a name alone gives no more than this
approval_max = "7d"        # the longest that an approval may be valid
trust_max = "24h"          # the longest that a trust token may be valid

# What work of each risk asks for. A higher one never asks for less.
#   trust     the least trust of whoever does it: untrusted, basic, verified, core
#   approval  never, or required: the operator signs for the one exact request
#   proof     asserted (said), observed (run by decapod), reproduced (run again and signed by a key that counts)
#   seal      never (or left out), or required: a promotion counts only once the operator has signed the whole of it
#   capsule_  what a context capsule for such work may hold: names in [scopes], the most excerpts, whether it is stored
[tiers.low]
trust = "basic"
approval = "never"
proof = "asserted"
capsule_scopes = ["instructions", "docs"]
capsule_limit = 8
capsule_write = true

[tiers.medium]
trust = "basic"
approval = "never"
proof = "observed"
capsule_scopes = ["instructions", "docs", "specs"]
capsule_limit = 12
capsule_write = true

[tiers.high]
trust = "basic"
approval = "required"
proof = "observed"
capsule_scopes = ["instructions", "docs", "specs", "knowledge"]
capsule_limit = 20
capsule_write = true

[tiers.critical]
trust = "verified"
approval = "required"
proof = "reproduced"
seal = "required"
capsule_scopes = ["instructions", "docs", "specs", "knowledge"]
capsule_limit = 20
capsule_write = true

# The documents that capsules are made of, from the root of the repository.
[scopes]
instructions = ["AGENTS.md", "CLAUDE.md", "CONTRIBUTING.md"]
docs = ["README.md", "docs"]
specs = ["specs"]
knowledge = ["knowledge"]

# Where the risk is. "*" is any part of a name, "**" any folders; a folder covers what is in it.
# A zone may also ask for more than its risk does (trust, approval, proof, seal), and name the only actors that
# may act in it.
[[zones]]
name = "rules"
reason = "these files say what agents may do"
risk = "high"
paths = [".decapod/policy.toml", ".decapod/config.toml", ".decapod/pins", ".decapod/operator.pub", "AGENTS.md",
         "CLAUDE.md"]

[[zones]]
name = "secrets"
reason = "what gets out cannot be called back"
risk = "critical"
paths = ["**/.env*", "**/*.pem", "**/*.key", "**/secrets"]

[[zones]]
name = "delivery"
reason = "it runs with more rights than its author"
risk = "high"
paths = [".github", ".gitlab-ci.yml", ".ci", "**/Dockerfile", "**/Jenkinsfile"]

[[zones]]
name = "dependencies"
reason = "code of others"
risk = "medium"
paths = ["**/package.json", "**/package-lock.json", "**/Cargo.toml", "**/Cargo.lock", "**/go.mod", "**/go.sum",
         "**/requirements*.txt", "**/pyproject.toml"]

[[zones]]
name = "promotion"
reason = "what is published, or taken for proven knowledge, speaks for everybody"
risk = "high"
operations = ["promote.*", "knowledge.promote"]

[[zones]]
name = "restore"
reason = "it takes back what others have done"
risk = "high"
operations = ["broker.restore"]

# Keys besides the operator's that may sign reproduced proofs:
# [[attestors]]
# name = "ci"
# key = "64 hex digits"
)toml";

}  // namespace

std::string_view proposal_template() {
  return kTemplate;
}

}  // namespace decapod::governance
