#include "tests/integration/s3/faulty_store.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace tests {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string error(const std::string& code) {
    return "<?xml version=\"1.0\"?><Error><Code>" + code +
           "</Code><Message>made up</Message><AWSAccessKeyId>audio:keeper</AWSAccessKeyId></Error>";
}

}  // namespace

bool is_part(const std::string& line, int number) {
    return line.starts_with("PUT") &&
           line.find("partNumber=" + std::to_string(number) + "&") != std::string::npos;
}

bool is_completion(const std::string& line) {
    return line.starts_with("POST") && line.find("uploadId=") != std::string::npos;
}

faulty_store::faulty_store(std::uint16_t real_port, plan what)
    : real_port_{real_port}, plan_{std::move(what)}, server_{[this](peer& client, int) { serve(client); }} {}

int faulty_store::count(const std::string& text) const {
    const std::lock_guard hold{guard_};
    return static_cast<int>(std::count_if(lines_.begin(), lines_.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
    }));
}

int faulty_store::note(const std::string& line) {
    const std::lock_guard hold{guard_};
    const auto before = std::count(lines_.begin(), lines_.end(), line);
    lines_.push_back(line);
    return static_cast<int>(before);
}

std::string faulty_store::ask_real(const std::string& request) const {
    asio::io_context context;
    tcp::socket socket{context};
    boost::system::error_code ignored;
    socket.connect({asio::ip::address_v4::loopback(), real_port_}, ignored);
    std::string once = request;
    once.insert(once.find("\r\n") + 2, "connection: close\r\n");
    asio::write(socket, asio::buffer(once), ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
    return answer;
}

void faulty_store::serve(peer& client) {
    for (std::string request = client.read_request(); !request.empty(); request = client.read_request()) {
        const std::string line = request.substr(0, request.find("\r\n"));
        switch (plan_(line, note(line))) {
            case fault::none: client.send(ask_real(request)); return client.close();
            case fault::busy: client.answer(503, error("SlowDown")); break;
            case fault::broken: client.answer(500, error("InternalError")); break;
            case fault::forgotten: client.answer(404, error("NoSuchUpload")); break;
            case fault::false_ok: client.answer(200, error("InternalError")); break;
            case fault::hang: return client.wait_for_close();
            case fault::lost: return client.reset();
            case fault::lost_answer: ask_real(request); return client.reset();
            case fault::cut_answer: {
                const std::string answer = ask_real(request);
                client.send(answer.substr(0, answer.size() / 2));
                return client.close();
            }
        }
    }
}

}  // namespace tests
