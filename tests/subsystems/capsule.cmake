find_path(DECAPOD_RAPIDCHECK rapidcheck.h REQUIRED)
find_library(DECAPOD_RAPIDCHECK_LIBRARY rapidcheck REQUIRED)

decapod_test(NAME capsule_selection SOURCES capsule_selection_tests.cpp LAYERS capsule_selection
             LIBS ${DECAPOD_RAPIDCHECK_LIBRARY})
target_include_directories(decapod_capsule_selection_tests SYSTEM PRIVATE ${DECAPOD_RAPIDCHECK})
decapod_test(NAME capsule_record SOURCES capsule_record_tests.cpp LAYERS capsule_record governance)
# Handlers over a real database, as the broker calls them.
decapod_test(NAME capsule
  SOURCES capsule_fixture.cpp capsule_denials_tests.cpp capsule_issue_tests.cpp capsule_verify_tests.cpp
          capsule_gates_tests.cpp
  LAYERS capsule capsule_record capsule_selection todo_api contract governance storage test_support)
