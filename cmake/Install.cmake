# What a package of decapod holds: the binary, the licence and what a user reads.
include(GNUInstallDirs)
if(TARGET decapod)
  install(TARGETS decapod RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Kept apart because both folders' files are called README.md in the tree.
install(FILES election/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME ELECTION.md)
install(FILES ipc/PROTOCOL.md audit/FORMAT.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
