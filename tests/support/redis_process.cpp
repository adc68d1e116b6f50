#include "tests/support/redis_process.hpp"

#include "tests/support/free_port.hpp"

#include <hiredis/hiredis.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests {

namespace {

using context_owner = std::unique_ptr<redisContext, void (*)(redisContext*)>;
using reply_owner = std::unique_ptr<redisReply, void (*)(void*)>;

context_owner connect(const std::string& socket) {
    const timeval patience{10, 0};
    context_owner made{redisConnectUnixWithTimeout(socket.c_str(), patience), redisFree};
    if (made)
        redisSetTimeout(made.get(), patience);
    return made;
}

std::string text_of(const redisReply& reply) {
    switch (reply.type) {
        case REDIS_REPLY_INTEGER: return std::to_string(reply.integer);
        case REDIS_REPLY_NIL: return "";
        case REDIS_REPLY_ARRAY: {
            std::string lines;
            for (std::size_t each = 0; each < reply.elements; ++each)
                lines += (each == 0 ? "" : "\n") + text_of(*reply.element[each]);
            return lines;
        }
        default: return {reply.str, static_cast<std::size_t>(reply.len)};
    }
}

}  // namespace

redis_process::redis_process(std::vector<std::string> line, std::filesystem::path socket)
    : line_{std::move(line)}, socket_{std::move(socket)} {}

redis_process::~redis_process() {
    end(SIGKILL);
}

void redis_process::launch(const std::vector<std::string>& further) {
    std::vector<std::string> line = line_;
    line.insert(line.end(), further.begin(), further.end());
    std::vector<char*> raw;
    for (std::string& each : line)
        raw.push_back(each.data());
    raw.push_back(nullptr);

    const pid_t parent = getpid();
    process_ = fork();
    if (process_ < 0)
        throw std::runtime_error{"no process for " + line_.front()};
    if (process_ == 0) {
        // A test that crashes must not leave its server behind.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(126);
        const int quiet = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(quiet, STDOUT_FILENO);
        dup2(quiet, STDERR_FILENO);
        execvp(raw[0], raw.data());
        _exit(127);
    }
}

void redis_process::start(const std::vector<std::string>& further) {
    launch(further);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!answers()) {
        if (waitpid(process_, nullptr, WNOHANG) == process_) {
            process_ = -1;
            throw std::runtime_error{line_.front() + " ended at once; is it installed?"};
        }
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error{line_.front() + " does not answer"};
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

bool redis_process::answers() const {
    const auto link = connect(socket_);
    if (!link || link->err != 0)
        return false;
    const reply_owner reply{static_cast<redisReply*>(redisCommand(link.get(), "PING")), freeReplyObject};
    // NOAUTH is an answer too; LOADING is none yet.
    return reply && std::string{reply->str}.find("LOADING") == std::string::npos;
}

void redis_process::end(int signal) {
    if (process_ <= 0)
        return;
    ::kill(process_, signal);
    ::kill(process_, SIGCONT);  // a frozen one acts on the signal first, and on nothing else
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

void redis_process::freeze() {
    ::kill(process_, SIGSTOP);
    int status = 0;
    waitpid(process_, &status, WUNTRACED);  // until it really stands still
}

void redis_process::thaw() {
    ::kill(process_, SIGCONT);
}

std::string redis_process::command(const std::vector<std::string>& arguments) const {
    const auto link = connect(socket_);
    if (!link || link->err != 0)
        throw std::runtime_error{line_.front() + " can't be reached"};
    std::vector<const char*> starts;
    std::vector<std::size_t> lengths;
    for (const std::string& each : arguments) {
        starts.push_back(each.data());
        lengths.push_back(each.size());
    }
    const reply_owner reply{static_cast<redisReply*>(redisCommandArgv(
                                link.get(), static_cast<int>(starts.size()), starts.data(), lengths.data())),
                            freeReplyObject};
    if (!reply)
        throw std::runtime_error{line_.front() + " gave no reply"};
    if (reply->type == REDIS_REPLY_ERROR)
        throw std::runtime_error{line_.front() + ": " + reply->str};
    return text_of(*reply);
}

std::unique_ptr<redis_process> started_on_a_port(
    const std::function<std::unique_ptr<redis_process>(std::uint16_t)>& make) {
    return started_on_free_ports([&] {
        auto made = make(free_port());
        made->start();
        return made;
    });
}

std::filesystem::path fresh_folder(const std::string& name) {
    std::string pattern = (std::filesystem::temp_directory_path() / (name + "-XXXXXX")).string();
    if (mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error{"no folder for " + name};
    return pattern;
}

}  // namespace tests
