"""A person is forgotten; what the organization set out to do is not."""

import pytest
from django.db import IntegrityError, transaction

from knowledge.models import CheckIn, Objective
from knowledge.services import forget_person
from tests.builders import a_user
from tests.okr_builders import a_check_in, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db


def test_a_forgotten_person_leaves_values_but_no_words() -> None:
    user = a_user(first_name="Ann", is_staff=True)
    team = a_team(user.organization, members=(user,))
    result = a_key_result(an_objective(user))
    a_check_in(result, "40", note="My doctor says rest.")
    other = a_user(organization=user.organization)
    a_check_in(result, "50", note="Theirs", author=other)

    receipt = forget_person(user)

    user.refresh_from_db()
    assert (receipt.check_in_notes, receipt.history_notes) == (1, 1)
    assert set(CheckIn.objects.values_list("note", flat=True)) == {"", "Theirs"}
    assert (user.first_name, user.is_active, user.is_staff) == ("", False, False)
    assert not user.has_usable_password()
    assert "@erased.invalid" in user.email
    assert not team.members.exists()
    assert Objective.objects.get().owner == user


def test_check_ins_are_append_only_again_afterwards() -> None:
    user = a_user()
    a_check_in(a_key_result(an_objective(user)))

    forget_person(user)

    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.update(note="No")
