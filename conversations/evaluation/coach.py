"""The simulator's coach behind the model's port, in this process: no key, no network, no waiting."""

import orjson

from conversations.llm.answer_schema import parse_answer
from conversations.llm.client import Listener, ModelRequest
from conversations.llm.wire_request import streamed
from conversations.values import Completion, Usage
from profiling.simulator.messages import parse_request
from profiling.simulator.replies import text_of
from profiling.simulator.usage import CHARACTERS_PER_TOKEN


class SimulatedCoach:
    """Answers by the simulator's rules what the product would have sent over the wire."""

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Give the answer in one piece."""
        listener.check()
        body = orjson.dumps(streamed(request))
        text = text_of(parse_request(body))
        answer = parse_answer(text)
        listener.on_text(answer.reply)
        usage = Usage(
            input_tokens=len(body) // CHARACTERS_PER_TOKEN, output_tokens=len(text) // CHARACTERS_PER_TOKEN
        )
        return Completion(answer=answer, model=request.model, stop_reason="end_turn", usage=usage)

    def count_tokens(self, request: ModelRequest) -> int:
        """Count by the simulator's rule of thumb."""
        return len(orjson.dumps(streamed(request))) // CHARACTERS_PER_TOKEN
