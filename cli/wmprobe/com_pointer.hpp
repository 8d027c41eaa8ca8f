#pragma once

#include <unknwn.h>

#include <utility>

namespace probe {

/// Owns one reference to a COM object.
template <typename Interface>
class ComPointer {
  public:
    ComPointer() = default;

    /// Takes the reference over.
    explicit ComPointer(Interface* object) : object_(object) {}

    ComPointer(ComPointer&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}

    ComPointer& operator=(ComPointer&& other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }

    ComPointer(const ComPointer&) = delete;
    ComPointer& operator=(const ComPointer&) = delete;

    ~ComPointer()
    {
        if (object_ != nullptr) {
            object_->Release();
        }
    }

    [[nodiscard]] Interface* get() const { return object_; }

    Interface* operator->() const { return object_; }

    explicit operator bool() const { return object_ != nullptr; }

    /// Another interface of the object; empty if it does not have it.
    template <typename Other>
    [[nodiscard]] ComPointer<Other> query(const IID& iid) const
    {
        void* found = nullptr;
        return SUCCEEDED(object_->QueryInterface(iid, &found)) ? ComPointer<Other>{static_cast<Other*>(found)}
                                                               : ComPointer<Other>{};
    }

  private:
    Interface* object_ = nullptr;
};

} // namespace probe
