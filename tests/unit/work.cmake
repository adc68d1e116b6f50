add_executable(unit_work_test
  work/circuit_test.cpp work/clip_decisions_test.cpp work/clips_test.cpp work/look_decisions_test.cpp
  work/music_plan_test.cpp work/poll_timing_test.cpp work/submit_decisions_test.cpp work/worker_test.cpp)
target_link_libraries(unit_work_test PRIVATE gateway_work adapter_memory GTest::gtest_main)
discover_tests(unit_work_test PROPERTIES ${computes} LABELS unit)
