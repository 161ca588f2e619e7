from django.db import migrations

RULES = [
    (
        "An OKR changes",
        "okr_changed",
        "okr:org:{organization}",
        "Every answer in the organization was given before this change was known.",
    ),
    (
        "A session's context changes",
        "session_changed",
        "session:{session}",
        "Answers that only this session may use; shared ones carry the context in their key.",
    ),
    ("A prompt is published", "prompt_published", "prompt:{version}", "The version that is replaced."),
    ("The library changes", "library_changed", "library", "Its suggestions are part of many prompts."),
    ("A user is erased", "user_erased", "user:{user}", "Answers to this user's words go, shared or not."),
]


def create(apps, schema_editor):
    rule = apps.get_model("conversations", "CacheRule")
    for position, (name, event, tags, note) in enumerate(RULES, start=1):
        rule.objects.get_or_create(
            name=name, defaults={"event": event, "tags": tags, "note": note, "position": position}
        )


def remove(apps, schema_editor):
    names = [name for name, *_ in RULES]
    apps.get_model("conversations", "CacheRule").objects.filter(name__in=names).delete()


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_cache_rules")]
    operations = [migrations.RunPython(create, remove)]
