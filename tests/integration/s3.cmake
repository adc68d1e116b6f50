# One program for the whole suite: it starts a real object store, which takes a second.
add_executable(integration_s3_test
  ${CMAKE_CURRENT_LIST_DIR}/producer/fake_server.cpp
  ${CMAKE_CURRENT_LIST_DIR}/s3/broken_store_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/s3/faulty_store.cpp
  ${CMAKE_CURRENT_LIST_DIR}/s3/presigned_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/s3/s3_fixture.cpp
  ${CMAKE_CURRENT_LIST_DIR}/s3/tls_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/s3/uploads_test.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/child_process.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/eventually.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/http_client.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/s3_server.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/scratch_folder.cpp)
target_link_libraries(integration_s3_test PRIVATE adapter_s3 test_support Boost::json GTest::gtest_main)
target_compile_definitions(integration_s3_test PRIVATE S3_SERVER_PROGRAM="${PROJECT_SOURCE_DIR}/tests/support/s3/server.py")
add_test(NAME integration.s3 COMMAND integration_s3_test)
set_tests_properties(integration.s3 PROPERTIES ${computes} LABELS integration TIMEOUT 300 COST 60)
