add_executable(unit_s3_test
  s3/answer_reader_test.cpp
  s3/bucket_place_test.cpp
  s3/reply_test.cpp
  s3/signing_test.cpp
  s3/xml_element_test.cpp)
target_link_libraries(unit_s3_test PRIVATE adapter_s3 GTest::gtest_main)
discover_tests(unit_s3_test PROPERTIES ${computes} LABELS unit)
