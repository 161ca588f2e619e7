import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0001_conversation'),
        ('knowledge', '0004_objective_title_search'),
        ('knowledge', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CacheRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('enabled', models.BooleanField(default=True)),
                ('position', models.PositiveIntegerField(default=100, help_text='The lowest is tried first.')),
                ('event', models.CharField(choices=[('request', 'A message is about to be answered'), ('okr_changed', 'An objective, key result or check-in changes'), ('session_changed', "A session's context changes"), ('library_changed', 'The knowledge library changes'), ('prompt_published', 'A prompt is published'), ('user_erased', 'A user is erased')], max_length=20)),
                ('phase', models.CharField(blank=True, choices=[('discovery', 'Discovery'), ('refinement', 'Refinement'), ('kr_discovery', 'Key result discovery'), ('validation', 'Validation'), ('completed', 'Completed')], help_text='Requests only: in this phase.', max_length=20)),
                ('openings_only', models.BooleanField(default=False, help_text='Requests only: the first message of a session.')),
                ('kinds', models.CharField(blank=True, help_text='OKR changes only, for instance “changed checked_in”; empty means every kind.', max_length=120)),
                ('scope', models.CharField(choices=[('organization', 'Everybody of an organization'), ('user', 'One user alone'), ('global', 'Everybody'), ('nobody', 'Not cached at all')], default='organization', max_length=12)),
                ('ttl', models.DurationField(blank=True, help_text='Instead of the usual age; at most a day.', null=True)),
                ('tags', models.TextField(blank=True, help_text='Events only: the tags to invalidate, one a line; {organization}, {objective}, {user}, {session} and {version} stand for what the event is about.')),
                ('note', models.TextField(blank=True, help_text='Why this rule is there.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('organization', models.ForeignKey(blank=True, help_text='Only in this organization; empty means in all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.organization')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('name',), name='cache_rule_one_per_name'), models.CheckConstraint(condition=models.Q(('event__in', ['request', 'okr_changed', 'session_changed', 'library_changed', 'prompt_published', 'user_erased'])), name='cache_rule_event_known'), models.CheckConstraint(condition=models.Q(('scope__in', ['organization', 'user', 'global', 'nobody'])), name='cache_rule_scope_known'), models.CheckConstraint(condition=models.Q(models.Q(('event', 'request'), ('tags', '')), models.Q(models.Q(('event', 'request'), _negated=True), models.Q(('tags', ''), _negated=True)), _connector='OR'), name='cache_rule_tags_for_events_only')],
            },
        ),
        migrations.CreateModel(
            name='CacheFiring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_name', models.CharField(max_length=80)),
                ('tags', models.JSONField(help_text='The tags that were invalidated.')),
                ('why', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('bumps', models.JSONField(blank=True, default=list, help_text="Each tag's generation before and after.")),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('who', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='firings', to='conversations.cacherule')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('applied_at__isnull', True)), fields=['id'], name='cache_firing_to_apply'), models.Index(fields=['-created_at'], name='cache_firing_newest')],
            },
        ),
    ]
