add_executable(unit_producer_test
  producer/composer_test.cpp
  producer/create_reader_test.cpp
  producer/credits_reader_test.cpp
  producer/host_rules_test.cpp
  producer/lyrics_test.cpp
  producer/task_reader_test.cpp
  producer/text_test.cpp
  producer/webhook_test.cpp)
target_link_libraries(unit_producer_test PRIVATE adapter_producer GTest::gtest_main)
discover_tests(unit_producer_test PROPERTIES ${computes} LABELS unit)
