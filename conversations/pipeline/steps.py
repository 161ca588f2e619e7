"""The names of the steps, as the performance analysis of the first system gave them."""

from typing import Final

TOTAL: Final = "conversation_processing_total"
LOAD_SESSION: Final = "step_1_load_session"
LOAD_MESSAGES: Final = "step_2_load_messages"
DETECT_ANTIPATTERNS: Final = "step_3_detect_antipatterns"
ASSESS_QUALITY: Final = "step_4_assess_quality"
CHOOSE_STRATEGY: Final = "step_5_choose_strategy"
BUILD_PROMPT: Final = "step_6_build_prompt"
CACHE_LOOKUP: Final = "step_6_5_response_cache_lookup"
CALL_CLAUDE: Final = "step_7_claude_api_call"
SUGGESTIONS: Final = "step_7_5_knowledge_suggestions"
ADVANCE_PHASE: Final = "step_8_advance_phase"
SAVE_REPLY: Final = "step_9_save_reply"

ALL: Final = (
    LOAD_SESSION,
    LOAD_MESSAGES,
    DETECT_ANTIPATTERNS,
    ASSESS_QUALITY,
    CHOOSE_STRATEGY,
    BUILD_PROMPT,
    CACHE_LOOKUP,
    CALL_CLAUDE,
    SUGGESTIONS,
    ADVANCE_PHASE,
    SAVE_REPLY,
)
