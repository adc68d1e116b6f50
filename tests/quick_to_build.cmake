# How all tests are compiled: in a hurry, since each runs about once after that. What they test is optimized as in production, and so
# is the simulator, which serves the bench too.

# compiled_below(<variable> <folder>): the targets there, and in its folders.
function(compiled_below variable folder)
  set(found)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    if(type MATCHES "EXECUTABLE|STATIC_LIBRARY")
      list(APPEND found ${target})
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(each ${folders})
    compiled_below(deeper ${each})
    list(APPEND found ${deeper})
  endforeach()
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

# A precompiled header is taken only where options and macros are the same, so what the libraries define for their users is for all.
add_library(test_build_flags INTERFACE)
target_compile_options(test_build_flags INTERFACE -O0)
target_compile_definitions(test_build_flags INTERFACE _FILE_OFFSET_BITS=64)
target_link_libraries(test_build_flags INTERFACE Boost::json GTest::gtest)

compiled_below(tests ${CMAKE_CURRENT_SOURCE_DIR})
list(REMOVE_ITEM tests producer-simulator)
foreach(test ${tests})
  target_link_libraries(${test} PRIVATE test_build_flags)
endforeach()

if(GATEWAY_PRECOMPILE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Lets ccache see which precompiled header was read.
    target_compile_options(test_build_flags INTERFACE -fpch-preprocess)
  endif()
  set(nothing ${CMAKE_CURRENT_BINARY_DIR}/precompiled_for_tests.cpp)
  file(CONFIGURE OUTPUT ${nothing} CONTENT "")
  add_library(precompiled_for_tests OBJECT ${nothing})
  target_link_libraries(precompiled_for_tests PRIVATE gateway_build_flags boost_asio test_build_flags)
  target_precompile_headers(precompiled_for_tests PRIVATE support/precompiled.hpp)
  foreach(test ${tests})
    target_precompile_headers(${test} REUSE_FROM precompiled_for_tests)
  endforeach()
endif()
