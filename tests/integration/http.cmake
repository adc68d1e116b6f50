add_executable(integration_http_test
  ${CMAKE_CURRENT_LIST_DIR}/http/drain_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/hostile_clients_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/limits_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/listener_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/raw_client.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/requests_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/scripted_handler.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/seats_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/streams_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/test_server.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http/tls_test.cpp)
target_link_libraries(integration_http_test PRIVATE gateway_http test_support GTest::gtest_main)
discover_tests(integration_http_test PROPERTIES ${computes} LABELS integration)
