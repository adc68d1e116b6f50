#include "simulator_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace simulator_test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using clock = std::chrono::steady_clock;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds test_patience{20};

http::request<http::string_body> to_message(const call& what) {
    http::request<http::string_body> message;
    message.method_string(what.method);
    message.target(what.target);
    message.version(11);
    message.set(http::field::host, "simulator");
    for (const auto& [name, value] : what.headers)
        message.set(name, value);
    message.body() = what.body;
    message.prepare_payload();
    return message;
}

void take(reply& into, const http::response<http::string_body>& message) {
    into.status = static_cast<int>(message.result_int());
    into.body = message.body();
    for (const auto& field : message) {
        std::string name{field.name_string()};
        for (auto& c : name)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        into.headers[name] = std::string{field.value()};
    }
}

asio::awaitable<void> exchange(asio::ip::tcp::endpoint place, const call& what, reply& into) {
    boost::beast::tcp_stream stream{co_await asio::this_coro::executor};
    stream.expires_after(what.patience);
    auto message = to_message(what);
    co_await stream.async_connect(place, no_throw);
    // An answer may be there although the request could not be written to its end.
    co_await http::async_write(stream, message, no_throw);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(64 << 20);
    parser.skip(what.method == "HEAD");
    auto [ec, bytes] = co_await http::async_read(stream, buffer, parser, no_throw);
    if (ec)
        into.how = ec == boost::beast::error::timeout ? reply::silent : reply::cut;
    if (parser.is_header_done())
        take(into, parser.get());
    else if (!ec)
        into.how = reply::cut;
}

asio::ip::tcp::endpoint endpoint_of(const std::string& url) {
    const auto host = url.find("//") + 2;
    const auto colon = url.rfind(':');
    return {asio::ip::make_address(url.substr(host, colon - host)),
            static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)))};
}

std::string url_in(const std::string& line) {
    const auto at = line.find("http");
    return at == std::string::npos ? std::string{} : line.substr(at);
}

}  // namespace

boost::json::value reply::json() const {
    return boost::json::parse(body);
}

std::string reply::text(const char* member) const {
    const auto document = json();
    const auto* found = document.as_object().if_contains(member);
    return found && found->is_string() ? std::string{found->get_string().c_str()} : std::string{};
}

reply perform(const std::string& url, const call& what) {
    asio::io_context context{1};
    reply result;
    const auto begun = clock::now();
    asio::co_spawn(context, exchange(endpoint_of(url), what, result), asio::detached);
    context.run();
    result.took = std::chrono::duration_cast<milliseconds>(clock::now() - begun);
    return result;
}

process::process(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SIMULATOR_PROGRAM);
    std::vector<char*> raw;
    for (auto& argument : arguments)
        raw.push_back(argument.data());
    raw.push_back(nullptr);
    int output[2];
    int errors[2];
    if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0)
        throw std::runtime_error{"no pipe"};
    pid_ = fork();
    if (pid_ == 0) {
        dup2(output[1], STDOUT_FILENO);
        dup2(errors[1], STDERR_FILENO);
        execv(SIMULATOR_PROGRAM, raw.data());
        _exit(127);
    }
    close(output[1]);
    close(errors[1]);
    output_ = output[0];
    errors_ = errors[0];
}

process::~process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close(output_);
    close(errors_);
}

std::string process::read_line() {
    std::string line;
    char c = 0;
    while (read(output_, &c, 1) == 1 && c != '\n')
        line.push_back(c);
    return line;
}

std::string process::standard_error() {
    std::string text;
    char c = 0;
    while (read(errors_, &c, 1) == 1)
        text.push_back(c);
    return text;
}

void process::terminate() {
    kill(pid_, SIGTERM);
}

int process::exit_code() {
    int status = -1;
    const bool ended = eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; });
    if (!ended)
        return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool eventually(const std::function<bool()>& holds) {
    const auto deadline = clock::now() + test_patience;
    while (!holds()) {
        if (clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(milliseconds{5});  // between looks at another process
    }
    return true;
}

void Simulator::start(std::vector<std::string> options) {
    options.insert(options.begin(), {"--listen", "127.0.0.1:0", "--allow-http-webhooks"});
    program = std::make_unique<process>(std::move(options));
    api = url_in(program->read_line());
    cdn = url_in(program->read_line());
    ASSERT_FALSE(api.empty()) << program->standard_error();
    ASSERT_FALSE(cdn.empty());
}

void Simulator::TearDown() {
    if (!program)
        return;
    program->terminate();
    EXPECT_EQ(program->exit_code(), 0);
}

reply Simulator::control(const std::string& method, const std::string& path, const std::string& body) {
    return perform(api, {method, "/_control/" + path, body});
}

void Simulator::by_default(const std::string& behaviour) {
    const auto done = control("PUT", "script", R"({"default":)" + behaviour + "}");
    ASSERT_EQ(done.status, 200) << done.body;
}

boost::json::value Simulator::state() {
    return control("GET", "state").json();
}

std::uint64_t Simulator::counted(const char* member) {
    return state().at(member).to_number<std::uint64_t>();
}

boost::json::object Simulator::only_task() {
    const auto tasks = state().at("tasks").as_array();
    return tasks.size() == 1 ? tasks[0].as_object() : boost::json::object{};
}

std::string Simulator::create_body(const std::string& sound) {
    return R"({"task_type":"create_music","sound":")" + sound + R"("})";
}

reply Simulator::create(const std::string& body, milliseconds patience) {
    return perform(api, {"POST",
                         "/api/v1/producer/create",
                         body,
                         {{"Authorization", "Bearer sk_simulator"}, {"Content-Type", "application/json"}},
                         patience});
}

std::string Simulator::created(const std::string& body) {
    const auto answer = create(body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 ? answer.text("task_id") : std::string{};
}

reply Simulator::poll(const std::string& task_id, milliseconds patience) {
    return perform(api, {"GET",
                         "/api/v1/producer/task/" + task_id,
                         "",
                         {{"Authorization", "Bearer sk_simulator"}},
                         patience});
}

reply Simulator::poll_until(const std::string& task_id, const std::function<bool(const reply&)>& enough) {
    reply last;
    EXPECT_TRUE(eventually([&] {
        last = poll(task_id);
        return enough(last);
    })) << last.status
        << " " << last.body;
    return last;
}

reply Simulator::poll_to_success(const std::string& task_id) {
    return poll_until(task_id, [](const reply& answer) {
        return answer.body.find(R"("state":"succeeded")") != std::string::npos;
    });
}

reply Simulator::get(const std::string& url, std::map<std::string, std::string> headers) {
    const auto path = url.find('/', url.find("//") + 2);
    return perform(url.substr(0, path), {"GET", url.substr(path), "", std::move(headers)});
}

}  // namespace simulator_test
