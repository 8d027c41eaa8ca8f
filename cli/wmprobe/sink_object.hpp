#pragma once

#include "com_pointer.hpp"

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>
#include <wmclients/com/abi/wmsdk.hpp>

#include <string>

namespace probe {

namespace abi = wmclients::com::abi;

/// WMCreateWriterNetworkSink (wmsdkidl.h).
using CreateSink = HRESULT(STDMETHODCALLTYPE*)(abi::IWMWriterNetworkSink**);

/// Loads `dll`, which stays loaded, and finds its WMCreateWriterNetworkSink.
wmclients::Expected<CreateSink> find_creator(const std::string& dll);

/// Loads `dll` and creates its writer network sink. The DLL stays loaded.
///
/// Wine's wmvcore.dll has only a stub, which raises an exception: it is named, and the program ends with
/// exit code 4.
wmclients::Expected<ComPointer<abi::IWMWriterNetworkSink>> create_sink(const std::string& dll);

/// A buffer of the sink with these bytes; `buffer` is empty if that fails. @returns the result of the call
/// that failed, or S_OK
HRESULT fill_buffer(abi::IWMWriterNetworkSink& sink, wmclients::Bytes bytes, ComPointer<INSSBuffer>& buffer);

} // namespace probe
