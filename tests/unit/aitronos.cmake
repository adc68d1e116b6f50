add_executable(unit_aitronos_test
  aitronos/byte_range_test.cpp aitronos/credentials_test.cpp aitronos/envelope_test.cpp aitronos/face_create_test.cpp
  aitronos/face_routes_test.cpp aitronos/idempotency_key_test.cpp aitronos/job_json_test.cpp
  aitronos/list_query_test.cpp aitronos/media_test.cpp aitronos/openapi_test.cpp aitronos/order_reader_test.cpp aitronos/playback_url_test.cpp)
target_link_libraries(unit_aitronos_test PRIVATE adapter_aitronos GTest::gtest_main)
discover_tests(unit_aitronos_test PROPERTIES ${computes} LABELS unit)
