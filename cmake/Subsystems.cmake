# A subsystem is one folder in broker/subsystems and one line in subsystems.def. Out of the folder come three targets:
#   <name>_api    include/decapod/<name>/: its request types; all that others may include
#   <name>        every .cpp but verbs*.cpp: handlers, rules, SQL. Sees storage and the contract
#   <name>_verbs  verbs*.cpp: rendering and gathering. Sees the command-line kit, cannot see storage
# One that is marked "governed" sees the governance layer in all three.
# A folder below it that has a CMakeLists.txt is a layer, decapod::<name>_<folder>: a pure one, which both may use, or
# one for the verbs alone, if its name begins with "verbs_".
# schema.sql becomes the header <name>_schema.h, whose one constant is decapod::<name>::sql::schema.

function(decapod_subsystem_names out)
  file(STRINGS ${PROJECT_SOURCE_DIR}/broker/subsystems/subsystems.def lines REGEX "^DECAPOD_SUBSYSTEM")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/broker/subsystems/subsystems.def)
  list(TRANSFORM lines REPLACE "^DECAPOD_SUBSYSTEM\\(([a-z_]+).*" "\\1")
  set(${out} ${lines} PARENT_SCOPE)
endfunction()

# The layers that a subsystem's handlers see besides those of every subsystem.
function(decapod_subsystem_sees name out)
  file(STRINGS ${PROJECT_SOURCE_DIR}/broker/subsystems/subsystems.def line REGEX "^DECAPOD_SUBSYSTEM\\(${name}\\)")
  set(layers "")
  if(line MATCHES "sees: *([a-z_ ]+)")
    string(REGEX MATCHALL "[a-z_]+" layers "${CMAKE_MATCH_1}")
  endif()
  set(${out} ${layers} PARENT_SCOPE)
endfunction()

# The layers that a subsystem's verbs see besides those of every subsystem.
function(decapod_subsystem_verbs_see name out)
  file(STRINGS ${PROJECT_SOURCE_DIR}/broker/subsystems/subsystems.def line REGEX "^DECAPOD_SUBSYSTEM\\(${name}\\)")
  set(layers "")
  if(line MATCHES "verbs see: *([a-z_ ]+)")
    string(REGEX MATCHALL "[a-z_]+" layers "${CMAKE_MATCH_1}")
  endif()
  set(${out} ${layers} PARENT_SCOPE)
endfunction()

# The pure layers that its requests and verbs see besides decapod::base.
function(decapod_subsystem_governed name out)
  file(STRINGS ${PROJECT_SOURCE_DIR}/broker/subsystems/subsystems.def line REGEX "^DECAPOD_SUBSYSTEM\\(${name}\\)")
  set(${out} "" PARENT_SCOPE)
  if(line MATCHES "//.*governed")
    set(${out} governance PARENT_SCOPE)
  endif()
endfunction()

function(decapod_embed_sql name folder)
  file(GLOB scripts CONFIGURE_DEPENDS ${folder}/*.sql)
  foreach(script IN LISTS scripts)
    get_filename_component(stem ${script} NAME_WE)
    file(READ ${script} sql)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
    set(header ${PROJECT_BINARY_DIR}/generated/${name}/${name}_${stem}.h)
    string(CONCAT text "#pragma once\n#include <string_view>\nnamespace decapod::${name}::sql {\n"
           "inline constexpr std::string_view ${stem} = R\"~sql~(${sql})~sql~\";\n}\n")
    file(CONFIGURE OUTPUT ${header} CONTENT "${text}" @ONLY)
  endforeach()
endfunction()

function(decapod_subsystem name)
  set(folder ${PROJECT_SOURCE_DIR}/broker/subsystems/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  set(verbs ${sources})
  list(FILTER verbs INCLUDE REGEX "/verbs[^/]*\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/verbs[^/]*\\.cpp$")
  decapod_embed_sql(${name} ${folder})

  decapod_subsystem_governed(${name} governed)
  decapod_layer(NAME ${name}_api INCLUDE ${folder}/include EXPOSES base fields ${governed})
  file(GLOB lists CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*/CMakeLists.txt)
  list(TRANSFORM lists REPLACE "/CMakeLists.txt" "" OUTPUT_VARIABLE parts)
  foreach(part IN LISTS parts)
    add_subdirectory(${folder}/${part} ${PROJECT_BINARY_DIR}/subsystems/${name}/${part})
  endforeach()
  list(TRANSFORM parts PREPEND ${name}_)
  set(verb_parts ${parts})
  list(FILTER parts EXCLUDE REGEX "^${name}_verbs_")
  decapod_subsystem_verbs_see(${name} verbs_see)

  decapod_layer(NAME ${name} INCLUDE ${folder} FOLDER ${folder}
    EXPOSES ${name}_api
    USES contract storage ${parts} ${ARGN}
                SOURCES ${sources})
  target_include_directories(decapod_${name} PRIVATE ${folder} ${PROJECT_BINARY_DIR}/generated/${name})
  decapod_layer(NAME ${name}_verbs INCLUDE ${folder} FOLDER ${folder} EXPOSES ${name}_api cli_kit
    USES ${verb_parts} ${verbs_see}
                SOURCES ${verbs})
endfunction()

function(decapod_subsystems)
  decapod_subsystem_names(names)
  foreach(name IN LISTS names)
    decapod_subsystem_sees(${name} seen)
    decapod_subsystem(${name} ${seen})
  endforeach()
endfunction()
