add_executable(unit_core_test domain/job_test.cpp runtime/backoff_test.cpp runtime/blocking_threads_test.cpp
  runtime/coroutines_test.cpp runtime/digest_test.cpp
  runtime/json_text_test.cpp runtime/metrics_test.cpp runtime/text_test.cpp
  runtime/trace_context_test.cpp runtime/url_spelling_test.cpp)
target_link_libraries(unit_core_test PRIVATE gateway_domain GTest::gtest_main)
discover_tests(unit_core_test PROPERTIES ${computes} LABELS unit)

add_test(NAME Layering.IncludesGoDownhillOnly COMMAND ${CMAKE_CURRENT_LIST_DIR}/layering)
set_tests_properties(Layering.IncludesGoDownhillOnly PROPERTIES ${computes} LABELS layering)
