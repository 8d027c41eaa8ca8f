#pragma once

#include <wmclients/base/json.hpp>

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace probe {

/// Thrown where a case, or all that follow in a scene, cannot be answered on this machine or with this DLL.
struct NotAnswered {
    std::string why;
};

/// What a scene (contract_scenes.hpp) finds out, a line of JSON each on standard output for the program that
/// started this process: {"begin": CASE}, {"case": CASE, "given": …, "observed": …}, {"case": CASE,
/// "why_not": …}, {"failed": …} where a scene cannot go on, and {"exception": …} as the last one.
class Report {
  public:
    /// @param skip cases that are passed over: they ended the process before
    explicit Report(std::set<std::string, std::less<>> skip) : skip_(std::move(skip)) {}

    using Observe = std::function<wmclients::Json()>;

    /// A case of com::contract_cases(): what is observed. @param given what was there, for who compares
    void ask(std::string_view name, const Observe& observe,
             const wmclients::Json& given = wmclients::Json::object());

    /// A scene, or a part of one that stands by itself.
    static void part(const std::function<void()>& scene);

  private:
    std::set<std::string, std::less<>> skip_;
};

/// From now on an exception that nobody handles ends the process with a line that names it and its module.
void report_exceptions();

} // namespace probe
