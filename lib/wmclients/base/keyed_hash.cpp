#include <wmclients/base/keyed_hash.hpp>

#include <random>

namespace wmclients {

HashKey HashKey::random()
{
    std::random_device device;
    const auto word = [&] { return std::uint64_t{device()} << 32 | device(); };
    const std::uint64_t first = word();
    return {first, word()};
}

} // namespace wmclients
