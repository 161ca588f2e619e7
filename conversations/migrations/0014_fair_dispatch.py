from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is built beside the writers, which a transaction would forbid.
    atomic = False

    dependencies = [("conversations", "0013_prompt_sections")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="is_head",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="First open turn of its session, when last looked at: the line that claims look along.",
            ),
        ),
        AddIndexConcurrently(
            model_name="job",
            index=models.Index(
                condition=models.Q(("is_head", True), ("status", "queued")),
                fields=["organization", "priority", "available_at"],
                name="job_claimable_in_fairness",
            ),
        ),
    ]
