add_executable(unit_service_test
  service/gate_view_test.cpp service/generation_rules_test.cpp service/generations_test.cpp service/key_ring_test.cpp
  service/rate_meter_test.cpp)
target_link_libraries(unit_service_test PRIVATE gateway_service GTest::gtest_main)
discover_tests(unit_service_test PROPERTIES ${computes} LABELS unit)
