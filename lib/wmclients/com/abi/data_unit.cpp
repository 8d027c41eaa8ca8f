#include <wmclients/com/abi/data_unit.hpp>
#include <wmclients/com/abi/result.hpp>
#include <wmclients/com/sink_assumptions.hpp>

#include <atomic>
#include <cstdint>
#include <vector>

namespace wmclients::com::abi {
namespace {

class DataUnit final : public INSSBuffer {
  public:
    explicit DataUnit(DWORD size) : bytes_(size), length_(size) {}

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override
    {
        if (object == nullptr) {
            return to_hresult(Hresult::e_pointer);
        }
        const bool known = IsEqualGUID(iid, IID_IUnknown) || IsEqualGUID(iid, iid_nss_buffer);
        *object = known ? static_cast<INSSBuffer*>(this) : nullptr;
        if (!known) {
            return to_hresult(Hresult::e_nointerface);
        }
        AddRef();
        return S_OK;
    }

    ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }

    ULONG STDMETHODCALLTYPE Release() override
    {
        const ULONG left = --references_;
        if (left == 0) {
            delete this;
        }
        return left;
    }

    HRESULT STDMETHODCALLTYPE GetLength(DWORD* length) override
    {
        if (length == nullptr) {
            return to_hresult(assumptions::null_pointer);
        }
        *length = length_;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE SetLength(DWORD length) override
    {
        if (length > bytes_.size()) {
            return to_hresult(assumptions::length_too_large);
        }
        length_ = length;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE GetMaxLength(DWORD* length) override
    {
        if (length == nullptr) {
            return to_hresult(assumptions::null_pointer);
        }
        *length = static_cast<DWORD>(bytes_.size());
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE GetBuffer(BYTE** buffer) override
    {
        if (buffer == nullptr) {
            return to_hresult(assumptions::null_pointer);
        }
        *buffer = bytes_.data();
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE GetBufferAndLength(BYTE** buffer, DWORD* length) override
    {
        if (buffer == nullptr || length == nullptr) {
            return to_hresult(assumptions::null_pointer);
        }
        *buffer = bytes_.data();
        *length = length_;
        return S_OK;
    }

  private:
    ~DataUnit() = default;

    std::atomic<ULONG> references_ = 1;
    std::vector<std::uint8_t> bytes_;
    DWORD length_;
};

} // namespace

INSSBuffer* make_data_unit(DWORD size)
{
    return new DataUnit{size};
}

HRESULT bytes_of(INSSBuffer& buffer, Bytes& bytes)
{
    BYTE* data = nullptr;
    DWORD length = 0;
    const HRESULT result = buffer.GetBufferAndLength(&data, &length);
    if (FAILED(result)) {
        return result;
    }
    if (data == nullptr && length != 0) {
        return to_hresult(Hresult::e_unexpected);
    }
    bytes = {data, length};
    return S_OK;
}

} // namespace wmclients::com::abi
