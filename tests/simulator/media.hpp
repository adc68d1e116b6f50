#pragma once
// The music the CDN serves: the files of the media folder, held in memory. index.json in that folder says how
// long each of them plays; media/make-media writes both.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulator {

struct media_file {
    std::string name;
    std::string content_type;
    double seconds = 0;  // 0: does not play (the cover)
    std::shared_ptr<const std::string> bytes;
};

class media_library {
public:
    // Throws std::runtime_error with a sentence when the folder or its index cannot be used.
    explicit media_library(const std::filesystem::path& folder);

    // The file with this ending (".m4a") whose length is nearest. Null when there is none of the kind.
    const media_file* nearest(std::string_view ending, double seconds) const;
    const media_file* named(std::string_view name) const;

private:
    std::vector<media_file> files_;
};

constexpr double usual_seconds = 20;

}  // namespace simulator
