# Linked privately by all of our code, never by third-party code.
add_library(decapod_warnings INTERFACE)
target_compile_options(decapod_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond> $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
  -Wswitch-enum -Wno-missing-field-initializers)
if(DECAPOD_WERROR)
  target_compile_options(decapod_warnings INTERFACE -Werror)
endif()
