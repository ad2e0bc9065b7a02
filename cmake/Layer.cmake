# decapod_layer(NAME name
#               EXPOSES layer...     layers that the public headers name: users see them too
#               USES layer...        layers that only the .cpp files name: users do not see them
#               PUBLIC_LIBS/PRIVATE_LIBS third_party::x...
#               SOURCES file...      HEADERS file... (below include/)
#               PRECOMPILED set      of cmake/Precompiled.cmake; library by default
#               OPTIMISE speed       it runs in loops: -O2 where the rest of a release is built for size)
#
# One static library with an include root of its own. A layer that is not declared is not on the include path,
# so naming its header does not compile; tests/layers holds the proof.
function(decapod_layer)
  cmake_parse_arguments(ARG "" "NAME;INCLUDE;FOLDER;PRECOMPILED;OPTIMISE"
                        "EXPOSES;USES;PUBLIC_LIBS;PRIVATE_LIBS;SOURCES;HEADERS" ${ARGN})
  if(NOT ARG_INCLUDE)
    set(ARG_INCLUDE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  endif()
  if(NOT ARG_FOLDER)
    set(ARG_FOLDER ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  if(ARG_SOURCES)
    add_library(decapod_${ARG_NAME} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(decapod_${ARG_NAME} PRIVATE decapod_warnings)
    target_include_directories(decapod_${ARG_NAME} PRIVATE ${ARG_FOLDER})
  else()
    add_library(decapod_${ARG_NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(decapod::${ARG_NAME} ALIAS decapod_${ARG_NAME})
  target_include_directories(decapod_${ARG_NAME} ${scope} ${ARG_INCLUDE})
  list(TRANSFORM ARG_EXPOSES PREPEND decapod::)
  list(TRANSFORM ARG_USES PREPEND decapod::)
  target_link_libraries(decapod_${ARG_NAME} ${scope} ${ARG_EXPOSES} ${ARG_PUBLIC_LIBS})
  if(ARG_SOURCES)
    target_link_libraries(decapod_${ARG_NAME} PRIVATE ${ARG_USES} ${ARG_PRIVATE_LIBS})
    if(NOT ARG_PRECOMPILED)
      set(ARG_PRECOMPILED library)
    endif()
    # GCC takes no precompiled header that was compiled for the other aim.
    if(ARG_OPTIMISE STREQUAL "speed" AND CMAKE_BUILD_TYPE STREQUAL "Release")
      target_compile_options(decapod_${ARG_NAME} PRIVATE -O2)
    else()
      decapod_precompile(decapod_${ARG_NAME} ${ARG_PRECOMPILED})
    endif()
  endif()
endfunction()
