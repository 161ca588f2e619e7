"""The OKRs of the demonstration: a company that sells analytics, its teams, and how two cycles went."""

from dataclasses import dataclass
from typing import Final

from knowledge.choices import Commitment, Direction, InitiativeStatus, Kind, ObjectiveStatus, Outcome


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody who owns objectives; the teams are the ones they belong to."""

    first_name: str
    last_name: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleScore:
    """A key result's score at close, and its reason."""

    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class SampleResult:
    """A key result with a value a week, the newest so many days before today or the cycle's end."""

    title: str
    baseline: str | None
    target: str | None
    unit: str = ""
    direction: Direction = Direction.INCREASE
    kind: Kind = Kind.METRIC
    band: str | None = None
    weight: str = "1"
    source: str = ""
    values: tuple[str, ...] = ()
    confidences: tuple[int, ...] = ()
    days_ago: int = 2
    note: str = ""
    score: SampleScore | None = None


@dataclass(frozen=True, slots=True)
class SampleObjective:
    """An objective; `below` names its parent, with a number for the parent's key result."""

    key: str
    title: str
    owner: str
    results: tuple[SampleResult, ...]
    team: str = ""
    below: str = ""
    below_result: int | None = None
    description: str = ""
    status: ObjectiveStatus = ObjectiveStatus.ACTIVE
    commitment: Commitment = Commitment.COMMITTED
    outcome: Outcome = Outcome.PARTIAL
    learnings: str = ""
    work: tuple[tuple[str, InitiativeStatus], ...] = ()


CONTEXT: Final = {"industry": "B2B software", "timeframe": "quarter", "scope": "team"}
LEAD, MAYA, JONAS, LENA = "ada@example.com", "maya@example.com", "jonas@example.com", "lena@example.com"
SUCCESS, PRODUCT, PLATFORM = "Customer success", "Product", "Platform"
#: By e-mail address. Nobody has a password or a key: they are names on the rows.
PEOPLE: Final = {
    LEAD: SamplePerson("Ada", "Lindqvist", (SUCCESS, PRODUCT, PLATFORM)),
    MAYA: SamplePerson("Maya", "Okafor", (SUCCESS,)),
    JONAS: SamplePerson("Jonas", "Berg", (PRODUCT,)),
    LENA: SamplePerson("Lena", "Fischer", (PLATFORM,)),
}
_LESS, _HELD = Direction.DECREASE, Direction.MAINTAIN
LEARNINGS: Final = (
    "Small steps every week moved the figures; the two big launches did not. Next cycle: fewer objectives, "
    "a baseline before the cycle begins, and a check-in every Monday."
)
#: The key of the objective that was not finished and is taken along.
CARRIED: Final = "teams"

PREVIOUS: Final = (
    SampleObjective(
        CARRIED, "Turn trial users into teams that stay", JONAS, team=PRODUCT,
        commitment=Commitment.ASPIRATIONAL,
        learnings="Teams stay when a second person joins in the first week; single users rarely do.",
        results=(
            SampleResult("Raise trial-to-paid conversion from 9% to 18%", "9", "18", "%", source="Billing",
                values=("9", "9.4", "10.1", "11", "11.6", "12"), confidences=(7, 6, 6, 5, 4, 3),
                score=SampleScore("0.33", "Three of nine points; pricing was changed too late.")),
            SampleResult("Grow weekly active teams from 240 to 450", "240", "450", "teams",
                source="Product analytics", values=("240", "252", "271", "288", "301", "310"),
                confidences=(7, 7, 6, 5, 5, 4),
                score=SampleScore("0.33", "Growth was steady and half as fast as hoped.")),
        ),
    ),
    SampleObjective(
        "trust", "Win back the trust of customers after the spring outages", MAYA, team=SUCCESS,
        outcome=Outcome.ACHIEVED, learnings="Calling first, before customers call us, did most of it.",
        results=(
            SampleResult("Cut major incidents from 7 to 2 per quarter", "7", "2", "incidents", _LESS,
                source="Incident log", values=("7", "5", "4", "3", "2"), confidences=(5, 6, 7, 8, 9),
                score=SampleScore("1.0", "Two incidents, both ended within the hour.")),
            SampleResult("Raise the customer trust score from 6.1 to 8.0", "6.1", "8.0", "points",
                source="Quarterly survey", values=("6.1", "6.8", "7.4", "7.8"), confidences=(5, 6, 7, 7),
                score=SampleScore("0.9", "7.8 of 8.0; large customers are at 8.2.")),
        ),
    ),
    SampleObjective(
        "shipping", "Ship with confidence every single day", LENA, team=PLATFORM,
        outcome=Outcome.MISSED,
        learnings="Nobody had time set aside for it; it needs an owner with half a week.",
        results=(
            SampleResult("Raise deployments from 2 to 10 per week", "2", "10", "per week",
                source="Deployment log", values=("2", "3", "3", "4"), confidences=(6, 4, 3, 2),
                score=SampleScore("0.25", "Four a week; the test suite takes too long for more.")),
            SampleResult("Lower the change failure rate from 18% to 8%", "18", "8", "%", _LESS,
                source="Deployment log", values=("18", "19", "17", "16"), confidences=(5, 4, 3, 2),
                score=SampleScore("0.2", "Two of ten points.")),
        ),
    ),
)  # fmt: skip

CURRENT: Final = (
    SampleObjective(
        "company", "Become the analytics partner our customers would never give up", LEAD,
        description="What the whole company works for this year; the teams' objectives hang below it.",
        commitment=Commitment.ASPIRATIONAL,
        results=(
            SampleResult("Raise net revenue retention from 98% to 106%", "98", "106", "%", weight="2",
                source="Billing", values=("98", "98.6", "99.5", "101.2"), confidences=(6, 6, 6, 7)),
            SampleResult("Reduce customer churn from 4.5% to 3.0% per quarter", "4.5", "3.0", "%", _LESS,
                source="Billing", values=("4.5", "4.3", "4.1"), confidences=(5, 5, 6), days_ago=4),
        ),
    ),
    SampleObjective(
        "activation", "Make every new customer feel at home in our product within days", JONAS,
        team=PRODUCT, below="company", commitment=Commitment.ASPIRATIONAL,
        description="Customers who are active after two weeks stay for years.",
        results=(
            SampleResult("Raise the share of customers active within 14 days from 40% to 60%", "40", "60",
                "%", weight="2", source="Product analytics", values=("40", "42", "43", "47", "49", "52"),
                confidences=(6, 6, 5, 6, 7, 8), note="The shorter sign-up went out to everybody."),
            SampleResult("Cut the days until the first shared report from 9 to 3", "9", "3", "days", _LESS,
                source="Product analytics", values=("9", "8.5", "7", "6.5"), confidences=(7, 6, 6, 5),
                note="Templates help; connecting the data still takes four days."),
            SampleResult("Hold the NPS of new customers at 45, give or take 3 points", "45", "45", "points",
                _HELD, band="3", source="Survey after 30 days", values=("45", "44", "46"),
                confidences=(8, 8, 8), days_ago=9, note="Faster has not meant worse."),
        ),
        work=(("Sign-up in three steps", InitiativeStatus.DONE),
              ("Report templates by industry", InitiativeStatus.IN_PROGRESS)),
    ),
    SampleObjective(
        "first-success", "Give new customers a first success they tell their colleagues about", MAYA,
        team=SUCCESS, below="activation", below_result=0,
        results=(
            SampleResult("Lower support tickets in the first month from 2.5 to 1.5 per customer", "2.5",
                "1.5", "tickets", _LESS, source="Help desk", values=("2.5", "2.4", "2.1", "1.9", "1.7"),
                confidences=(6, 6, 7, 7, 8), note="The new guide answers the three commonest questions."),
            SampleResult("Raise the share of customers with a named champion from 30% to 75%", "30", "75",
                "%", source="CRM", values=("30", "34", "41", "48"), confidences=(7, 6, 5, 5)),
            SampleResult("Bring 4 of 4 customer segments through the guided first week without help", "0",
                "4", "segments", kind=Kind.MILESTONE, source="Onboarding board", values=("0", "1", "2"),
                confidences=(7, 7, 6), days_ago=6),
        ),
        work=(("A welcome call within two days", InitiativeStatus.DONE),
              ("A guided first week", InitiativeStatus.PLANNED)),
    ),
    SampleObjective(
        "dashboards", "Make dashboards so fast that customers never wait for an answer", LENA,
        team=PLATFORM, below="company",
        results=(
            SampleResult("Cut the slowest 5% of dashboard loads from 6.2 to 2.0 seconds", "6.2", "2.0",
                "seconds", _LESS, source="Monitoring", values=("6.2", "6.0", "5.4"), confidences=(7, 5, 4),
                days_ago=24, note="The query cache is half done; waiting for the new warehouse."),
            SampleResult("Keep availability at 99.95%, give or take 0.03", None, "99.95", "%", _HELD,
                band="0.03", source="Monitoring", values=("99.96", "99.90"), confidences=(8, 6), days_ago=30),
            SampleResult("Reduce night-time alerts from 11 to 2 per month", "11", "2", "alerts", _LESS,
                source="On-call log"),
        ),
    ),
    SampleObjective(
        "warehouse", "Migrate to the new data warehouse", LENA, team=PLATFORM, below="dashboards",
        results=(
            SampleResult("Launch the new warehouse", None, None, kind=Kind.BINARY, values=("0",),
                confidences=(4,), days_ago=19),
            SampleResult("Hold 12 planning meetings with the teams", "0", "12", "meetings",
                values=("3", "5", "9"), confidences=(9, 9, 9), days_ago=17),
        ),
    ),
    SampleObjective(
        "satisfaction", "Improve customer satisfaction", MAYA, team=SUCCESS,
        status=ObjectiveStatus.DRAFT,
        results=(
            SampleResult("Send the newsletter every week", None, None, kind=Kind.BINARY),
            SampleResult("Reach 10,000 followers on social media", None, "10000", "followers"),
            SampleResult("Better answers from support", None, None),
        ),
    ),
)  # fmt: skip
