add_executable(unit_redis_test
  ${CMAKE_CURRENT_LIST_DIR}/redis/address_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis/codec_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis/outcome_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis/read_cache_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis/reply_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/redis/sentinel_test.cpp)
target_link_libraries(unit_redis_test PRIVATE adapter_redis gateway_config GTest::gmock GTest::gtest_main)
discover_tests(unit_redis_test PROPERTIES ${computes} LABELS unit)
