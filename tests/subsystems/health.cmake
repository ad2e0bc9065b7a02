decapod_test(NAME health
  SOURCES handler_store.cpp health_rules_tests.cpp health_claims_tests.cpp
  LAYERS health contract storage lookup test_support)
