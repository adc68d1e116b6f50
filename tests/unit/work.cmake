add_executable(unit_work_test work/submit_decisions_test.cpp work/look_decisions_test.cpp work/poll_timing_test.cpp)
target_link_libraries(unit_work_test PRIVATE gateway_work GTest::gtest_main)
gtest_discover_tests(unit_work_test PROPERTIES LABELS unit)
