add_executable(unit_media_test
  ${CMAKE_CURRENT_LIST_DIR}/media/media_probe_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/media/mp4_probe_test.cpp)
target_link_libraries(unit_media_test PRIVATE gateway_media GTest::gtest_main)
target_compile_definitions(unit_media_test PRIVATE
  GATEWAY_TEST_MEDIA="${PROJECT_SOURCE_DIR}/tests/simulator/media")
discover_tests(unit_media_test PROPERTIES ${computes} LABELS unit)
