#pragma once
// Passphrases and tokens, as they come into a command: from a descriptor or typed at the terminal, never from an
// argument or a variable.

#include <decapod/base/clock.h>
#include <decapod/base/result.h>
#include <decapod/cli_kit/surroundings.h>

#include <string>

namespace decapod::cli {

inline constexpr std::size_t kSecretBytesMost = 4096;

// From `from.descriptor`, or from the terminal without echo. Errors: as Surroundings::secret.
Result<std::string> read_secret(Secret const& from, SteadyTime deadline);

// Without its line end and what stands behind that.
std::string first_line(std::string text);

}  // namespace decapod::cli
