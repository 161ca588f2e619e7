"""Adjectives, adverbs and grammar words."""

from typing import Final

from knowledge.rubric.lexicon import tags

WORDS: Final[dict[int, str]] = {
    tags.VAGUE: """
        easier simpler quicker nicer smoother cheaper better good nice some various several many more
        great well greater improved improvement optimal proper properly appropriate adequate reasonable
        regularly significantly substantially considerably generally overall etc somehow possible soon
        happier happy ok okay fine decent stronger bigger productive proactive professional successful
        effective effectively efficient efficiently timely much lots lot harder smarter faster innovative
        different excellent
        """,
    tags.VIVID: """
        best leading leader premier unforgettable delightful delight effortless effortlessly seamless
        seamlessly beloved love loved loving amazing awesome incredible remarkable extraordinary
        exceptional outstanding unbeatable unrivalled unrivaled unparalleled unmatched irresistible
        legendary stellar magical iconic thriving vibrant inspiring inspired trusted favourite favorite
        preferred indispensable essential obvious painless frictionless intuitive simplest easiest fastest
        safest smartest greenest happiest healthiest strongest cleanest friendliest delighted empowered
        fearless bold confident confidently proud proudly thrilled thrilling raving magnet powerhouse
        benchmark envy superb brilliant brilliantly great resilient scalable unstoppable relentless
        obsessed passionate joy joyful joyfully wow memorable bulletproof rocksolid flawless flawlessly
        breeze instantly instant lasting lifelong meaningful meaningfully inclusive welcoming predictable
        repeatable insanely compelling excited roaring rave raves famous fairest wildly talked punctual
        unbelievable excellent fluent fluently rockstar
        """,
    tags.BIG: """
        best leading leader record dominate double triple quadruple tenfold first fastest transform
        revolutionise revolutionize redefine reinvent disrupt breakthrough exponential massive massively
        dramatic dramatically drastically radical radically top premier global worldwide biggest largest
        highest greatest unrivalled unrivaled unparalleled unmatched conquer master become skyrocket
        hypergrowth rapid rapidly huge aggressive aggressively undisputed win accelerate
        """,
    tags.STOP: """
        a an the our your done their his her its my this that these those of in on at by for from to with
        into onto within without across among between through during per via and or but as so than then
        while when where which who whom whose what how why we us i you they them it he she will would can
        could should may might must shall be is are was were been being has have had do does did not no
        nor all each any both over under up down out off above below about after before until against
        toward towards also just only very too further such own same other another if whether because
        there here new least most less fewer end next last year quarter month week day annual quarterly
        upcoming every ever everywhere always again already still yet even back away together along
        instead rather quite almost nearly enough now today tomorrow later once second third several me
        ours yourself ourselves themselves itself unlike despite except including regarding based due
        according plus minus versus vs etc someone anyone somebody anybody one ones cannot can't don't
        doesn't didn't won't isn't aren't it's that's we're we've let's they're like though although since
        till upon there's who's what's he's she's you're i'm
        """,
    tags.PROOF: """
        neutral neutrality unanimously voted named elected chosen approves ratifies endorses accepts
        certified certification accredited accreditation approved approval awarded granted clearance
        recognised recognized profitable breakeven compliant compliance unqualified clean fully entirely
        none nobody zero signed adopted accepted passed passing ranked rated shortlisted winner
        oversubscribed sole listed selected renewed licensed published_in patented complete_coverage
        audited attested validated
        """,
    tags.VANITY: """
        likes hits views pageviews
        """,
    tags.QUIET: """
        normally
        weekly monthly daily biweekly fortnightly yearly regular regularly periodic periodically frequent
        frequently ongoing
        """,
}
