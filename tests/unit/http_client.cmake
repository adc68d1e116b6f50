add_executable(unit_http_client_test
  http_client/policy_test.cpp
  http_client/url_test.cpp)
target_link_libraries(unit_http_client_test PRIVATE gateway_http_client GTest::gtest_main)
discover_tests(unit_http_client_test PROPERTIES ${computes} LABELS unit)
