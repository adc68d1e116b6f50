#include "task_store.hpp"

#include <array>
#include <cstdio>
#include <random>

namespace simulator {

std::int64_t unix_milliseconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string random_uuid() {
    static std::mt19937_64 source{[] {
        std::random_device device;
        return (static_cast<std::uint64_t>(device()) << 32) | device();
    }()};
    const std::uint64_t high = (source() & ~0xF000ULL) | 0x4000ULL;
    const std::uint64_t low = (source() & ~(3ULL << 62)) | (2ULL << 62);
    std::array<char, 37> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                  static_cast<unsigned>((high >> 16) & 0xFFFF), static_cast<unsigned>(high & 0xFFFF),
                  static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFULL));
    return text.data();
}

task& task_store::add(task fresh, unsigned clips) {
    auto& added = tasks_.emplace_back(std::move(fresh));
    added.id = random_uuid();
    by_id_.emplace(added.id, &added);
    added.clip_ids.reserve(clips);
    for (unsigned number = 0; number < clips; ++number) {
        added.clip_ids.push_back(random_uuid());
        by_clip_.emplace(added.clip_ids.back(), &added);
    }
    return added;
}

task* task_store::find(std::string_view id) {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : at->second;
}

task* task_store::find_by_clip(std::string_view clip_id) {
    const auto at = by_clip_.find(clip_id);
    return at == by_clip_.end() ? nullptr : at->second;
}

void task_store::clear() {
    by_id_.clear();
    by_clip_.clear();
    tasks_.clear();
}

}  // namespace simulator
