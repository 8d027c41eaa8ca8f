#include "name_lookups.hpp"

#include "platform.hpp"

#include <wmclients/live/resolver.hpp>

#include <chrono>
#include <thread>
#include <utility>

namespace cli {

using namespace wmclients;

namespace {

class AresLookups final : public NameLookups {
  public:
    explicit AresLookups(timeline::EventListener& listener) : listener_(listener) {}

    Expected<void> open()
    {
        auto made = live::Resolver::create([this](const IpAddress& address, std::string_view name) {
            listener_.on(timeline::NameLearnt{address, name, dns::NameSource::live_ptr, now_});
        });
        if (!made) {
            return tl::unexpected(made.error());
        }
        resolver_ = std::move(*made);
        return {};
    }

    void connected(const timeline::Client& client, Timestamp) override
    {
        resolver_->ask(client.endpoint.address, live::Resolver::Clock::now());
    }

    void poll(const timeline::Moment& now) override
    {
        now_ = now;
        resolver_->poll(live::Resolver::Clock::now());
    }

    bool settle() override
    {
        const InterruptGuard guard;
        while (resolver_->busy() && !InterruptGuard::interrupted()) {
            poll({});
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        return !resolver_->busy();
    }

  private:
    timeline::EventListener& listener_;
    timeline::Moment now_;
    std::unique_ptr<live::Resolver> resolver_;
};

} // namespace

Expected<std::unique_ptr<NameLookups>> NameLookups::open(timeline::EventListener& listener)
{
    auto lookups = std::make_unique<AresLookups>(listener);
    if (auto opened = lookups->open(); !opened) {
        return tl::unexpected(opened.error());
    }
    return lookups;
}

} // namespace cli
