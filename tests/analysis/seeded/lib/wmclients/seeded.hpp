#pragma once

#include <string>
#include <vector>

// What is wrong in these files is there to be found: a comment at the end of a line says by which tool, and
// as what.
namespace wmclients {

class Seeded {
  public:
    Seeded() {} // clang-tidy: cppcoreguidelines-pro-type-member-init // cppcheck: uninitMemberVar

    int sum(std::vector<std::string> all); // clang-tidy: readability-inconsistent-declaration-parameter-name

    bool empty() const
    {
        return words_.size() == 0; // clang-tidy: readability-container-size-empty
    }

  private:
    std::vector<std::string> words_;
    int count_;
};

} // namespace wmclients
