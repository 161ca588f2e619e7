"""The migrations and the models agree."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    # It leaves with code 1 when a migration is missing.
    call_command("makemigrations", check_changes=True, dry_run=True)
