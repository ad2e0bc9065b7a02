# Promotions under the real engine with every subsystem of the program, and bundles as values.
decapod_subsystem_names(every_subsystem)
decapod_test(NAME promote
  SOURCES policy_fixture.cpp promote_fixture.cpp promote_record_tests.cpp promote_bundle_tests.cpp
          promote_gates_tests.cpp promote_knowledge_tests.cpp promote_release_tests.cpp promote_verify_tests.cpp
          promote_property_tests.cpp promote_words_tests.cpp
  LAYERS broker broker_bench contract governance storage ledger promote_lineage knowledge_document workunit_document
         capsule_record
         ${every_subsystem} test_support)
target_include_directories(decapod_promote_tests PRIVATE ${PROJECT_SOURCE_DIR}/broker/subsystems
                           ${PROJECT_SOURCE_DIR}/tests/governance)
