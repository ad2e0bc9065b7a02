# One file a subsystem: validate.cmake, todo.cmake; a subsystem without tests has none.
file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cmake)
foreach(list IN LISTS lists)
  include(${list})
endforeach()
