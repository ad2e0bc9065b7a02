# Applied to every target, because a sanitizer that sees half of a program reports nonsense.
if(DECAPOD_SANITIZE STREQUAL "address+undefined")
  # Not the types of objects: to look at one, the sanitizer makes a pipe, and where a test leaves no descriptor it finds
  # every object to be of another type.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(DECAPOD_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(DECAPOD_SANITIZE)
  message(FATAL_ERROR "DECAPOD_SANITIZE is '${DECAPOD_SANITIZE}': use address+undefined or thread")
endif()
if(DECAPOD_SANITIZE AND DECAPOD_STATIC)
  message(FATAL_ERROR "a sanitizer build cannot be static: leave DECAPOD_STATIC off")
endif()
# Every unit counts its edges; only a fuzz target links the fuzzer itself.
if(DECAPOD_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "DECAPOD_FUZZ needs Clang")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
