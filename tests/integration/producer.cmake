add_executable(integration_producer_test
  producer/client_test.cpp
  producer/download_test.cpp
  producer/tls_test.cpp
  producer/fake_server.cpp)
target_link_libraries(integration_producer_test PRIVATE adapter_producer test_support GTest::gtest_main)
gtest_discover_tests(integration_producer_test NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES ${computes} LABELS integration)
