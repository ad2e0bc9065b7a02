# Third-party packages, each as one imported target with the floor this project was tried with.
# On Debian 12 scripts/bootstrap installs all of them.
include(FindPackageHandleStandardArgs)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)

# A static binary needs the archives by name; elsewhere the linker's own choice is right.
function(decapod_find_library out name)
  if(DECAPOD_STATIC)
    find_library(${out} NAMES lib${name}.a REQUIRED)
  else()
    find_library(${out} NAMES ${name} REQUIRED)
  endif()
endfunction()

function(decapod_imported target library header)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  add_library(third_party::${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(third_party::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  if(library)
    decapod_find_library(${target}_LIBRARY ${library})
    target_link_libraries(third_party::${target} INTERFACE ${${target}_LIBRARY})
  endif()
endfunction()

decapod_imported(json boost_json boost/json.hpp)
decapod_imported(xxhash xxhash xxhash.h)
decapod_imported(sodium sodium sodium.h)
decapod_imported(asio "" boost/asio.hpp)
target_link_libraries(third_party::asio INTERFACE Threads::Threads)
# Debian packages no static libfmt: the header-only form is compiled in one unit of ours (cli/kit).
decapod_imported(fmt "" fmt/core.h)
decapod_imported(cli11 "" CLI/CLI.hpp)
decapod_imported(toml "" toml++/toml.h)

if(DECAPOD_SQLITE_AMALGAMATION)
  add_library(decapod_sqlite3 STATIC ${DECAPOD_SQLITE_AMALGAMATION}/sqlite3.c)
  target_include_directories(decapod_sqlite3 SYSTEM PUBLIC ${DECAPOD_SQLITE_AMALGAMATION})
  target_compile_definitions(decapod_sqlite3 PRIVATE SQLITE_THREADSAFE=1 SQLITE_ENABLE_FTS5
                             SQLITE_OMIT_LOAD_EXTENSION SQLITE_DQS=0)
  target_link_libraries(decapod_sqlite3 PUBLIC Threads::Threads m)
  add_library(third_party::sqlite3 ALIAS decapod_sqlite3)
else()
  decapod_imported(sqlite3 sqlite3 sqlite3.h)
  target_link_libraries(third_party::sqlite3 INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})
endif()
