# Precompiled headers: reading <string> and Boost.JSON is most of what compiling a small file costs. Four sets, each of
# third-party and standard headers only, and each for those targets only that may include all of it (scripts/tidy):
#   library  every target of ours     what decapod::base shows to everybody
#   loops    what runs in loops       the same as library, compiled for speed where the rest of a release is for size
#   sockets  decapod_broker           and Asio
#   tests    test programs            and Catch2
# A header of ours is in none of them: what a layer may include, its include path says, and tests/layers proves that
# without any set. Each file still includes what it uses: scripts/soak builds everything with DECAPOD_PRECOMPILE=OFF.
set(DECAPOD_HEADERS_library
    <algorithm> <array> <charconv> <chrono> <cstdint> <cstring> <filesystem> <functional> <map> <memory> <optional>
    <set> <span> <string> <string_view> <utility> <vector>
    <boost/describe.hpp> <boost/json.hpp> <boost/mp11.hpp> <boost/system/result.hpp>)
set(DECAPOD_HEADERS_loops ${DECAPOD_HEADERS_library})
set(DECAPOD_HEADERS_sockets ${DECAPOD_HEADERS_library}
    <boost/asio/buffer.hpp> <boost/asio/io_context.hpp> <boost/asio/local/stream_protocol.hpp> <boost/asio/post.hpp>
    <boost/asio/signal_set.hpp> <boost/asio/steady_timer.hpp> <boost/asio/write.hpp>)
set(DECAPOD_HEADERS_tests ${DECAPOD_HEADERS_library} <catch2/catch.hpp>)

# The compiler's cache has to look into a set, not only at its name.
set(DECAPOD_PRECOMPILE_OPTIONS "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(DECAPOD_PRECOMPILE_OPTIONS -fpch-preprocess)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(DECAPOD_PRECOMPILE_OPTIONS "SHELL:-Xclang -fno-pch-timestamp")
endif()

# Each set is compiled once, with the options that all of our targets share, in a library that nobody links.
function(decapod_precompiled_set set)
  set(owner decapod_precompiled_${set})
  add_library(${owner} STATIC EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/cmake/precompiled/${set}.cpp)
  target_link_libraries(${owner} PRIVATE decapod_warnings)
  target_compile_options(${owner} PRIVATE ${DECAPOD_PRECOMPILE_OPTIONS})
  decapod_options_of_set(${owner} ${set})
  target_precompile_headers(${owner} PRIVATE ${DECAPOD_HEADERS_${set}})
endfunction()

# What is compiled with the set "tests" is a test program and has the options of those, precompiled or not. GCC takes no
# precompiled header that was compiled for the other aim, size or speed: "loops" has -O2 wherever it is used.
function(decapod_options_of_set target set)
  if(set STREQUAL "tests")
    target_compile_options(${target} PRIVATE ${DECAPOD_TEST_OPTIONS})
  elseif(set STREQUAL "loops" AND CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O2)
  endif()
endfunction()

# decapod_precompile(target set): the target is compiled with the set.
function(decapod_precompile target set)
  decapod_options_of_set(${target} ${set})
  if(DECAPOD_PRECOMPILE)
    target_compile_options(${target} PRIVATE ${DECAPOD_PRECOMPILE_OPTIONS})
    target_precompile_headers(${target} REUSE_FROM decapod_precompiled_${set})
  endif()
endfunction()

if(DECAPOD_PRECOMPILE)
  decapod_precompiled_set(library)
  decapod_precompiled_set(loops)
  decapod_precompiled_set(sockets)
  if(DECAPOD_TESTS)
    decapod_precompiled_set(tests)
  endif()
endif()
