"""Rows become goals; every mistake is named with its line and column."""

from datetime import date
from decimal import Decimal

import pytest

from knowledge.errors import UnreadableFileError
from knowledge.exchange.parsing import Parsed, RowError, parse
from knowledge.exchange.reading import read_table


def parsed(*lines: str) -> Parsed:
    """Parse CSV lines."""
    return parse(read_table("\n".join(lines).encode()))


def test_our_own_columns_are_read() -> None:
    file = parsed(
        "type,external_id,title,parent,baseline,target,direction,weight",
        "objective,O1,Grow,,,,,",
        "key_result,K1,Sales rise,O1,1.5,10,increase,2",
    )

    objective, result = file.goals
    assert (file.column_map.name, file.errors) == ("okr", ())
    assert (objective.kind, objective.key) == ("objective", "O1")
    assert result.values["baseline"] == Decimal("1.5")
    assert result.text("parent") == "O1"


def test_a_view_export_of_viva_goals_is_mapped() -> None:
    file = parsed(
        "ID,Title,Object Type,Owner Email,Time Period,Start Date,Due Date,Status,Metric Start,Metric Target,"
        "Current Value,Metric Unit,Parent ID,Last Check-in Note",
        "7,Customers stay,Objective,Ann@example.com,Q1 2026,01/05/2026,03/31/2026,At risk,,,,,,",
        "8,Churn falls,Key Result,,Q1 2026,,,On track,8,4,6,%,7,Getting there",
    )

    objective, result = file.goals
    assert (file.column_map.name, file.errors) == ("viva_goals", ())
    assert objective.values["starts_on"] == date(2026, 1, 5)
    assert (objective.text("status"), objective.text("owner"), objective.text("cycle")) == (
        "active",
        "ann@example.com",
        "Q1 2026",
    )
    assert (result.kind, result.text("parent"), result.text("note")) == ("key_result", "7", "Getting there")
    assert result.values["current"] == Decimal(6)


def test_a_generic_goal_table_is_mapped_and_rows_belong_to_those_above() -> None:
    file = parsed(
        "Goal,Owner e-mail,Department,Starting value,Target value,Actual,Notes",
        "Delight customers,,Support,,,,",
        "NPS rises,,,20,50,35,Good month",
    )

    objective, result = file.goals
    assert (file.column_map.name, file.errors) == ("generic", ())
    assert (objective.kind, result.kind) == ("objective", "key_result")
    assert result.text("parent") == objective.key


def test_rows_without_an_id_keep_the_same_name_every_time() -> None:
    lines = ("title,type", "Grow,objective")

    assert parsed(*lines).goals[0].key == parsed(*lines).goals[0].key


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("objective,,,,,,,,,", "title"),
        ("objective,x,,,,,,,soon,", "due_on"),
        ("banner,x,,,,,,,,", "type"),
        ("objective,x,,lost,,,,,,", "status"),
        ("objective,x,,closed,,,,,,", "outcome"),
        ("key_result,x,,,,,,,,", "parent"),
        ("key_result,x,O1,,many,,,,,", "baseline"),
        ("key_result,x,O1,,5,1,increase,,,", "target"),
        ("key_result,x,O1,,,,,-1,,", "weight"),
        ("key_result,x,O1,,,,sideways,,,", "direction"),
        ("check_in,,K1,,,,,,,", "current"),
    ],
)
def test_a_mistake_is_named_with_line_and_column(row: str, column: str) -> None:
    file = parsed("type,title,parent,status,baseline,target,direction,weight,due_on,outcome", row)

    assert (2, column) in [(one.line, one.column) for one in file.errors]


def test_the_same_name_twice_is_a_mistake() -> None:
    file = parsed("title,external_id,type", "A,X,objective", "B,X,objective")

    assert file.errors == (RowError(3, "external_id", "This repeats line 2; give each its own external id."),)


def test_a_table_without_titles_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="titles"):
        parsed("colour,size", "red,5")
