#include "config/references.hpp"

#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::optional<std::string> named(const std::string& name) {
    if (name == "NAME")
        return "value";
    if (name == "NESTED")
        return "${NAME}";
    return std::nullopt;
}

config::resolved_text resolve(const std::string& text, const std::string& folder = "/") {
    const auto masked = config::mask_references(text);
    EXPECT_EQ(masked.text.size(), text.size());
    EXPECT_EQ(config::unmask(masked.text, masked.references), text);
    return config::resolve_references(masked.text, masked.references, named, folder);
}

}  // namespace

TEST(Reference, IsReplacedAnywhereInAText) {
    for (const auto& [text, value] : {std::pair{"${NAME}", "value"},
                                      {"a${NAME}b${NAME}", "avaluebvalue"},
                                      {"", ""},
                                      {"$NAME {NAME} $", "$NAME {NAME} $"},
                                      {"$${NAME}", "${NAME}"},
                                      {"$${", "${"},
                                      {"$$${NAME}", "$${NAME}"},
                                      {"$${ and ${NAME}", "${ and value"},
                                      {"$${$${NAME}}", "${${NAME}}"},
                                      {"$${${NAME}}", "${value}"}}) {
        const auto resolved = resolve(text);
        EXPECT_EQ(resolved.text, value) << text;
        EXPECT_TRUE(resolved.problems.empty()) << text;
    }
}

TEST(Reference, IsNotFollowedInsideAValue) {
    EXPECT_EQ(resolve("${NESTED}").text, "${NAME}");
}

TEST(Reference, SaysWhetherATextMayBeShown) {
    EXPECT_TRUE(resolve("x${NAME}").referred);
    EXPECT_FALSE(resolve("x$${NAME}").referred);
}

TEST(Reference, ThatIsWrongHasAProblem) {
    EXPECT_THAT(resolve("${GONE}").problems, ElementsAre("the environment variable GONE is not set"));
    for (const char* text : {"${}", "${9A}", "${A-B}", "${file:}", "${A", "${A:-x}", "${ A }"})
        EXPECT_THAT(resolve(text).problems, ElementsAre(HasSubstr("is no reference"))) << text;
}

TEST(FileReference, LosesOneLineBreakAtItsEnd) {
    config_folder folder;
    for (const auto& [content, value] :
         {std::pair{"x", "x"}, {"x\n", "x"}, {"x\r\n", "x"}, {"x\n\n", "x\n"}, {"", ""}}) {
        const std::string path = folder.write("secret", content);
        EXPECT_EQ(resolve("${file:" + path + "}").text, value);
    }
    EXPECT_EQ(resolve("<${file:secret}>", folder.path("")).text, "<>");
}

TEST(FileReference, ThatCantBeReadHasAProblem) {
    config_folder folder;
    const std::string large = folder.write("large", std::string(64 * 1024 + 1, 'x'));
    EXPECT_THAT(resolve("${file:/no/such/file}").problems,
                ElementsAre("the file /no/such/file does not exist"));
    EXPECT_THAT(resolve("${file:" + folder.path(".") + "}").problems,
                ElementsAre(HasSubstr("can't be read: Is a directory")));
    EXPECT_THAT(resolve("${file:" + large + "}").problems, ElementsAre(HasSubstr("is larger than 64 KiB")));
}

TEST(Reference, BytesThatLookLikeAPlaceholderAreJustText) {
    const auto resolved = config::resolve_references("\x01zz\x02 \x01", {}, named, "/");
    EXPECT_EQ(resolved.text, "\x01zz\x02 \x01");
    EXPECT_TRUE(resolved.problems.empty());
}

TEST(Reference, EachOfManyIsFoundAgain) {
    std::string text;
    for (std::size_t i = 0; i < config::most_references; ++i)
        text += "${A}";
    const auto masked = config::mask_references(text);
    EXPECT_FALSE(masked.too_many);
    const auto first = [](const std::string&) -> std::optional<std::string> { return "v"; };
    EXPECT_EQ(config::resolve_references(masked.text, masked.references, first, "/").text,
              std::string(config::most_references, 'v'));
    EXPECT_TRUE(config::mask_references(text + "${A}").too_many);
}

// A file or an address named by mistake through the reference to a secret must not print it.
TEST_F(ConfigFile, NamesAValueFromElsewhereByItsReference) {
    variables["SECRET"] = "secret";
    variables["OPEN_ADDRESS"] = "0.0.0.0:8080";
    variables["SHORT"] = "2s";
    variables["TEN"] = "10";
    folder.write("certificate.pem", "");
    for (const auto& [yaml, sentence] :
         {std::pair{"auth: { keys_file: \"${SECRET}\" }", "the file ${SECRET} does not exist"},
          {"auth:\n  keys_file: some\n    ${SECRET}", "the file some ${SECRET} does not exist"},
          {"tls: { certificate: \"${SECRET}\", private_key: certificate.pem }",
           "the file ${SECRET} does not exist"},
          {"audio: { archive: { kind: s3, s3: { bucket: music, access_key_id: a, secret_access_key: b, "
           "certificate_authority: \"${SECRET}\" } } }",
           "the file ${SECRET} does not exist"},
          {"auth: { mode: open }\nlisten: \"${OPEN_ADDRESS}\"", "is open, not '${OPEN_ADDRESS}'"},
          {"producer: { poll: { up_to: \"${SHORT}\", every: 5s } }", "up_to, which is ${SHORT}"},
          {"producer: { poll: { deadline: \"${SHORT}\", first: 5s } }", "deadline, which is ${SHORT}"},
          {"producer: { max_in_flight: \"${TEN}\" }\nlimits: { in_flight_per_organization: 20 }",
           "max_in_flight, which is ${TEN}"},
          {"engines: [{ engine_key: secret, model: m }, { engine_key: \"${SECRET}\", model: m }]",
           "'${SECRET}' is the key of engines[0] already"}}) {
        EXPECT_THAT(problems_of(yaml), ElementsAre(HasSubstr(sentence))) << yaml;
    }
}

TEST_F(ConfigFile, NamesAKeysFileFromElsewhereByItsReference) {
    variables["SECRET"] = "secret";
    folder.write("secret", "- {}");
    EXPECT_THAT(problems_of("auth: { keys_file: \"${SECRET}\" }"),
                testing::Each(testing::StartsWith("${SECRET}:1:3: [0].")));
}
