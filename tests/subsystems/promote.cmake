# Promotions under the real engine with every subsystem of the program, and bundles as values.
find_path(DECAPOD_RAPIDCHECK rapidcheck.h REQUIRED)
find_library(DECAPOD_RAPIDCHECK_LIBRARY rapidcheck REQUIRED)

decapod_subsystem_names(every_subsystem)
decapod_test(NAME promote
  SOURCES policy_fixture.cpp promote_fixture.cpp promote_repository.cpp promote_world.cpp promote_record_tests.cpp
          promote_bundle_tests.cpp promote_gates_tests.cpp promote_knowledge_tests.cpp promote_release_tests.cpp
          promote_release_model_tests.cpp promote_verify_tests.cpp promote_property_tests.cpp promote_words_tests.cpp
  LAYERS broker broker_bench contract governance storage ledger promote_lineage knowledge_document workunit_document
         capsule_record
         ${every_subsystem} promote_verbs cli_kit test_support
  LIBS ${DECAPOD_RAPIDCHECK_LIBRARY})
target_include_directories(decapod_promote_tests SYSTEM PRIVATE ${DECAPOD_RAPIDCHECK})
target_include_directories(decapod_promote_tests PRIVATE ${PROJECT_SOURCE_DIR}/broker/subsystems
                           ${PROJECT_SOURCE_DIR}/tests/governance)
