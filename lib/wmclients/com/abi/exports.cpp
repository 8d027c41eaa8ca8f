#include <wmclients/com/abi/result.hpp>
#include <wmclients/com/abi/writer_network_sink.hpp>
#include <wmclients/com/sink_assumptions.hpp>

namespace abi = wmclients::com::abi;

/// As wmvcore.dll exports it (wmsdkidl.h). @returns S_OK, E_OUTOFMEMORY, assumptions::null_pointer
extern "C" HRESULT STDMETHODCALLTYPE WMCreateWriterNetworkSink(abi::IWMWriterNetworkSink** sink);

HRESULT STDMETHODCALLTYPE WMCreateWriterNetworkSink(abi::IWMWriterNetworkSink** sink)
{
    return abi::guarded([&] {
        if (sink == nullptr) {
            return wmclients::com::assumptions::null_pointer;
        }
        *sink = new abi::WriterNetworkSink;
        return wmclients::Hresult::s_ok;
    });
}
