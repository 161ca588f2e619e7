"""Two versions of the templates, side by side."""

from conversations.prompt.difference import Change, Line, Written, differences


def test_only_the_templates_that_differ_are_given_with_their_tokens() -> None:
    before = Written({"base": "One.\nTwo.\nThree.", "rubric": "Same."}, {"base": 10, "rubric": 2})
    after = Written({"base": "One.\n2.\nThree.", "rubric": "Same."}, {"base": 8, "rubric": 2})

    (found,) = differences(before, after)

    assert (found.name, found.tokens_more) == ("base", -2)
    assert found.lines == (
        Line(Change.SAME, "One."),
        Line(Change.REMOVED, "Two."),
        Line(Change.ADDED, "2."),
        Line(Change.SAME, "Three."),
    )


def test_a_template_that_only_one_version_has_is_all_new() -> None:
    (found,) = differences(Written({}, {}), Written({"base": "One."}, {"base": 1}))

    assert found.lines == (Line(Change.ADDED, "One."),)
