#pragma once

#include <wmclients/base/hresult.hpp>
#include <wmclients/com/abi/wmsdk.hpp>

#include <cstdint>
#include <new>
#include <stdexcept>

namespace wmclients::com::abi {

/// Our results as Windows' type.
constexpr HRESULT to_hresult(Hresult result)
{
    return static_cast<HRESULT>(static_cast<std::uint32_t>(result));
}

/// What a method does (a call that gives an Hresult): no exception may leave a COM method, whose caller may
/// be of any language.
template <typename Method>
HRESULT guarded(Method method) noexcept
{
    try {
        return to_hresult(method());
    } catch (const std::bad_alloc&) {
        return to_hresult(Hresult::e_outofmemory);
    } catch (const std::length_error&) { // more than can be had at all
        return to_hresult(Hresult::e_outofmemory);
    } catch (...) {
        return to_hresult(Hresult::e_unexpected);
    }
}

} // namespace wmclients::com::abi
