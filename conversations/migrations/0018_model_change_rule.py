from django.db import migrations, models

EVENTS = [
    ("request", "A message is about to be answered"),
    ("okr_changed", "An objective, key result or check-in changes"),
    ("session_changed", "A session's context changes"),
    ("library_changed", "The knowledge library changes"),
    ("prompt_published", "A prompt is published"),
    ("model_changed", "A route asks its model no more"),
    ("user_erased", "A user is erased"),
]
NAME = "A route changes its model"
NOTE = "Another model is another question anyhow; so the old answers do not come back with the old route."


def create(apps, schema_editor):
    apps.get_model("conversations", "CacheRule").objects.get_or_create(
        name=NAME,
        defaults={"event": "model_changed", "tags": "model:{model}", "note": NOTE, "position": 6},
    )


def remove(apps, schema_editor):
    apps.get_model("conversations", "CacheRule").objects.filter(event="model_changed").delete()


class Migration(migrations.Migration):
    dependencies = [("conversations", "0017_prompt_evaluated")]
    operations = [
        migrations.AlterField(
            model_name="cacherule",
            name="event",
            field=models.CharField(choices=EVENTS, max_length=20),
        ),
        migrations.AlterField(
            model_name="cacherule",
            name="tags",
            field=models.TextField(
                blank=True,
                help_text="Events only: the tags to invalidate, one a line; {organization}, {objective}, {user}, "
                "{session}, {version} and {model} stand for what the event is about.",
            ),
        ),
        migrations.RemoveConstraint(model_name="cacherule", name="cache_rule_event_known"),
        migrations.AddConstraint(
            model_name="cacherule",
            constraint=models.CheckConstraint(
                condition=models.Q(event__in=[event for event, _ in EVENTS]), name="cache_rule_event_known"
            ),
        ),
        migrations.RunPython(create, remove),
    ]
