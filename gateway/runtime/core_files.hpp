#pragma once
// A core file is the whole memory, with the producer's key and whatever clients sent a moment ago.

namespace gateway {

// From now on a crash of this process leaves no core file: neither one in a folder
// nor one handed to a program that collects them (systemd-coredump, apport). First thing in main(). False
// when the system allowed no way to it.
bool leave_no_core_files() noexcept;

}  // namespace gateway
