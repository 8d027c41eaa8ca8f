#include "recorder.hpp"

#include <wmclients/com/abi/result.hpp>

#include <utility>

namespace probe {

using wmclients::Hresult;
using wmclients::Json;

Recorder::Recorder(std::FILE* log, const ComPointer<abi::IWMWriterNetworkSink>& sink,
                   std::chrono::milliseconds interval)
    : log_(log), connections_(sink.query<abi::IWMClientConnections>(abi::iid_client_connections)),
      infos_(sink.query<abi::IWMClientConnections2>(abi::iid_client_connections_2)),
      registering_(sink.query<abi::IWMRegisterCallback>(abi::iid_register_callback)), interval_(interval),
      thread_([this] { run(); })
{
}

Recorder::~Recorder()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

HRESULT Recorder::advise()
{
    return registering_ ? registering_->Advise(this, nullptr) : abi::to_hresult(Hresult::e_nointerface);
}

HRESULT Recorder::unadvise()
{
    return registering_ ? registering_->Unadvise(this, nullptr) : abi::to_hresult(Hresult::e_nointerface);
}

std::uint64_t Recorder::add(Json line)
{
    std::uint64_t number = 0;
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(line));
        number = ++added_;
    }
    changed_.notify_all();
    return number;
}

void Recorder::add_call(Json line)
{
    const std::uint64_t number = add(std::move(line));
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return written_ >= number; });
}

HRESULT Recorder::QueryInterface(REFIID iid, void** object)
{
    if (object == nullptr) {
        return abi::to_hresult(Hresult::e_pointer);
    }
    const bool known = IsEqualGUID(iid, IID_IUnknown) || IsEqualGUID(iid, abi::iid_status_callback);
    *object = known ? this : nullptr;
    if (!known) {
        return abi::to_hresult(Hresult::e_nointerface);
    }
    AddRef();
    return S_OK;
}

ULONG Recorder::AddRef()
{
    return ++references_;
}

ULONG Recorder::Release()
{
    return --references_;
}

HRESULT Recorder::OnStatus(abi::WMT_STATUS status, HRESULT result, abi::WMT_ATTR_DATATYPE type, BYTE* value,
                           void*)
{
    return abi::guarded([&] {
        add(event_line(now(), status, result, type, value, port_));
        return Hresult::s_ok;
    });
}

void Recorder::run()
{
    static_cast<void>(CoInitializeEx(nullptr, COINIT_MULTITHREADED));
    auto due = std::chrono::steady_clock::now() + interval_;
    for (bool last = false; !last;) {
        std::vector<Json> lines;
        {
            std::unique_lock lock{mutex_};
            const auto wanted = [&] { return stopping_ || !waiting_.empty(); };
            if (interval_.count() == 0) {
                changed_.wait(lock, wanted);
            } else {
                changed_.wait_until(lock, due, wanted);
            }
            lines.swap(waiting_);
            last = stopping_;
        }
        for (const Json& line : lines) {
            write(line);
            snapshot(line["type"].get<std::string>());
        }
        {
            const std::lock_guard lock{mutex_};
            written_ += lines.size();
        }
        changed_.notify_all();
        if (interval_.count() != 0 && std::chrono::steady_clock::now() >= due) {
            snapshot("interval");
            due = std::chrono::steady_clock::now() + interval_;
        }
    }
    CoUninitialize();
}

void Recorder::write(Json line)
{
    line["seen_at"] = wmclients::time_or_null(now()); // lines stand in its order
    if (std::fputs((wmclients::dump(line) + "\n").c_str(), log_) < 0 || std::fflush(log_) != 0) {
        failed_ = true;
    }
}

void Recorder::snapshot(std::string_view cause)
{
    if (connections_) {
        write(snapshot_line(*connections_.get(), infos_.get(), cause, port_));
    }
}

} // namespace probe
