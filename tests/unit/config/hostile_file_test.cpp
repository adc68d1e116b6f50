#include "config/keys_file.hpp"
#include "config/print.hpp"

#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

#include <random>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using HostileFile = ConfigFile;

TEST_F(HostileFile, SyntaxErrorsSayWhere) {
    EXPECT_THAT(problems_of("threads: 1\nlimits: { body: 1MiB\n"),
                ElementsAre(HasSubstr(": not valid YAML: ")));
    EXPECT_THAT(problems_of("a: b: c\n"), ElementsAre(HasSubstr("1:5: not valid YAML: ")));
    EXPECT_THAT(problems_of("\"\\${A}\": 1"),
                ElementsAre(HasSubstr("not valid YAML: unknown escape character: $")));
}

TEST_F(HostileFile, AliasesAreNotFollowed) {
    std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char name = 'b'; name <= 'z'; ++name) {
        const std::string before = "*" + std::string(1, static_cast<char>(name - 1));
        bomb += std::string(1, name) + ": &" + name + " [" + before;
        for (int i = 0; i < 9; ++i)
            bomb += ", " + before;
        bomb += "]\n";
    }
    EXPECT_THAT(problems_of(bomb),
                testing::Contains("2:8: aliases (*name) are not accepted here: repeat the value"));
}

TEST_F(HostileFile, NestingEndsEarly) {
    for (const std::string open : {"[", "{a: ", "- ", "? "}) {
        std::string text;
        for (int i = 0; i < 100'000; ++i)
            text += open;
        EXPECT_THAT(problems_of(text),
                    ElementsAre(testing::AnyOf(HasSubstr("nested too deeply"), HasSubstr("not valid YAML"))));
    }
}

TEST_F(HostileFile, RefusesBytesThatAreNoText) {
    EXPECT_THAT(problems_of(std::string{"threads: 1\n\xff\xfe"}),
                ElementsAre("2:1: the file is not UTF-8 text"));
    EXPECT_THAT(problems_of(std::string{"a\0b", 3}),
                ElementsAre("1:2: there is a control character in the file"));
    for (const char* bad : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
        EXPECT_THAT(problems_of(std::string{"# é "} + bad), ElementsAre("1:6: the file is not UTF-8 text"));
    EXPECT_THAT(problems_of("producer: { api_key: \"a\\x01b\" }"),
                ElementsAre(HasSubstr("control characters")));
}

TEST_F(HostileFile, RefusesWhatAConfigurationNeedsNot) {
    EXPECT_THAT(problems_of("threads: !!int 1"),
                ElementsAre(HasSubstr("tags (!name) are not accepted here")));
    EXPECT_THAT(problems_of("threads: 1\n---\nthreads: 2\n"),
                ElementsAre(HasSubstr("a second YAML document begins here")));
    EXPECT_THAT(problems_of("? [a]\n: 1\n"), ElementsAre(HasSubstr("a key must be a text, not a list")));
    EXPECT_THAT(problems_of("? {a: b}\n: {c: d}\n"),
                ElementsAre(HasSubstr("a key must be a text, not a mapping")));
    EXPECT_THAT(problems_of("${PRODUCER_API_KEY}: 1"),
                ElementsAre("1:1: ${PRODUCER_API_KEY}: there is no such key"));
}

TEST_F(HostileFile, TooMuchOfAThingIsAProblem) {
    std::string references, keys;
    for (int i = 0; i < 4000; ++i) {
        references += "# ${A}\n";
        keys += "key" + std::to_string(i) + ": 1\n";
    }
    EXPECT_THAT(problems_of(references), ElementsAre(HasSubstr("more than 3000 ${references}")));
    EXPECT_THAT(problems_of(keys), testing::Contains(HasSubstr("too many keys in one mapping")));
}

TEST_F(HostileFile, ReadsLineEndsOfOtherSystemsAndAByteOrderMark) {
    EXPECT_THAT(problems_of("\xef\xbb\xbfthreads: 1\r\nlimits:\r\n  body: 1\r\n"),
                ElementsAre(HasSubstr("3:9: limits.body")));
}

// Whatever happens to the file, the loader answers; the sanitizers watch.
TEST_F(HostileFile, MutationsNeverEscapeTheLoader) {
    std::mt19937 random{20'260'101};
    const std::string original = config::default_config_text();
    const std::string pieces = "{}[]:,-#&*!|>'\"%@`?$\n \t~0aA\\\x01\xff";
    const auto below = [&](std::size_t most) {
        return std::uniform_int_distribution<std::size_t>{0, most - 1}(random);
    };
    for (int round = 0; round < 300; ++round) {
        std::string text = original.substr(0, 1 + below(original.size()));
        for (std::size_t changes = 1 + below(6); changes > 0; --changes) {
            const std::size_t at = below(text.size());
            switch (below(3)) {
                case 0: text[at] = pieces[below(pieces.size())]; break;
                case 1: text.insert(at, 1, pieces[below(pieces.size())]); break;
                default: text.insert(at, text.substr(below(text.size()), below(200))); break;
            }
        }
        for (const std::string& line : problems_of(text))
            EXPECT_THAT(line, Not(HasSubstr("sk-upstream")));
        config::load_keys(folder.write("keys.yaml", text), environment());
    }
}
