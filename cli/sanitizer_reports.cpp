// Where a program built with sanitizers says what they found: in a file. A broker has no terminal, and no environment
// that could say it. Only in such a build; scripts/sanitizer_reports looks whether any file came of it.
extern "C" {
char const* __asan_default_options() {
  return "log_path=" DECAPOD_SANITIZER_REPORTS;
}
char const* __ubsan_default_options() {
  return "print_stacktrace=1:log_path=" DECAPOD_SANITIZER_REPORTS;
}
char const* __tsan_default_options() {
  return "log_path=" DECAPOD_SANITIZER_REPORTS;
}
}
