add_executable(unit_archive_test
  ${CMAKE_CURRENT_LIST_DIR}/archive/media_probe_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/archive/mp4_probe_test.cpp)
target_link_libraries(unit_archive_test PRIVATE adapter_archive GTest::gtest_main)
target_compile_definitions(unit_archive_test PRIVATE
  GATEWAY_TEST_MEDIA="${PROJECT_SOURCE_DIR}/tests/simulator/media")
gtest_discover_tests(unit_archive_test NO_PRETTY_VALUES PROPERTIES LABELS unit)
