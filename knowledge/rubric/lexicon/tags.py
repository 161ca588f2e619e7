"""What a word can be to the rubric: plain integer flags, because they are tested for every word."""

from typing import Final

# Verbs, by what doing them proves.
DELIVER: Final = 1 << 0  # makes a thing exist: launch, implement, publish
ACTIVITY: Final = 1 << 1  # keeps somebody busy: hold, interview, analyse
CRAFT: Final = 1 << 2  # makes a thing or a state, the object decides: build, create, establish
CHANGE: Final = 1 << 3  # moves something: increase, reduce, strengthen
ATTAIN: Final = 1 << 4  # gets hold of a result: reach, win, acquire
SERVE: Final = 1 << 5  # repeated service whose share or speed is a result: resolve, respond
ASPIRE: Final = 1 << 6  # names a state worth wanting: become, delight, transform
ROUTINE: Final = 1 << 7  # keeps things as they are: maintain, continue, operate

# Nouns.
METRIC: Final = 1 << 8  # measured by itself: rate, score, churn, revenue
RESULT: Final = 1 << 9  # worth counting: customers, deals, sign-ups
PEOPLE: Final = 1 << 10  # somebody who benefits: customers, patients, employees
OUTCOME: Final = 1 << 11  # a state of the world: satisfaction, growth, trust
DELIVERABLE: Final = 1 << 12  # what gets made: website, feature, report
EVENT: Final = 1 << 13  # what gets done: meeting, interview, campaign
STAFF: Final = 1 << 14  # who gets hired: engineer, salesperson
INPUT: Final = 1 << 15  # what gets spent: budget, hours
VANITY: Final = 1 << 16  # flatters: likes, impressions
LAGGING: Final = 1 << 17  # known only afterwards: revenue, churn
GENERIC: Final = 1 << 18  # could mean anything: things, business, performance
FUZZY: Final = 1 << 19  # a quality nobody has defined how to count: efficiency, innovation

# Adjectives, adverbs and the rest.
VAGUE: Final = 1 << 20  # better, nice, several
VIVID: Final = 1 << 21  # world-class, effortless, beloved
BIG: Final = 1 << 22  # record, first, dominate, double
STOP: Final = 1 << 23  # grammar
PROOF: Final = 1 << 24  # gradable without a number: certified, approved, profitable
QUIET: Final = 1 << 25  # frequency of an activity: weekly, monthly
OUTSIDE: Final = 1 << 26  # nobody in the team decides it: legislation, weather
PLACE: Final = 1 << 27  # where: Europe, mid-market

VERB: Final = DELIVER | ACTIVITY | CRAFT | CHANGE | ATTAIN | SERVE | ASPIRE | ROUTINE
WORK: Final = DELIVER | ACTIVITY
MADE: Final = DELIVERABLE | EVENT | STAFF
