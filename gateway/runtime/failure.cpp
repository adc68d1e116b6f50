#include "gateway/runtime/failure.hpp"

#include "gateway/runtime/log.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace gateway {

namespace {

bool is_cancellation(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& stopped) {
        return stopped.code() == boost::asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

std::string text_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return "not a std::exception";
    }
}

std::function<void(std::exception_ptr)> log_failure_as(std::string_view event) {
    return [event](const std::exception_ptr& failure) {
        if (!is_cancellation(failure))
            log::error(event, {{"reason", text_of(failure)}});
    };
}

}  // namespace gateway
