#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/com/abi/wmsdk.hpp>

namespace wmclients::com::abi {

/// A buffer of `size` bytes, all of them zero and in use, with one reference: what IWMWriterSink's
/// AllocateDataUnit gives. Its methods may be called on any thread, as long as nobody else changes it.
/// @throws std::bad_alloc
INSSBuffer* make_data_unit(DWORD size);

/// The part of a buffer in use, valid as long as the buffer and until it is changed. @returns S_OK, or the
/// buffer's own failure; E_UNEXPECTED if it has a length but no bytes.
HRESULT bytes_of(INSSBuffer& buffer, Bytes& bytes);

} // namespace wmclients::com::abi
