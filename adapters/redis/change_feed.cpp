#include "adapters/redis/change_feed.hpp"

#include "gateway/runtime/log.hpp"
#include "gateway/runtime/random_id.hpp"

#include <utility>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;

namespace {

constexpr std::chrono::milliseconds set_up_patience{1'000};  // of the request that happens to do it
constexpr std::chrono::seconds retry_after{15};
constexpr std::chrono::milliseconds sign_of_life_every{300};
// Nobody who knows of a change from another replica's answer can have asked here any sooner.
constexpr std::chrono::microseconds glance_lasts{20};
constexpr std::chrono::seconds silence{5};               // after a question; then the link is made anew
constexpr std::int64_t proof_lives = 1'000;              // milliseconds
constexpr const char* channel = "__redis__:invalidate";  // Redis's, for clients that speak RESP2

std::string trouble_with(const gateway::result<reply>& answer) {
    return answer ? std::string{answer->error_code()} : answer.error().message();
}

bool is_good(const gateway::result<reply>& answer) {
    return answer && !answer->is_error();
}

}  // namespace

std::vector<command> tracked_get(std::string_view key) {
    std::vector<command> both;
    both.reserve(3);
    command caching{"CLIENT"};
    caching.add("CACHING").add("YES");
    both.push_back(std::move(caching));
    command get{"GET"};
    get.add(key);
    both.push_back(std::move(get));
    return both;
}

change_feed::change_feed(asio::io_context& context, connection& reads, address where,
                         connection_options options, std::string prefix, listener tell)
    : context_{context},
      reads_{reads},
      where_{std::move(where)},
      options_{std::move(options)},
      proof_key_{std::move(prefix) + gateway::random_id("tracked:", 16)},
      tell_{std::move(tell)} {
    options_.when_up_or_down = {};  // that is about the store
    options_.when_message = [this](const reply& keys) { hear(keys); };
}

bool change_feed::covers_reads() const noexcept {
    return covered_reads_ != 0 && reads_.up() && reads_.links() == covered_reads_ && feed_ && feed_->up() &&
           feed_->links() == covered_feed_;
}

bool change_feed::is_current(clock::time_point now) {
    if (!covers_reads())
        return false;
    const auto heard_at = feed_->heard_at();
    const bool unanswered = asked_at_ > heard_at;
    if (unanswered && now - asked_at_ >= silence) {
        open();
        return false;
    }
    if (!unanswered && now - heard_at >= sign_of_life_every) {
        asked_at_ = now;
        feed_->tell(command{"PING"});
    }
    if (now - heard_at >= believed_for)
        return false;
    // A request may be handled before a message that arrived earlier than it did.
    if (now - glanced_at_ < glance_lasts)
        return true;
    if (!feed_->has_seen_all())
        return false;
    glanced_at_ = now;
    return true;
}

asio::awaitable<void> change_feed::prepare(deadline by) {
    if (preparing_ || covers_reads() || clock::now() < retry_at_)
        co_return;
    if (!feed_)
        open();
    if (!reads_.up() || !feed_->up())
        co_return;
    struct turn {
        bool& taken;
        explicit turn(bool& flag) : taken{flag} { taken = true; }
        ~turn() { taken = false; }
    } mine{preparing_};
    const std::string trouble = co_await set_up(by.tightened(set_up_patience));
    if (trouble.empty()) {
        trouble_.clear();
        co_return;
    }
    retry_at_ = clock::now() + retry_after;
    if (std::exchange(trouble_, trouble) != trouble)
        gateway::log::warning("store_reads_not_tracked", {{"reason", trouble}});
}

// Also after a link was lost: whatever was known then is worth nothing now.
asio::awaitable<std::string> change_feed::set_up(deadline by) {
    covered_reads_ = 0;
    const std::uint64_t feed = feed_->links();
    const std::uint64_t reads = reads_.links();
    if (subscribed_link_ != feed) {
        if (auto trouble = co_await subscribe(by); !trouble.empty())
            co_return trouble;
        subscribed_link_ = feed;
    }
    if (auto trouble = co_await prove(by); !trouble.empty())
        co_return trouble;
    tell_(std::nullopt);
    covered_feed_ = feed;
    covered_reads_ = reads;
    co_return std::string{};
}

asio::awaitable<std::string> change_feed::subscribe(deadline by) {
    command who{"CLIENT"};
    who.add("ID");
    const auto id = co_await feed_->send(std::move(who), by);
    if (!is_good(id) || id->what != reply::kind::integer)
        co_return "CLIENT ID: " + trouble_with(id);
    feed_id_ = id->number;
    command listen{"SUBSCRIBE"};
    listen.add(channel);
    const auto subscribed = co_await feed_->send(std::move(listen), by);
    if (!is_good(subscribed))
        co_return "SUBSCRIBE: " + trouble_with(subscribed);
    co_return std::string{};
}

// Turns tracking on and changes a key that was read. A name may lead the two links to two servers, whose
// clients may have the same number; only a server that tells of our own change tells us of others.
asio::awaitable<std::string> change_feed::prove(deadline by) {
    command track{"CLIENT"};
    track.add("TRACKING").add("ON").add("REDIRECT").add(feed_id_).add("OPTIN");
    const auto tracked = co_await reads_.send(std::move(track), by);
    if (!is_good(tracked))
        co_return "CLIENT TRACKING: " + trouble_with(tracked);
    proven_ = false;
    std::vector<command> change = tracked_get(proof_key_);
    command write{"SET"};
    write.add(proof_key_).add("1").add("PX").add(proof_lives);
    change.push_back(std::move(write));
    const auto changed = co_await reads_.send_together(std::move(change), by);
    if (!changed)
        co_return changed.error().message();
    for (const reply& each : *changed)
        if (each.is_error())
            co_return "CLIENT CACHING: " + std::string{each.error_code()};
    // Comes behind what the change made the server say.
    command ping{"PING"};
    const auto alive = co_await feed_->send(std::move(ping), by);
    if (!is_good(alive))
        co_return "PING: " + trouble_with(alive);
    co_return proven_ ? std::string{} : std::string{"the server does not tell of changes"};
}

void change_feed::hear(const reply& changed_keys) {
    if (changed_keys.what != reply::kind::array)
        return tell_(std::nullopt);  // FLUSHALL
    for (const reply& each : changed_keys.items) {
        if (each.text == proof_key_)
            proven_ = true;
        else
            tell_(each.text);
    }
}

void change_feed::open() {
    subscribed_link_ = covered_feed_ = covered_reads_ = 0;
    asked_at_ = glanced_at_ = {};
    feed_.emplace(context_, where_, options_);
}

asio::awaitable<bool> change_feed::close(std::chrono::milliseconds patience) {
    if (!feed_)
        co_return true;
    co_return co_await feed_->close(patience);
}

}  // namespace adapters::redis
