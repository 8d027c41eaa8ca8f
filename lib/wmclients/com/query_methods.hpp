#pragma once

#include <wmclients/base/hresult.hpp>
#include <wmclients/base/json.hpp>
#include <wmclients/com/client_connections.hpp>

#include <array>
#include <cstdint>

namespace wmclients::com {

/// The methods of IWMClientConnections and IWMClientConnections2, of a COM object or of
/// com::ClientConnections: whoever has them can be asked the same questions. Results are whatever the object
/// gives.
class QueryMethods {
  public:
    QueryMethods() = default;
    QueryMethods(const QueryMethods&) = delete;
    QueryMethods& operator=(const QueryMethods&) = delete;
    virtual ~QueryMethods() = default;

    virtual Hresult get_client_count(std::uint32_t* count) const = 0;
    virtual Hresult get_client_properties(std::uint32_t index, ClientProperties* properties) const = 0;
    virtual Hresult get_client_info(std::uint32_t index, char16_t* address, std::uint32_t* cch_address,
                                    char16_t* port, std::uint32_t* cch_port, char16_t* dns_name,
                                    std::uint32_t* cch_dns_name) const = 0;
};

/// Our own answers.
class OwnQueryMethods final : public QueryMethods {
  public:
    explicit OwnQueryMethods(Snapshot snapshot) : answers_(std::move(snapshot)) {}

    Hresult get_client_count(std::uint32_t* count) const override { return answers_.get_client_count(count); }

    Hresult get_client_properties(std::uint32_t index, ClientProperties* properties) const override
    {
        return answers_.get_client_properties(index, properties);
    }

    Hresult get_client_info(std::uint32_t index, char16_t* address, std::uint32_t* cch_address,
                            char16_t* port, std::uint32_t* cch_port, char16_t* dns_name,
                            std::uint32_t* cch_dns_name) const override
    {
        return answers_.get_client_info(index, address, cch_address, port, cch_port, dns_name, cch_dns_name);
    }

  private:
    ClientConnections answers_;
};

/// One of GetClientInfo's three strings, as it is asked for.
struct StringAsked {
    bool buffer = true;         ///< not NULL
    bool length_pointer = true; ///< not NULL
    std::uint32_t length = 0;   ///< in, in WCHARs
};

/// How GetClientInfo is called: address, port, DNS name.
struct InfoCall {
    std::uint32_t index = 0;
    std::array<StringAsked, 3> strings{};
};

/// What the call does, in the form of the contract: "hresult"; for each string NAME_length, the length after
/// it (null without a pointer), and NAME_buffer, all of the buffer after it (null without one). A buffer is
/// filled with '#' before, and is 4 WCHARs longer than its length says; a NUL is shown as \0.
Json record_info(const QueryMethods& methods, const InfoCall& call);

/// A call of GetClientInfo with buffers of just the lengths that a call without buffers asks for.
InfoCall exact_call(const QueryMethods& methods);

/// The same for the other two; without a pointer if `pointer` is false. What is filled in is preset to
/// 0xCDCDCDCD.
Json record_count(const QueryMethods& methods, bool pointer = true);
Json record_properties(const QueryMethods& methods, std::uint32_t index, bool pointer = true);

/// "0xC00D003F": how the contract has every HRESULT and DWORD that is no plain number.
std::string hex(std::uint32_t value);
std::string hex(Hresult result);

} // namespace wmclients::com
