decapod_test(NAME validate_scan SOURCES validate_scan_test.cpp LAYERS validate_scan)
target_compile_definitions(decapod_validate_scan_tests PRIVATE
                           DECAPOD_SCAN_SAMPLES="${PROJECT_SOURCE_DIR}/tests/scan_samples")
decapod_test(NAME validate_rules SOURCES validate_rules_test.cpp validate_pins_test.cpp
             LAYERS validate_config validate_pins audit)
decapod_test(NAME validate SOURCES validate_verb_test.cpp LAYERS test_support)
target_compile_definitions(decapod_validate_tests PRIVATE DECAPOD_SOURCE_TREE="${PROJECT_SOURCE_DIR}")
add_dependencies(decapod_validate_tests decapod)
