"""The committed API description is the one the code gives."""

import warnings
from io import StringIO
from pathlib import Path

from django.core.management import call_command

DESCRIPTION = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"


def test_the_committed_description_is_current() -> None:
    output = StringIO()

    with warnings.catch_warnings():
        # Its own complaints fail the command below; those of its libraries are not ours to mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        call_command("spectacular", validate=True, fail_on_warn=True, stdout=output)

    assert output.getvalue().strip() == DESCRIPTION.read_text().strip(), "run `make openapi`"
