#pragma once
// How an expected failure travels: in the return type. Exceptions are for bugs and for a failed start.

#include <boost/system/result.hpp>

namespace gateway {

template <class T>
using result = boost::system::result<T>;

}  // namespace gateway
