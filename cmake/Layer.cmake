# decapod_layer(NAME name
#               EXPOSES layer...     layers that the public headers name: users see them too
#               USES layer...        layers that only the .cpp files name: users do not see them
#               PUBLIC_LIBS/PRIVATE_LIBS third_party::x...
#               SOURCES file...      HEADERS file... (below include/)
#               POINTS file...       sources that name crash points; no other file of the layer can
#               PRECOMPILED set      of cmake/Precompiled.cmake; library by default
#               OPTIMISE speed       it runs in loops: -O2 where the rest of a release is built for size
#               SIZED file...)       sources of such a layer that run once, if at all: built for size
#
# One static library with an include root of its own. A layer that is not declared is not on the include path,
# so naming its header does not compile; tests/layers holds the proof.
function(decapod_layer)
  cmake_parse_arguments(ARG "" "NAME;INCLUDE;FOLDER;PRECOMPILED;OPTIMISE"
                        "EXPOSES;USES;PUBLIC_LIBS;PRIVATE_LIBS;SOURCES;HEADERS;POINTS;SIZED" ${ARGN})
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
    decapod_aim(decapod_${ARG_NAME})
  endif()
  if(ARG_SIZED)
    decapod_sized_of_layer()
  endif()
  if(ARG_POINTS)
    decapod_points_of_layer(silent crash)
    target_sources(decapod_${ARG_NAME} PRIVATE $<TARGET_OBJECTS:decapod_${ARG_NAME}_silent>)
    if(DECAPOD_TESTS)
      decapod_points_of_layer(deadly crash_points)
      set_property(GLOBAL APPEND PROPERTY DECAPOD_DEADLY decapod_${ARG_NAME}_deadly)
    endif()
  endif()
endfunction()

# The files of the layer being declared that are built for size, compiled as decapod_<layer>_sized.
macro(decapod_sized_of_layer)
  set(sized decapod_${ARG_NAME}_sized)
  add_library(${sized} OBJECT ${ARG_SIZED})
  target_include_directories(${sized} PRIVATE ${ARG_FOLDER} ${ARG_INCLUDE})
  target_link_libraries(${sized} PRIVATE ${ARG_EXPOSES} ${ARG_USES} ${ARG_PUBLIC_LIBS} ${ARG_PRIVATE_LIBS}
                        decapod_warnings)
  decapod_precompile(${sized} library)
  target_sources(decapod_${ARG_NAME} PRIVATE $<TARGET_OBJECTS:${sized}>)
endmacro()

# The files of the layer being declared that have crash points, compiled as decapod_<layer>_<kind> with points that
# `crash` makes: silent ones for the product, deadly ones for the program that tests kill.
macro(decapod_points_of_layer kind crash)
  set(points decapod_${ARG_NAME}_${kind})
  add_library(${points} OBJECT ${ARG_POINTS})
  target_include_directories(${points} PRIVATE ${ARG_FOLDER} ${ARG_INCLUDE})
  target_link_libraries(${points} PRIVATE decapod::${crash} ${ARG_EXPOSES} ${ARG_USES} ${ARG_PUBLIC_LIBS}
                        ${ARG_PRIVATE_LIBS} decapod_warnings)
  decapod_aim(${points})
endmacro()

# How the sources of the layer being declared are compiled.
macro(decapod_aim target)
  if("${ARG_OPTIMISE}" STREQUAL "speed")
    decapod_precompile(${target} loops)
  else()
    decapod_precompile(${target} ${ARG_PRECOMPILED})
  endif()
endmacro()

# decapod_link_deadly(program): its files with crash points are those that kill. They come as objects, so that what the
# layers' libraries hold under the same names is never asked for.
function(decapod_link_deadly program)
  get_property(deadly GLOBAL PROPERTY DECAPOD_DEADLY)
  foreach(points IN LISTS deadly)
    target_sources(${program} PRIVATE $<TARGET_OBJECTS:${points}>)
  endforeach()
  target_link_libraries(${program} PRIVATE decapod::crash_points)
endfunction()
