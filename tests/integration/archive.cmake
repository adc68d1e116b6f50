add_executable(integration_archive_test
  ${CMAKE_CURRENT_LIST_DIR}/archive/concurrency_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/archive/folder_archive_test.cpp)
target_link_libraries(integration_archive_test PRIVATE adapter_archive GTest::gtest_main)
discover_tests(integration_archive_test PROPERTIES ${computes} LABELS integration)
