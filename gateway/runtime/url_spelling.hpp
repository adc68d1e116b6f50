#pragma once
// URLs as Boost.URL 1.81 reads them right.

#include <string>
#include <string_view>

namespace gateway {

// The same URL or reference, spelled so that the host is read to its end: 1.81 takes
// "http://10.0.0.1.example/x" for the address 10.0.0.1 and the path ".example/x". The first digit of such a
// name is percent-coded here; encoded_host() shows that, host() does not. Everything else is left alone,
// right or wrong.
std::string with_readable_host(std::string_view url);

}  // namespace gateway
