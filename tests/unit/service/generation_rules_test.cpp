// What an order must be like, field by field, in the documented order.
#include "gateway/service/generation_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

using gateway::engine;
using gateway::errc;
using gateway::generation_mode;
using namespace gateway::service;

namespace {

std::vector<engine> engines() {
    engine studio;
    studio.engine_key = "studio";
    studio.max_duration_seconds = 240;
    engine mute;
    mute.engine_key = "mute";
    mute.supports_vocals = false;
    mute.seed = gateway::seed_rule::none;
    engine wordless;
    wordless.engine_key = "wordless";
    wordless.supports_lyrics = false;
    return {studio, mute, wordless};
}

generation_draft good() {
    generation_draft draft;
    draft.engine.set("studio");
    draft.prompt.set("slow waltz");
    draft.duration_seconds.set(120);
    return draft;
}

struct bad_case {
    const char* name;
    const char* field;
    const char* explanation;  // nullptr: any
    std::function<void(generation_draft&)> spoil;
};

std::string repeated(const char* text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

std::vector<bad_case> bad_cases() {
    using draft = generation_draft;
    return {
        {"NoEngine", "engine", "engine is required", [](draft& d) { d.engine = {}; }},
        {"EngineOfWrongType", "engine", "engine must be a string", [](draft& d) { d.engine.wrong(); }},
        {"UnknownEngine", "engine", nullptr, [](draft& d) { d.engine.set("Studio"); }},
        {"EmptyEngine", "engine", nullptr, [](draft& d) { d.engine.set(""); }},
        {"NoPrompt", "prompt", "prompt is required", [](draft& d) { d.prompt = {}; }},
        {"PromptOfWrongType", "prompt", nullptr, [](draft& d) { d.prompt.wrong(); }},
        {"BlankPrompt", "prompt", "prompt must not be empty", [](draft& d) { d.prompt.set(" \n\t"); }},
        {"PromptWithNul", "prompt", nullptr, [](draft& d) { d.prompt.set(std::string("a\0b", 3)); }},
        {"LongPrompt", "prompt", nullptr, [](draft& d) { d.prompt.set(repeated("é", 5001)); }},
        {"NoDuration", "duration_seconds", "duration_seconds is required",
         [](draft& d) { d.duration_seconds = {}; }},
        {"DurationOfWrongType", "duration_seconds", "duration_seconds must be an integer",
         [](draft& d) { d.duration_seconds.wrong(); }},
        {"ZeroDuration", "duration_seconds", "duration_seconds must be positive",
         [](draft& d) { d.duration_seconds.set(0); }},
        {"NegativeDuration", "duration_seconds", nullptr, [](draft& d) { d.duration_seconds.set(-1); }},
        {"DurationAboveMaximum", "duration_seconds", "duration_seconds exceeds the engine maximum",
         [](draft& d) { d.duration_seconds.set(241); }},
        {"HugeDuration", "duration_seconds", "duration_seconds exceeds the engine maximum",
         [](draft& d) { d.duration_seconds.set(std::numeric_limits<std::int64_t>::max()); }},
        {"ModeOfWrongType", "mode", nullptr, [](draft& d) { d.mode.wrong(); }},
        {"UnknownMode", "mode", nullptr, [](draft& d) { d.mode.set("Creation"); }},
        {"EmptyMode", "mode", nullptr, [](draft& d) { d.mode.set(""); }},
        {"InstrumentalOfWrongType", "instrumental", nullptr, [](draft& d) { d.instrumental.wrong(); }},
        {"LyricsOfWrongType", "lyrics", nullptr, [](draft& d) { d.lyrics.wrong(); }},
        {"LyricsWithInstrumental", "lyrics", nullptr,
         [](draft& d) {
             d.lyrics.set("la la");
             d.instrumental.set(true);
         }},
        {"LyricsForAMuteEngine", "lyrics", nullptr,
         [](draft& d) {
             d.engine.set("mute");
             d.lyrics.set("la la");
         }},
        {"LyricsForAWordlessEngine", "lyrics", nullptr,
         [](draft& d) {
             d.engine.set("wordless");
             d.lyrics.set("la la");
         }},
        {"LongLyrics", "lyrics", nullptr, [](draft& d) { d.lyrics.set(std::string(10'001, 'a')); }},
        {"SeedOfWrongType", "seed_track_id", nullptr, [](draft& d) { d.seed_track_id.wrong(); }},
        {"LongSeed", "seed_track_id", nullptr, [](draft& d) { d.seed_track_id.set(std::string(65, 'a')); }},
        {"SeedForAnEngineWithoutSeeds", "seed_track_id", "engine 'mute' takes no seed tracks",
         [](draft& d) {
             d.engine.set("mute");
             d.seed_track_id.set("mtrack_1");
         }},
        {"TagsOfWrongType", "style_tags", nullptr, [](draft& d) { d.style_tags.wrong(); }},
        {"TooManyTags", "style_tags", nullptr,
         [](draft& d) { d.style_tags.set(std::vector<std::string>(51, "jazz")); }},
        {"EmptyTag", "style_tags", nullptr, [](draft& d) { d.style_tags.set(std::vector<std::string>(1)); }},
        {"LongTag", "style_tags", nullptr,
         [](draft& d) { d.style_tags.set(std::vector<std::string>(1, std::string(101, 'a'))); }},
        {"TitleOfWrongType", "title", nullptr, [](draft& d) { d.title.wrong(); }},
        {"LongTitle", "title", nullptr, [](draft& d) { d.title.set(std::string(201, 'a')); }},
        {"TitleWithEscape", "title", nullptr, [](draft& d) { d.title.set("a\x1b[31m"); }},
        {"KeyOfWrongType", "idempotency_key", nullptr, [](draft& d) { d.idempotency_key.wrong(); }},
        {"LongKey", "idempotency_key", nullptr,
         [](draft& d) { d.idempotency_key.set(std::string(256, 'k')); }},
        {"KeyWithLineBreak", "idempotency_key", nullptr, [](draft& d) { d.idempotency_key.set("a\nb"); }},
    };
}

outcome<checked_order> check(const generation_draft& draft) {
    static const auto known = engines();
    return check_order(draft, known, text_limits{});
}

}  // namespace

TEST(GenerationRules, EachBadValueIsRefusedNamingItsField) {
    for (const bad_case& each : bad_cases()) {
        SCOPED_TRACE(each.name);
        generation_draft draft = good();
        each.spoil(draft);
        const auto order = check(draft);
        ASSERT_FALSE(order);
        EXPECT_EQ(order.error().code, errc::invalid_request);
        EXPECT_EQ(order.error().field, each.field);
        EXPECT_FALSE(order.error().explanation.empty());
        if (each.explanation) {
            EXPECT_EQ(order.error().explanation, each.explanation);
        }
    }
}

TEST(GenerationRules, OfTwoBadFieldsTheFirstInDocumentedOrderIsNamed) {
    const std::vector<std::string> documented{
        "engine", "prompt",        "duration_seconds", "mode",  "instrumental",
        "lyrics", "seed_track_id", "style_tags",       "title", "idempotency_key"};
    const auto place = [&](const char* field) {
        return std::find(documented.begin(), documented.end(), field) - documented.begin();
    };
    const auto cases = bad_cases();
    for (const bad_case& earlier : cases)
        for (const bad_case& later : cases) {
            if (place(earlier.field) >= place(later.field))
                continue;
            generation_draft draft = good();
            later.spoil(draft);
            earlier.spoil(draft);  // last: bad lyrics bring an engine of their own
            const auto order = check(draft);
            ASSERT_FALSE(order);
            EXPECT_EQ(order.error().field, earlier.field) << earlier.name << " and " << later.name;
        }
}

TEST(GenerationRules, TheLeastOrderGetsTheDocumentedDefaults) {
    const auto order = check(good());
    ASSERT_TRUE(order);
    EXPECT_EQ(order->request.engine, "studio");
    EXPECT_EQ(order->request.prompt, "slow waltz");
    EXPECT_EQ(order->request.duration_seconds, 120);
    EXPECT_EQ(order->request.mode, generation_mode::creation);
    EXPECT_FALSE(order->request.instrumental);
    EXPECT_FALSE(order->request.lyrics || order->request.seed_track_id || order->request.title);
    EXPECT_TRUE(order->request.style_tags.empty());
    EXPECT_FALSE(order->idempotency_key);
    EXPECT_EQ(order->with->engine_key, "studio");
}

// The contract's default is vocals; focus music is made without, unless somebody asks for them.
TEST(GenerationRules, FocusIsInstrumentalUnlessVocalsAreAskedFor) {
    auto focus = good();
    focus.mode.set("focus");
    EXPECT_TRUE(check(focus)->request.instrumental);
    auto sung = focus;
    sung.lyrics.set("la la");
    EXPECT_FALSE(check(sung)->request.instrumental);
    auto told = focus;
    told.instrumental.set(false);
    EXPECT_FALSE(check(told)->request.instrumental);
}

TEST(GenerationRules, LimitsAreInclusiveAndCountCharacters) {
    generation_draft draft = good();
    draft.prompt.set(repeated("é", 5000));
    draft.duration_seconds.set(240);
    draft.lyrics.set(repeated("日", 10'000));
    draft.title.set(repeated("😀", 200));
    draft.style_tags.set(std::vector<std::string>(50, std::string(100, 'a')));
    draft.idempotency_key.set(std::string(255, 'k'));
    const auto order = check(draft);
    ASSERT_TRUE(order) << order.error().explanation;
    EXPECT_EQ(order->idempotency_key, std::string(255, 'k'));
    draft.duration_seconds.set(1);
    EXPECT_TRUE(check(draft));
}

TEST(GenerationRules, EmptyOptionalTextsAreAsGoodAsAbsent) {
    generation_draft draft = good();
    draft.instrumental.set(true);
    draft.lyrics.set("  ");
    draft.title.set("");
    draft.seed_track_id.set("");
    draft.idempotency_key.set("");
    const auto order = check(draft);
    ASSERT_TRUE(order);
    EXPECT_FALSE(order->request.lyrics || order->request.title || order->request.seed_track_id ||
                 order->idempotency_key);
}

TEST(GenerationRules, LineBreaksBelongToTexts) {
    generation_draft draft = good();
    draft.lyrics.set("one\r\n\ttwo\n");
    ASSERT_TRUE(check(draft));
    EXPECT_EQ(check(draft)->request.lyrics, "one\r\n\ttwo\n");
}

TEST(ClaimOf, ScopeIsOrganizationUserAndKey) {
    const auto request = check(good())->request;
    const auto claim = claim_of({"org", "user"}, "key", request);
    EXPECT_EQ(claim.key, claim_of({"org", "user"}, "key", request).key);
    EXPECT_NE(claim.key, claim_of({"org", "other"}, "key", request).key);
    EXPECT_NE(claim.key, claim_of({"other", "user"}, "key", request).key);
    EXPECT_NE(claim.key, claim_of({"org", "user"}, "other", request).key);
    EXPECT_NE(claim.key, claim_of({"orgu", "ser"}, "key", request).key)
        << "parts must not run into each other";
}

TEST(ClaimOf, EveryFieldOfTheOrderCountsForTheDigest) {
    const auto base = check(good())->request;
    const auto digest = [](const gateway::generation_request& of) {
        return claim_of({"o", "u"}, "k", of).request;
    };
    std::vector<std::function<void(gateway::generation_request&)>> changes{
        [](auto& r) { r.engine = "mute"; },
        [](auto& r) { r.prompt += "x"; },
        [](auto& r) { r.duration_seconds = 121; },
        [](auto& r) { r.mode = generation_mode::focus; },
        [](auto& r) { r.instrumental = true; },
        [](auto& r) { r.lyrics = "la"; },
        [](auto& r) { r.seed_track_id = "mtrack_1"; },
        [](auto& r) { r.title = "t"; },
        [](auto& r) { r.style_tags.push_back("a"); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        auto changed = base;
        changes[i](changed);
        EXPECT_NE(digest(changed), digest(base)) << i;
    }
    auto joined = base;
    joined.style_tags = {"ab"};
    auto apart = base;
    apart.style_tags = {"a", "b"};
    EXPECT_NE(digest(joined), digest(apart));
}
