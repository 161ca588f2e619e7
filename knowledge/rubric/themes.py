"""What a text is about, so that key results can be held against their objective."""

from typing import Final

from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.shape import Shape

THEMES: Final[dict[str, frozenset[str]]] = {
    "customer": bag(
        """
        customer user client subscriber member guest patient shopper buyer satisfaction nps csat ces loyalty
        retention churn experience support service complaint ticket response resolution delight love
        onboarding promoter renewal review rating effortless trust tenant passenger retain delivery order
        repeat refund visitor citizen resident fan
        """
    ),
    "money": bag(
        """
        revenue sale profit profitability profitable margin arr mrr income earning cash cost expense ebitda
        deal pipeline quota win pricing price funding donation donor grant fundraising budget growth upsell
        customer contract gmv order basket market share financial loan debt renewal lead investor runway
        conversion invoice
        """
    ),
    "market": bag(
        """
        market brand awareness traffic visitor lead conversion campaign audience reach share leader
        leadership recognition mention follower seo content signup trial visibility reputation presence
        demand pipeline customer backlink press partner newsletter subscriber open category segment
        instagram linkedin facebook twitter famous name revenue
        """
    ),
    "people": bag(
        """
        employee people staff talent hire hiring candidate recruit engagement enps attrition turnover
        retention culture morale learning skill training manager leader workplace diversity inclusion
        wellbeing burnout offer onboarding promotion absenteeism vacancy engineer nurse teacher employer place
        designer developer acceptance internal applicant team
        """
    ),
    "quality": bag(
        """
        quality defect bug incident outage uptime downtime reliability availability latency speed performance
        crash error coverage release deployment mttr platform stable stability technical debt rework scrap
        fast load recall accuracy data alert solid reliable server code recovery response infrastructure
        """
    ),
    "speed": bag(
        """
        speed cycle faster fast velocity throughput wait delay backlog turnaround productivity efficiency
        automate manual deploy deployment release ship quick quickly lead_time agile time
        """
    ),
    "safety": bag(
        """
        safety safest safe injury accident incident security breach vulnerability risk compliance audit
        infection phishing privacy fraud certification secure protect harm fall emergency error
        """
    ),
    "product": bag(
        """
        product feature adoption activation user onboarding usage engagement session active dau mau wau trial
        conversion stickiness retention app fit love value churn setup signup rating
        """
    ),
    "planet": bag(
        """
        carbon emission energy waste water recycling sustainability footprint climate co2 renewable green
        planet plastic solar electricity heating
        """
    ),
    "learning": bag(
        """
        student pupil learner course graduation literacy grade exam attendance learning teacher school pass
        completion education read reading math science graduate
        """
    ),
    "health": bag(
        """
        patient care readmission infection wait mortality clinic hospital health outcome nurse treatment
        vaccination wellbeing doctor emergency diagnosis
        """
    ),
}
GENERAL: Final = tags.STOP | tags.VAGUE | tags.VIVID | tags.VERB | tags.GENERIC | tags.BIG
#: Words of measuring, which two texts may share without sharing a subject.
MEASURING: Final = bag(
    """
    time rate score value days hours minutes percentage number average ratio index level week month quarter
    year cost percent share total per
    """
)


def _parts(shape: Shape) -> set[str]:
    leading = shape.verb.start if shape.verb is not None else -1
    words = [word for word in shape.reading.words if word.start != leading]
    return {part for word in words for part in (word.lemma, *word.lemma.split())}


def themes_of(shape: Shape) -> frozenset[str]:
    """Name the themes a text touches; an empty set means that nothing is known of it."""
    parts = _parts(shape)
    return frozenset(name for name, words in THEMES.items() if parts & words)


def subjects_of(shape: Shape) -> frozenset[str]:
    """Give the words that name what a text is about."""
    words = [word for word in shape.reading.words if not word.tags & GENERAL]
    return frozenset(word.lemma for word in words if len(word.lemma) > 2) - MEASURING


def are_related(left: Shape, right: Shape) -> bool | None:
    """Say whether two texts speak of the same; None where nothing is known of one of them."""
    if subjects_of(left) & subjects_of(right):
        return True
    ours, theirs = themes_of(left), themes_of(right)
    if not ours or not theirs:
        return None
    return bool(ours & theirs)
