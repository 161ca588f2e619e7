from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Jobs are many: the index is built beside them, without locking anybody out.
    atomic = False

    dependencies = [
        ("conversations", "0009_experiment"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(
                condition=models.Q(("variant__isnull", False)),
                fields=["variant", "session"],
                name="job_of_variant",
            ),
        ),
    ]
