#include "gateway/runtime/core_files.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace gateway {

// One byte, because a program that collects core files gets them whole under a limit of 0, and not under 1
// (core(5)); a file would have to hold a page at least. A hard limit of 0 can't be raised to 1: then the
// process is marked as one that is never dumped. That mark also keeps debuggers and /proc of the same user
// out, hence not first.
bool leave_no_core_files() noexcept {
    constexpr rlimit one_byte{1, 1};
    return ::setrlimit(RLIMIT_CORE, &one_byte) == 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

}  // namespace gateway
