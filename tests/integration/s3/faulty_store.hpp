#pragma once
// A proxy in front of the real object store that fails on command: for what no honest store does when it is
// asked to.

#include "tests/integration/producer/fake_server.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace tests {

enum class fault {
    none,         // handed on, answer and all
    busy,         // 503 SlowDown
    broken,       // 500 InternalError
    forgotten,    // 404 NoSuchUpload
    false_ok,     // 200 with an error in its body
    hang,         // no answer, ever
    lost,         // the connection ends instead of an answer; the store never hears of the request
    lost_answer,  // the same, but the store has done what it was asked for
    cut_answer,   // half an answer
};

class faulty_store {
public:
    // Decides by the request line, and how many requests came with the same beginning before this one.
    using plan = std::function<fault(const std::string& line, int before)>;

    faulty_store(std::uint16_t real_port, plan what);

    std::string url() const { return server_.url(); }
    // Request lines so far that hold this text.
    int count(const std::string& text) const;

private:
    void serve(peer& client);
    int note(const std::string& line);
    std::string ask_real(const std::string& request) const;

    std::uint16_t real_port_;
    plan plan_;
    mutable std::mutex guard_;
    std::vector<std::string> lines_;
    fake_server server_;
};

// "PUT /audio/..?partNumber=2&.." without what changes from run to run: "PUT partNumber=2".
bool is_part(const std::string& line, int number);
bool is_completion(const std::string& line);

}  // namespace tests
