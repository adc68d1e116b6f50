#include "gateway/runtime/process_facts.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

namespace gateway {

namespace {

// The fields of /proc/self/stat that matter here (proc(5) counts them from 1).
struct stat_fields {
    double user_ticks = 0, system_ticks = 0, threads = 0, start_ticks = 0, virtual_bytes = 0,
           resident_pages = 0;
};

std::optional<stat_fields> own_stat() {
    std::ifstream file{"/proc/self/stat"};
    std::string line;
    if (!std::getline(file, line))
        return std::nullopt;
    const auto name_ends = line.rfind(')');  // the name before it may hold anything
    if (name_ends == std::string::npos)
        return std::nullopt;
    std::istringstream rest{line.substr(name_ends + 1)};
    std::string skipped;
    stat_fields found;
    for (int field = 3; field <= 24 && rest; ++field)
        switch (field) {
            case 14: rest >> found.user_ticks; break;
            case 15: rest >> found.system_ticks; break;
            case 20: rest >> found.threads; break;
            case 22: rest >> found.start_ticks; break;
            case 23: rest >> found.virtual_bytes; break;
            case 24: rest >> found.resident_pages; break;
            default: rest >> skipped;
        }
    return rest ? std::optional{found} : std::nullopt;
}

// Seconds since the epoch at which the machine started.
std::optional<double> boot_time() {
    std::ifstream file{"/proc/stat"};
    std::string line;
    while (std::getline(file, line))
        if (line.starts_with("btime "))
            return std::stod(line.substr(6));
    return std::nullopt;
}

std::optional<double> open_descriptors() {
    constexpr const char* folder = "/proc/self/fd";
    struct stat facts {};
    if (::stat(folder, &facts) == 0 && facts.st_size > 0)  // Linux 6.2 counts them for us
        return static_cast<double>(facts.st_size);
    const std::unique_ptr<DIR, int (*)(DIR*)> listing{::opendir(folder), ::closedir};
    if (!listing)
        return std::nullopt;
    double count = -3;  // ".", "..", and the one that reads this
    while (::readdir(listing.get()) != nullptr)
        ++count;
    return count;
}

reading gauge(const char* name, const char* help, double value) {
    return {name, help, reading::kind::gauge, {{{}, value}}};
}

}  // namespace

std::vector<reading> process_facts() {
    std::vector<reading> facts;
    if (const auto own = own_stat()) {
        const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
        facts.push_back({"process_cpu_seconds_total",
                         "Total user and system CPU time spent in seconds.",
                         reading::kind::counter,
                         {{{}, (own->user_ticks + own->system_ticks) * tick}}});
        facts.push_back(gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
                              own->resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE))));
        facts.push_back(
            gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", own->virtual_bytes));
        facts.push_back(gauge("process_threads", "Number of threads.", own->threads));
        static const auto booted = boot_time();  // the file is long, and does not change its mind
        if (booted)
            facts.push_back(gauge("process_start_time_seconds",
                                  "Start time of the process since unix epoch in seconds.",
                                  *booted + own->start_ticks * tick));
    }
    if (const auto open = open_descriptors())
        facts.push_back(gauge("process_open_fds", "Number of open file descriptors.", *open));
    rlimit most{};
    if (::getrlimit(RLIMIT_NOFILE, &most) == 0)
        facts.push_back(gauge("process_max_fds", "Maximum number of open file descriptors.",
                              static_cast<double>(most.rlim_cur)));
    return facts;
}

}  // namespace gateway
