add_executable(integration_redis_test
  ${CMAKE_CURRENT_LIST_DIR}/redis_connection_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis_cuts_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis_known_jobs_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis_replicas_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis_sentinel_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis_store_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis_tls_test.cpp)
target_link_libraries(integration_redis_test PRIVATE adapter_redis test_support OpenSSL::Crypto GTest::gtest_main)
discover_tests(integration_redis_test PROPERTIES ${computes} LABELS integration)
