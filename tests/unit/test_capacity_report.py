"""The report of the benchmarks goes where it belongs, whatever stood there."""

from tests.benchmarks.capacity_report import filled


def test_the_first_report_takes_the_place_of_the_marker() -> None:
    text = "# Title\n\n## Capacity\n\n<!-- capacity -->\n\n## Configuration\n"

    once = filled(text, "| a |\n| b |")

    assert once == (
        "# Title\n\n## Capacity\n\n<!-- capacity -->\n| a |\n| b |\n<!-- /capacity -->\n\n## Configuration\n"
    )


def test_a_later_report_replaces_the_one_before_and_nothing_else() -> None:
    text = "before\n<!-- capacity -->\n"

    assert filled(filled(text, "old"), "new") == filled(text, "new")
