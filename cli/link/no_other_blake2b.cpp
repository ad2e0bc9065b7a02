// libsodium's BLAKE2b for three kinds of processors, 17 KB of it. Here only Argon2, which makes a key of a passphrase,
// begins and ends with it, some kilobytes beside many megabytes that it fills in other ways: the plain one does. With
// the linker's --wrap the three references end here.

#include <cstdint>

extern "C" {

int blake2b_compress_ref(void* state, std::uint8_t const* block);

int __wrap_blake2b_compress_ssse3(void* state, std::uint8_t const* block);
int __wrap_blake2b_compress_ssse3(void* state, std::uint8_t const* block) {
  return blake2b_compress_ref(state, block);
}
int __wrap_blake2b_compress_sse41(void* state, std::uint8_t const* block);
int __wrap_blake2b_compress_sse41(void* state, std::uint8_t const* block) {
  return blake2b_compress_ref(state, block);
}
int __wrap_blake2b_compress_avx2(void* state, std::uint8_t const* block);
int __wrap_blake2b_compress_avx2(void* state, std::uint8_t const* block) {
  return blake2b_compress_ref(state, block);
}

}  // extern "C"
