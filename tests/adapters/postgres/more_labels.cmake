# Read by CTest after the tests are known: gtest_discover_tests cannot give a test two labels.
set_tests_properties(${store_threads_test_TESTS} PROPERTIES LABELS "postgres;threads")
