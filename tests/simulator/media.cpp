#include "media.hpp"

#include <boost/json/parse.hpp>

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace simulator {

namespace json = boost::json;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error{"cannot read " + path.string()};
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::string_view content_type_of(std::string_view name) {
    if (name.ends_with(".m4a"))
        return "audio/mp4";
    if (name.ends_with(".wav"))
        return "audio/wav";
    if (name.ends_with(".jpg"))
        return "image/jpeg";
    return "application/octet-stream";
}

}  // namespace

media_library::media_library(const std::filesystem::path& folder) {
    const auto index_path = folder / "index.json";
    boost::system::error_code ec;
    const auto index = json::parse(read_file(index_path), ec);
    if (ec || !index.is_object())
        throw std::runtime_error{index_path.string() + " is not a JSON object"};
    for (const auto& entry : index.get_object()) {
        if (!entry.value().is_number())
            throw std::runtime_error{index_path.string() + ": every value must be a number of seconds"};
        media_file file;
        file.name = std::string{entry.key().data(), entry.key().size()};
        file.content_type = content_type_of(file.name);
        file.seconds = entry.value().to_number<double>();
        file.bytes = std::make_shared<const std::string>(read_file(folder / file.name));
        files_.push_back(std::move(file));
    }
    if (!nearest(".m4a", usual_seconds))
        throw std::runtime_error{"no .m4a file in " + folder.string()};
}

const media_file* media_library::nearest(std::string_view ending, double seconds) const {
    const media_file* best = nullptr;
    for (const auto& file : files_) {
        if (!file.name.ends_with(ending))
            continue;
        if (!best || std::abs(file.seconds - seconds) < std::abs(best->seconds - seconds))
            best = &file;
    }
    return best;
}

const media_file* media_library::named(std::string_view name) const {
    for (const auto& file : files_)
        if (file.name == name)
            return &file;
    return nullptr;
}

}  // namespace simulator
