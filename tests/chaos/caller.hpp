#pragma once
// One call of a client, as thin as possible: an answer, or none. Losing answers is this suite's trade, so
// nothing here throws for it.

#include "tests/chaos/ledger.hpp"

#include "tests/support/http_client.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace chaos {

inline constexpr milliseconds call_patience{6'000};

class caller {
public:
    explicit caller(std::string url) : url_{std::move(url)} {}

    // Sends the order and notes what came back; returns the status, 0 for no answer.
    int create(order& what, milliseconds within = call_patience) const;
    // Looks at the order's job and notes what it says; the status, 0 for no answer.
    int look(order& what) const;
    int cancel(order& what) const;
    // Reads the job once more, asks for the first byte of its audio, and notes the answer.
    void listen(order& what) const;

    std::optional<end_to_end::http_reply> get(const customer& by, const std::string& rest,
                                              milliseconds within = call_patience) const;

private:
    end_to_end::http_request request(const customer& by, const std::string& method,
                                     const std::string& rest) const;
    // What a call about the order's job was answered; the status, 0 for no answer.
    int note(order& what, const std::optional<end_to_end::http_reply>& reply, const std::string& call) const;
    void read_job(order& what, const end_to_end::http_reply& reply) const;

    std::string url_;
};

// A client is told to try later, or was not answered at all.
constexpr bool may_be_repeated(int status) {
    return status == 0 || status == 429 || status == 503 || status == 504;
}

// All that must never change once a job has ended: everything but the playback URL, which is minted for each
// read. Empty while it has not ended.
std::string ending_of(boost::json::object job);

}  // namespace chaos
