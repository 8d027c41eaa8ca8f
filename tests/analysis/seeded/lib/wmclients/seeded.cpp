#include "wmclients/seeded.hpp"

#include <cstdlib>

namespace wmclients {

int Seeded::sum(std::vector<std::string> texts) // clang-tidy: performance-unnecessary-value-param
{
    int sum = 0;
    for (const auto text : texts) {     // clang-tidy: performance-for-range-copy
        sum += std::atoi(text.c_str()); // clang-tidy: cert-err34-c
    }
    count_ = const_cast<Seeded*>(this)->count_ + 1; // clang-tidy: cppcoreguidelines-pro-type-const-cast
    if (count_ > 0) {
        return sum;
    } else { // clang-tidy: readability-else-after-return
        return 0;
    }
}

} // namespace wmclients
