// The entry of libFuzzer; WMCLIENTS_FUZZ_TARGET is the target's function.

#include <fuzz/targets.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    wmclients::fuzz::WMCLIENTS_FUZZ_TARGET({data, size});
    return 0;
}
