# Work units over an engine, with a policy that the tests set.
decapod_test(NAME workunit
  SOURCES workunit_fixture.cpp workunit_rules_tests.cpp workunit_steps_tests.cpp workunit_units_tests.cpp
          workunit_proofs_tests.cpp workunit_gates_tests.cpp workunit_property_tests.cpp
  LAYERS workunit todo inspect broker contract governance storage test_support)
