from django.db import migrations

NAME = "Openings that mean the same share an answer"
NOTE = (
    "Switch it on to answer a session's first message with the answer to another one that says the same in "
    "other words. A share of such answers is audited; above the budget of false ones it switches itself off."
)


def create(apps, schema_editor):
    apps.get_model("conversations", "CacheRule").objects.get_or_create(
        name=NAME,
        defaults={
            "event": "request",
            "enabled": False,
            "openings_only": True,
            "similar": True,
            "position": 10,
            "note": NOTE,
        },
    )


def remove(apps, schema_editor):
    apps.get_model("conversations", "CacheRule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("conversations", "0007_similar_openings")]
    operations = [migrations.RunPython(create, remove)]
