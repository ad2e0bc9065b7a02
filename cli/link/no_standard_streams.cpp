// CLI11 includes <iostream>, which makes std::cout and its seven sisters before main() begins, with two locales: a
// tenth of what a command executes. Nobody uses them: what is printed goes through output.cpp. With the linker's --wrap
// the calls of constructor and destructor of std::ios_base::Init end here.

extern "C" {

void __wrap__ZNSt8ios_base4InitC1Ev(void* self);
void __wrap__ZNSt8ios_base4InitC1Ev(void* /*self*/) {}
void __wrap__ZNSt8ios_base4InitD1Ev(void* self);
void __wrap__ZNSt8ios_base4InitD1Ev(void* /*self*/) {}

}  // extern "C"
