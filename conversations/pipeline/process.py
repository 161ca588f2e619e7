"""The sentence: how a claimed message becomes a reply."""

from functools import partial

from conversations.cache.lookup import Answered, Lookup
from conversations.leases import Lease
from conversations.llm.route import Route
from conversations.pipeline import steps
from conversations.pipeline.advance import advance_phase, standing_before
from conversations.pipeline.assess import assess_draft, findings_in
from conversations.pipeline.cache import cached_answer, keep_answer, look_up
from conversations.pipeline.call import AttemptListener, call_claude, request_for
from conversations.pipeline.claim import Claim
from conversations.pipeline.load import load_messages, load_session
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.pipeline.route import route_traits
from conversations.pipeline.save import Turnout, save_reply
from conversations.pipeline.suggest import suggestions_for
from conversations.ports import Ports
from conversations.wordings import WordingTraits
from profiling.spans import Profile


def process(claim: Claim, lease: Lease, listener: AttemptListener, ports: Ports, profile: Profile) -> Turnout:
    """Answer one message and save the reply.

    Raises AttemptEndedError when the attempt must write nothing, and ModelError when Claude gave
    no complete answer.
    """
    step = profile.measure
    with profile.span(steps.TOTAL):
        session, said = step(steps.LOAD_SESSION, load_session, claim)
        conversation = step(steps.LOAD_MESSAGES, load_messages, claim, said)
        findings = step(steps.DETECT_ANTIPATTERNS, findings_in, conversation, session)
        assessment = step(steps.ASSESS_QUALITY, assess_draft, session.draft, session.context)
        seen = standing_before(session, assessment)
        strategy = step(steps.CHOOSE_STRATEGY, strategy_for, session, conversation, seen, findings)
        suggestions = step(
            steps.SUGGESTIONS, suggestions_for, session, conversation, seen, findings, ports.suggest
        )
        choice = ports.wording_for(WordingTraits(claim.organization_id, claim.session_id, session.began))
        prompt_in = partial(prompt_for, session, conversation, seen, strategy, findings, suggestions)
        prompt = step(steps.BUILD_PROMPT, prompt_in, choice.wording)
        route = choice.on(ports.route_for(route_traits(claim, session, conversation, strategy)))
        request = request_for(prompt, route, lease, is_retry=claim.has_failed, expires_in=claim.expires_in)
        lookup = step(steps.CACHE_LOOKUP, look_up, claim, session, conversation, request, ports)
        answered = _answered(claim, lookup, listener, route, ports, profile)
        completion, cache = answered.completion, answered.verdict
        progress = step(steps.ADVANCE_PHASE, advance_phase, session, conversation, seen, completion.answer)
        turnout = Turnout(
            session, completion, progress, strategy, suggestions, cache, choice, route, request, prompt_in,
            listener.spent_usd,
        )  # fmt: skip
        step(steps.SAVE_REPLY, save_reply, claim, turnout, profile)
        keep_answer(claim, answered, ports)
    return turnout


def _answered(
    claim: Claim, lookup: Lookup, listener: AttemptListener, route: Route, ports: Ports, profile: Profile
) -> Answered:
    """Take the answer that was found, or ask for one; either is told as it comes."""
    listener.on_verdict(lookup.verdict)
    answered = cached_answer(lookup, listener) or profile.measure(
        steps.CALL_CLAUDE, call_claude, claim, lookup, listener, route, ports
    )
    listener.on_verdict(answered.verdict)
    return answered
