add_executable(unit_ffmpeg_test
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/command_lines_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/envelope_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/loudness_plan_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/plan_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/readings_test.cpp)
target_link_libraries(unit_ffmpeg_test PRIVATE adapter_ffmpeg GTest::gtest_main)
discover_tests(unit_ffmpeg_test PROPERTIES ${computes} LABELS unit)
