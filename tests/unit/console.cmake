add_executable(unit_console_test
  ${CMAKE_CURRENT_LIST_DIR}/console/access_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/console/console_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/console/overview_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/console/page_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/console/search_query_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/console/timeline_test.cpp)
target_link_libraries(unit_console_test PRIVATE gateway_console GTest::gmock GTest::gtest_main)
discover_tests(unit_console_test PROPERTIES ${computes} LABELS unit)
