"""Words and signs around numbers: dates, currencies, scales, times and names, as data."""

from typing import Final

from knowledge.rubric.lexicon.bag import bag

MONTHS: Final = bag(
    """
    january february march april may june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec
    """
)
CURRENCY_SIGNS: Final = frozenset("$€£¥₹")
CURRENCY_WORDS: Final = bag(
    """
    usd eur gbp jpy inr chf cad aud dollar dollars euro euros pounds rupees yen crore crores lakh lakhs
    francs cents peso pesos rs
    """
)
SCALES: Final = {
    "k": 1e3,
    "m": 1e6,
    "mm": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "crore": 1e7,
    "lakh": 1e5,
    "hundred": 1e2,
    "dozen": 12.0,
}
TIME_UNITS: Final = bag(
    """
    s sec secs second seconds ms millisecond milliseconds min mins minute minutes h hr hrs hour hours d
    day days week weeks wk wks month months mo quarter quarters year years yr yrs business working
    calendar
    """
)
LIMITS: Final = bag("under below least most than within to from < ≤ up")
BRISK_UNITS: Final = bag("s sec seconds ms milliseconds min minutes minute h hrs hours hour")
LONG_UNITS: Final = bag("week weeks month months quarter quarters year years yr yrs")
WORD_NUMBERS: Final = {
    "zero": 0.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "eleven": 11.0,
    "twelve": 12.0,
    "fifteen": 15.0,
    "twenty": 20.0,
    "thirty": 30.0,
    "forty": 40.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "seventy": 70.0,
    "eighty": 80.0,
    "ninety": 90.0,
    "hundred": 100.0,
    "thousand": 1000.0,
    "million": 1e6,
    "dozen": 12.0,
}
MULTIPLIERS: Final = {
    "double": 2.0,
    "doubled": 2.0,
    "doubling": 2.0,
    "twice": 2.0,
    "triple": 3.0,
    "tripled": 3.0,
    "quadruple": 4.0,
    "tenfold": 10.0,
    "twofold": 2.0,
    "threefold": 3.0,
    "doubles": 2.0,
    "triples": 3.0,
    "halves": 0.5,
    "third": 1 / 3,
    "thirds": 2 / 3,
    "fifth": 0.2,
    "halve": 0.5,
    "halved": 0.5,
    "halving": 0.5,
    "half": 0.5,
}
FRAME_LEADS: Final = bag(
    """
    in next last past every per over throughout each coming following first previous for
    """
)
NAME_LEADS: Final = bag(
    """
    iso soc soc2 version phase tier stage level step series release office gen generation python java
    web windows ios android php node covid fortune wave part chapter sprint block type class http wcag
    week day month grade article section regulation fy
    """
)
NAMED_NUMBERS: Final = frozenset(("27001", "9001", "14001", "45001", "13485", "22301", "365", "24/7", "360"))
ORDINAL_ENDINGS: Final = ("st", "nd", "rd", "th")
PLACEHOLDERS: Final = frozenset(("X", "Y", "Z", "XX", "YY", "XXX", "XY", "N", "NN"))

#: Words at which a counted noun phrase ends.
COUNT_BREAKS: Final = bag(
    """
    of in on at by for from to with into per that which who via through using during within and or a the
    each every this before after until while so as is are were was who've
    our their its his her my your this these those
    """
)
