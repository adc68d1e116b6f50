add_executable(unit_config_test
  ${CMAKE_CURRENT_LIST_DIR}/config/command_line_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/default_file_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/hostile_file_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/keys_file_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/load_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/new_key_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/print_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/references_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/rules_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/config/scalars_test.cpp)
target_link_libraries(unit_config_test PRIVATE gateway_config GTest::gmock GTest::gtest_main)
target_compile_definitions(unit_config_test PRIVATE GATEWAY_DEFAULT_CONFIG="${PROJECT_SOURCE_DIR}/config/gateway.yaml")
discover_tests(unit_config_test PROPERTIES ${computes} LABELS unit)
