#include "base64.h"

#include <sodium.h>

#include <array>

namespace decapod::audit {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;

}  // namespace

std::string base64(Sha256 const& digest) {
  std::array<char, sodium_base64_ENCODED_LEN(32, kVariant)> text{};
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<unsigned char const*>(digest.bytes.data()),
                    digest.bytes.size(), kVariant);
  return text.data();
}

std::optional<Sha256> from_base64(std::string_view text) {
  Sha256 digest;
  std::size_t size = 0;
  char const* end = nullptr;
  int const code = sodium_base642bin(reinterpret_cast<unsigned char*>(digest.bytes.data()), digest.bytes.size(),
                                     text.data(), text.size(), nullptr, &size, &end, kVariant);
  if (code != 0 || size != digest.bytes.size() || end != text.data() + text.size()) return std::nullopt;
  return digest;
}

}  // namespace decapod::audit
