# Linked privately by all of our code, never by third-party code.
add_library(decapod_warnings INTERFACE)
target_compile_options(decapod_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond> $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
  -Wswitch-enum -Wno-missing-field-initializers)
# What GCC 12 believes it sees in an optimised move of a std::string is not there (its bug 105651). A build without
# optimisation does not look for it.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(decapod_warnings INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-Wno-array-bounds;-Wno-stringop-overread;-Wno-stringop-overflow;-Wno-restrict>)
endif()
if(DECAPOD_WERROR)
  target_compile_options(decapod_warnings INTERFACE -Werror)
endif()
