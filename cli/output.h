#pragma once
// How an answer reads: the JSON envelope, or words. And how it gets out.

#include "answer.h"
#include "globals.h"

#include <decapod/cli_kit/verb.h>

#include <string>
#include <string_view>

namespace decapod::cli {

// The version of the envelope's shape; raised when a member changes its meaning or goes away.
inline constexpr int kEnvelopeVersion = 1;

json::object envelope(Answer const& answer);

// What goes to standard output and standard error.
struct Printed {
  std::string out;
  std::string err;
};

// `face` may be null if no verb could be made out.
Printed words_for(Answer const& answer, VerbFace const* face, Style const& style);

// Whether a write is done for good, whoever hears of it.
bool is_committed(Answer const& answer);
// What to do about one that nobody heard of: two lines.
std::string committed_words(Answer const& answer);

// How long a reader may take nothing before it counts as gone.
inline constexpr Millis kReaderPatience{600'000};

enum class Written : std::uint8_t { all, reader_gone, failed };

// Writes everything, also to a non-blocking descriptor. A reader that has closed is no error: what it did not want is
// dropped. Called only when no lock is held.
Written write_out(int descriptor, std::string_view text, Millis patience = kReaderPatience);

}  // namespace decapod::cli
