// CTest's fixture: `tael_test_postgres up|down FOLDER` keeps a private cluster for the tests that need one.
#include "tests/support/test_database.hpp"

#include <exception>
#include <iostream>
#include <string_view>

int main(int count, char** words) {
  const std::string_view verb = count == 3 ? words[1] : "";
  if (verb != "up" && verb != "down") {
    std::cerr << "usage: tael_test_postgres up|down FOLDER\n";
    return 2;
  }
  try {
    if (verb == "up")
      tael::testing::start_test_cluster(words[2]);
    else
      tael::testing::stop_test_cluster(words[2]);
  } catch (const std::exception& error) {
    std::cerr << "tael_test_postgres: " << error.what() << "\n";
    return 1;
  }
}
