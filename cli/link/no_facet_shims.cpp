// What the C++ library links for a program that puts a facet of its own into a locale, built with strings of before
// C++11 where the locale's are of after it, or the other way round: 53 KB of adapters. Nobody makes a locale here. With
// the linker's --wrap the two calls end here.

#include <cstdlib>

extern "C" {

void const* __wrap__ZNKSt6locale5facet11_M_cow_shimEPKNS_2idE(void const* self, void const* which);
void const* __wrap__ZNKSt6locale5facet11_M_cow_shimEPKNS_2idE(void const* /*self*/, void const* /*which*/) {
  std::abort();
}
void const* __wrap__ZNKSt6locale5facet11_M_sso_shimEPKNS_2idE(void const* self, void const* which);
void const* __wrap__ZNKSt6locale5facet11_M_sso_shimEPKNS_2idE(void const* /*self*/, void const* /*which*/) {
  std::abort();
}

}  // extern "C"
