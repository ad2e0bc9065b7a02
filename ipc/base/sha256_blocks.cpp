#include "sha256_blocks.h"

#if defined(__x86_64__)
#define DECAPOD_SHA_INSTRUCTIONS 1
#include <asm/hwcap2.h>
#include <cpuid.h>
#include <immintrin.h>
#include <sys/auxv.h>
#endif

namespace decapod {

#ifdef DECAPOD_SHA_INSTRUCTIONS

namespace {

// FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

__m128i load(void const* from) {
  return _mm_loadu_si128(static_cast<__m128i const*>(from));
}

void store(void* to, __m128i value) {
  _mm_storeu_si128(static_cast<__m128i*>(to), value);
}

}  // namespace

// Each `cpuid` leaves a virtual machine, for 5 us or so, and every command pays for them. So how many leaves there are
// is not asked where the kernel has seen the seventh: it says that the instructions of its first bit may be used.
bool has_sha256_instructions() {
  constexpr unsigned kFeatures = 1;
  constexpr unsigned kExtended = 7;
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if ((getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) == 0) {
    __cpuid(0, eax, ebx, ecx, edx);
    if (eax < kExtended) return false;
  }
  __cpuid_count(kExtended, 0, eax, ebx, ecx, edx);
  if ((ebx & bit_SHA) == 0) return false;
  __cpuid(kFeatures, eax, ebx, ecx, edx);
  return (ecx & bit_SSSE3) != 0 && (ecx & bit_SSE4_1) != 0;
}

// The instructions want the eight words as ABEF and CDGH, highest first, and do two rounds at a time.
__attribute__((target("sha,sse4.1,ssse3"))) void take_sha256_blocks(Sha256State& state, unsigned char const* blocks,
                                                                    std::size_t count) {
  auto const big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  auto const abcd = _mm_shuffle_epi32(load(&state[0]), 0xb1);
  auto const efgh = _mm_shuffle_epi32(load(&state[4]), 0x1b);
  auto abef = _mm_alignr_epi8(abcd, efgh, 8);
  auto cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);
  for (; count > 0; --count, blocks += 64) {
    auto const abef_before = abef;
    auto const cdgh_before = cdgh;
    __m128i word[4];  // of the message schedule: the latest sixteen
    for (unsigned i = 0; i < 16; ++i) {
      auto& next = word[i % 4];
      if (i < 4) {
        next = _mm_shuffle_epi8(load(blocks + 16 * i), big_endian);
      } else {
        auto const last = word[(i + 3) % 4];
        auto const seven_back = _mm_alignr_epi8(last, word[(i + 2) % 4], 4);
        next = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(next, word[(i + 1) % 4]), seven_back), last);
      }
      auto const keyed = _mm_add_epi32(next, load(&kRound[4 * i]));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, keyed);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(keyed, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  auto const feba = _mm_shuffle_epi32(abef, 0x1b);
  auto const dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  store(&state[0], _mm_blend_epi16(feba, dchg, 0xf0));
  store(&state[4], _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool has_sha256_instructions() {
  return false;
}

void take_sha256_blocks(Sha256State&, unsigned char const*, std::size_t) {}

#endif

}  // namespace decapod
