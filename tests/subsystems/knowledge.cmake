decapod_test(NAME knowledge
  SOURCES handler_store.cpp knowledge_fixture.cpp knowledge_rules_tests.cpp knowledge_entries_tests.cpp
          knowledge_promotion_tests.cpp knowledge_queries_tests.cpp knowledge_gates_tests.cpp
  LAYERS knowledge knowledge_document knowledge_source contract storage lookup test_support)

# The same under the engine, with a subsystem that promotes.
decapod_test(NAME knowledge_promotions
  SOURCES knowledge_engine_tests.cpp
  LAYERS knowledge knowledge_document inspect broker contract storage test_support)
