# A subsystem's handlers over a real database in a scratch folder; no broker, no sockets.
find_path(DECAPOD_RAPIDCHECK rapidcheck.h REQUIRED)
find_library(DECAPOD_RAPIDCHECK_LIBRARY rapidcheck REQUIRED)

decapod_test(NAME todo
  SOURCES handler_store.cpp todo_fixture.cpp todo_rules_tests.cpp todo_items_tests.cpp todo_claims_tests.cpp
          todo_lease_tests.cpp todo_links_tests.cpp todo_link_property_tests.cpp todo_queries_tests.cpp
          todo_transfer_tests.cpp todo_beads_tests.cpp todo_breadth_tests.cpp todo_gates_tests.cpp
          todo_search_behind_tests.cpp todo_search_merges_tests.cpp
          todo_search_stores_tests.cpp todo_stats_tests.cpp todo_work_facts_tests.cpp
  LAYERS todo todo_verbs todo_record contract storage test_support
  LIBS ${DECAPOD_RAPIDCHECK_LIBRARY})
target_include_directories(decapod_todo_tests SYSTEM PRIVATE ${DECAPOD_RAPIDCHECK})
