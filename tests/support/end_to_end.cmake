# The harness that drives the real programs black-box. Included by whichever folder of tests comes first.
if(TARGET end_to_end_support)
  return()
endif()
add_library(end_to_end_support STATIC
  ${CMAKE_CURRENT_LIST_DIR}/child_process.cpp
  ${CMAKE_CURRENT_LIST_DIR}/contract_proxy.cpp
  ${CMAKE_CURRENT_LIST_DIR}/contract_watch.cpp
  ${CMAKE_CURRENT_LIST_DIR}/eventually.cpp
  ${CMAKE_CURRENT_LIST_DIR}/gateway_process.cpp
  ${CMAKE_CURRENT_LIST_DIR}/heard_audio.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http_client.cpp
  ${CMAKE_CURRENT_LIST_DIR}/http_responder.cpp
  ${CMAKE_CURRENT_LIST_DIR}/music_client.cpp
  ${CMAKE_CURRENT_LIST_DIR}/prism_dialect.cpp
  ${CMAKE_CURRENT_LIST_DIR}/scratch_folder.cpp
  ${CMAKE_CURRENT_LIST_DIR}/simulator_process.cpp
  ${CMAKE_CURRENT_LIST_DIR}/stage.cpp)
target_link_libraries(end_to_end_support PUBLIC
  gateway_build_flags test_support Boost::json GTest::gtest PRIVATE OpenSSL::Crypto)
target_compile_definitions(end_to_end_support PRIVATE
  GATEWAY_PROGRAM="$<TARGET_FILE:music-gateway>"
  SIMULATOR_PROGRAM="$<TARGET_FILE:producer-simulator>"
  CONTRACT_FOLDER="${CMAKE_CURRENT_LIST_DIR}/../end_to_end/prism")
