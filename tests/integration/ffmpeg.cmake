add_executable(integration_ffmpeg_test
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/child_process_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/fake_programs_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/focus_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/heard.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/hostile_files_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/masters_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/media.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/queue_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ffmpeg/work_folder_test.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/child_process.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/eventually.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/scratch_folder.cpp)
target_link_libraries(integration_ffmpeg_test PRIVATE adapter_archive adapter_ffmpeg GTest::gtest_main)

# By suites, not by tests: the music is made once for each process.
foreach(suite ChildProcess FakePrograms Focus HostileFiles Masters Queue Turns WorkFolder)
  add_test(NAME ffmpeg.${suite} COMMAND integration_ffmpeg_test --gtest_filter=*${suite}.*:*${suite}/*)
  set_tests_properties(ffmpeg.${suite} PROPERTIES ${computes} LABELS integration)
endforeach()
