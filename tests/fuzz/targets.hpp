#pragma once

#include <wmclients/base/bytes.hpp>

#include <span>
#include <string_view>

namespace wmclients::fuzz {

/// What is fuzzed: a function that reads hostile bytes as the program would. What it finds it throws
/// (std::logic_error); memory errors and undefined behaviour are the sanitizers' to find.
struct Target {
    std::string_view name; ///< of its program, its corpus and its regressions
    void (*run)(Bytes input);
};

/// All of them. One file each; it says what an input is, and what is claimed of it.
std::span<const Target> targets();

void capture_file(Bytes input);
void packets(Bytes input);
void segments(Bytes input);
void session(Bytes input);
void event_log(Bytes input);
void dns_message(Bytes input);
void asf_file(Bytes input);
void sink_requests(Bytes input);

/// A claim about the input. @throws std::logic_error with `claim` if it does not hold
void require(bool holds, const char* claim);

} // namespace wmclients::fuzz
