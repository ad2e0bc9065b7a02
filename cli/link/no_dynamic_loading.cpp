// SQLite can load extensions; a static program cannot, and decapod forbids it anyway. With the linker's --wrap=dlopen
// the archive's call ends here, so that the binary depends on no shared library of the machine it was linked on.

extern "C" {

void* __wrap_dlopen(char const* file, int flags);
void* __wrap_dlopen(char const* /*file*/, int /*flags*/) {
  return nullptr;
}

}  // extern "C"
