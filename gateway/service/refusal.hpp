#pragma once
// Why a client's wish was not granted: what the face turns into an error envelope. Ports fail with error
// codes; use cases refuse with a sentence, the field to blame and the time to come back.

#include "gateway/domain/error.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gateway::service {

struct refusal {
    errc code = errc::internal;
    std::string explanation;                               // for developers: system_message
    std::string field;                                     // the request's field to blame; empty: none
    std::vector<std::pair<std::string, std::string>> ids;  // what was looked up in vain
    std::optional<std::chrono::seconds> retry_after;
};

template <class T>
using outcome = boost::system::result<T, refusal>;

// What boost::system::result::value() throws when nobody checked first: a bug.
[[noreturn]] void throw_exception_from_error(const refusal& unchecked, const boost::source_location& where);

refusal refused(errc code, std::string explanation);
refusal bad_field(std::string field, std::string explanation);
refusal nothing_found(std::string id_name, std::string id);

// A port's failure as a client may know it: the store being away is for now (503), the rest is ours (500).
refusal from_port(const boost::system::error_code& failure);

}  // namespace gateway::service
