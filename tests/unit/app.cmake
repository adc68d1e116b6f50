add_executable(unit_app_test app/measured_store_test.cpp app/metrics_page_test.cpp)
target_link_libraries(unit_app_test PRIVATE gateway_app GTest::gtest_main)
discover_tests(unit_app_test PROPERTIES ${computes} LABELS unit)
