from django.db import migrations

ROUTES = [
    {
        "name": "Small talk",
        "kind": "small_talk",
        "model": "fast",
        "fallbacks": "strong",
        "max_tokens": 1536,
        "note": "Thanks and greetings change nothing. The answer still repeats the whole draft, so it needs room.",
    },
    {
        "name": "A plain yes",
        "kind": "plain_yes",
        "model": "fast",
        "fallbacks": "strong",
        "max_tokens": 1536,
        "note": "The draft comes back untouched; whether it was a yes is still for the model to say.",
    },
    {
        "name": "Questions about a closed OKR",
        "phase": "completed",
        "model": "fast",
        "fallbacks": "strong",
        "max_tokens": 1536,
        "note": "Nothing is drafted any more.",
    },
    {
        "name": "Finding the objective",
        "phase": "discovery",
        "model": "strong",
        "fallbacks": "fast",
        "effort": "low",
        "max_tokens": 1536,
        "note": "A rough wording soon is worth more than a perfect one late.",
    },
    {
        "name": "Drafting and validation",
        "model": "strong",
        "fallbacks": "fast",
        "effort": "medium",
        "max_tokens": 2048,
        "note": "Everything no other rule is about: wording, key results, the last look at the whole.",
    },
]


def create(apps, schema_editor):
    rule = apps.get_model("conversations", "RouteRule")
    for position, fields in enumerate(ROUTES, start=1):
        rule.objects.get_or_create(
            name=fields["name"], defaults={"position": position * 10, **fields}
        )


def remove(apps, schema_editor):
    names = [one["name"] for one in ROUTES]
    apps.get_model("conversations", "RouteRule").objects.filter(name__in=names).delete()


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_prompt_version_and_route")]
    operations = [migrations.RunPython(create, remove)]
