#pragma once
// The compression function of SHA-256 in the processor's own instructions: three to four times as fast as portable
// code.

#include <array>
#include <cstddef>
#include <cstdint>

namespace decapod {

using Sha256State = std::array<std::uint32_t, 8>;

// Whether this processor has them. Three questions, of some microseconds each in a virtual machine: ask once.
bool has_sha256_instructions();

// Takes `count` blocks of 64 bytes into `state`. Only where has_sha256_instructions() says yes.
void take_sha256_blocks(Sha256State& state, unsigned char const* blocks, std::size_t count);

}  // namespace decapod
