#pragma once
// The clients of a run: threads that create with keys, repeat what was not answered, look at their jobs,
// cancel some, and send some orders twice at once. They note all they are told.

#include "tests/chaos/world.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <set>
#include <string_view>
#include <thread>

namespace chaos {

struct load_options {
    std::size_t clients = 4;
    std::size_t live = 8;                                        // jobs that one client follows at a time
    milliseconds pause{25};                                      // between two rounds of looks
    std::size_t most_orders = 1'000'000;                         // of one client
    std::set<std::string_view> kinds = {};                       // of upstream's behaviour; empty: all
    double cancels = 0.04, twice_at_once = 0.1, replays = 0.05;  // shares of the orders
    bool follow = true;             // false: nobody looks at a job before the end of the run
    bool repeat_unanswered = true;  // false: an unanswered create is given up, and must not have happened
    std::function<void(order&)> on_end = {};  // called by the client's thread when it sees a job ended
};

class load {
public:
    // Starts at once. `of` outlives this.
    load(world& of, const decisions& seed, load_options options);
    ~load();  // as stop()

    // No further orders; what was begun is repeated until it is answered, or given up after `patience`.
    void stop(milliseconds patience = milliseconds{90'000});

    // All orders of all clients. Only after stop().
    std::list<order_book>& books() noexcept { return books_; }
    // Orders answered with 202 so far.
    std::size_t promised() const noexcept { return promised_; }

private:
    void run(std::size_t number, order_book& book);
    order next_order(decisions& choose, const std::string& who, std::size_t number);
    void place(order& what, decisions& choose);
    void send_twice_at_once(order& what);
    bool send(order& what, std::size_t first_replica);
    void follow(std::list<order*>& live, decisions& choose);

    world& world_;
    decisions seed_;
    load_options options_;
    std::atomic<bool> stopping_ = false;
    std::atomic<moment> give_up_at_{moment::max()};
    std::atomic<std::size_t> promised_ = 0;
    std::list<order_book> books_;
    std::vector<std::jthread> threads_;
};

}  // namespace chaos
