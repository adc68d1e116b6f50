add_executable(integration_producer_test
  producer/client_test.cpp
  producer/download_test.cpp
  producer/tls_test.cpp
  producer/fake_server.cpp)
target_link_libraries(integration_producer_test PRIVATE adapter_producer test_support GTest::gtest_main)
discover_tests(integration_producer_test PROPERTIES ${computes} LABELS integration)
