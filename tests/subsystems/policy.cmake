# The policy under the real engine with every subsystem of the program; no command line, no sockets.
decapod_subsystem_names(every_subsystem)
decapod_test(NAME policy
  SOURCES policy_fixture.cpp policy_approvals_tests.cpp policy_gates_tests.cpp policy_operator_tests.cpp
          policy_routing_tests.cpp unused_tables_tests.cpp
  LAYERS broker broker_bench contract governance storage ledger ${every_subsystem} test_support)
target_include_directories(decapod_policy_tests PRIVATE ${PROJECT_SOURCE_DIR}/broker/subsystems
                           ${PROJECT_SOURCE_DIR}/tests/governance)
