#include "wmclients/seeded.hpp"

#include <utility>

namespace wmclients {

std::size_t moved(std::string text)
{
    const std::string other = std::move(text);
    return other.size() + text.size(); // clang-tidy: bugprone-use-after-move
}

bool filled(Seeded words) // clang-tidy: performance-unnecessary-value-param // cppcheck: passedByValue
{
    return !words.empty();
}

int beyond(int number)
{
    const int numbers[2] = {number, number};
    if (number > 1) // clang-tidy: readability-braces-around-statements
        return 1;
    if (number) // clang-tidy: readability-implicit-bool-conversion
    {
        return number;
    }
    return numbers[2]; // cppcheck: arrayIndexOutOfBounds
}

} // namespace wmclients
