# Every switch of the build, in one place.
option(DECAPOD_TESTS "Build the tests" ON)
option(DECAPOD_BENCH "Offer the benchmark suite" OFF)
option(DECAPOD_WERROR "Treat warnings as errors" OFF)
option(DECAPOD_STATIC "Link the binary statically: it starts three times faster than a dynamic one" OFF)
option(DECAPOD_PRECOMPILE "Use precompiled headers (cmake/Precompiled.cmake)" ON)
set(DECAPOD_SANITIZE "" CACHE STRING "address+undefined, thread, or empty")
option(DECAPOD_FUZZ "Build the targets of libFuzzer; needs Clang" OFF)
set(DECAPOD_TEST_OPTIONS "" CACHE STRING "Compiler options of the tests, after those of the product")
set(DECAPOD_SQLITE_AMALGAMATION "" CACHE PATH
    "A folder with sqlite3.c and sqlite3.h to compile in, instead of the system's library")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(DECAPOD_CCACHE ccache)
if(DECAPOD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without the sloppiness ccache stores nothing that was compiled with a precompiled header; our code names no time of
  # its own. With the rest a copy of the tree, such as another clone or that of tests/mutants, finds what was compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${DECAPOD_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${DECAPOD_CCACHE})
endif()
