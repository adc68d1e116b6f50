add_executable(unit_http_test
  ${CMAKE_CURRENT_LIST_DIR}/http/request_reader_cuts_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/request_reader_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/request_target_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/response_head_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/routes_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/seats_test.cpp)
target_link_libraries(unit_http_test PRIVATE gateway_http GTest::gtest_main)
discover_tests(unit_http_test PROPERTIES ${computes} LABELS unit)
