decapod_test(NAME knowledge
  SOURCES handler_store.cpp knowledge_fixture.cpp knowledge_rules_tests.cpp knowledge_entries_tests.cpp
          knowledge_promotion_tests.cpp knowledge_queries_tests.cpp knowledge_gates_tests.cpp
  LAYERS knowledge knowledge_source contract storage lookup test_support)
