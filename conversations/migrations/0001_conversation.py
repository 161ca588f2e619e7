import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('knowledge', '0002_okr'),
        ('knowledge', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('phase', models.CharField(choices=[('discovery', 'Discovery'), ('refinement', 'Refinement'), ('kr_discovery', 'Key result discovery'), ('validation', 'Validation'), ('completed', 'Completed')], default='discovery', max_length=20)),
                ('context', models.JSONField(blank=True, default=dict)),
                ('double_text', models.CharField(choices=[('queue', 'Queue'), ('reject', 'Reject'), ('supersede', 'Supersede'), ('merge', 'Merge')], default='queue', max_length=10)),
                ('next_turn', models.PositiveIntegerField(default=1, help_text='The turn the next message takes.')),
                ('draft', models.JSONField(blank=True, default=dict, help_text='The OKR as it stands (values.Draft).')),
                ('draft_version', models.PositiveIntegerField(default=0)),
                ('approved_version', models.PositiveIntegerField(blank=True, null=True)),
                ('approved_texts', models.JSONField(blank=True, default=list, help_text='Sentences approved to the letter.')),
                ('messages_since_progress', models.PositiveIntegerField(default=0)),
                ('quality', models.JSONField(blank=True, help_text='The last assessment of the draft.', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='knowledge.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('deleted_at', None)), fields=['user', '-created_at', '-id'], name='session_newest_of_user'), models.Index(fields=['organization', '-updated_at'], name='session_updated_in_org')],
                'constraints': [models.CheckConstraint(condition=models.Q(('phase__in', ['discovery', 'refinement', 'kr_discovery', 'validation', 'completed'])), name='session_phase_known'), models.CheckConstraint(condition=models.Q(('double_text__in', ['queue', 'reject', 'supersede', 'merge'])), name='session_double_text_known')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('turn', models.PositiveIntegerField()),
                ('role', models.CharField(choices=[('user', 'User'), ('assistant', 'Assistant')], max_length=10)),
                ('content', models.TextField()),
                ('model', models.CharField(blank=True, max_length=100)),
                ('stop_reason', models.CharField(blank=True, max_length=40)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='knowledge.organization')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='conversations.session')),
            ],
            options={
                'ordering': ['turn', '-role'],
                'constraints': [models.UniqueConstraint(fields=('session', 'turn', 'role'), name='message_one_per_turn_and_role'), models.CheckConstraint(condition=models.Q(('role__in', ['user', 'assistant'])), name='message_role_known'), models.CheckConstraint(condition=models.Q(('content', ''), _negated=True), name='message_content_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('turn', models.PositiveIntegerField()),
                ('priority', models.CharField(choices=[('interactive', 'Interactive'), ('normal', 'Normal'), ('bulk', 'Bulk')], default='interactive', max_length=12)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('superseded', 'Superseded')], default='queued', max_length=12)),
                ('cache_control', models.CharField(blank=True, max_length=20)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('lease_epoch', models.PositiveIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, max_length=100)),
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('sent_count', models.PositiveIntegerField(default=0)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('model', models.CharField(blank=True, max_length=100)),
                ('prompt_version', models.CharField(blank=True, max_length=64)),
                ('stop_reason', models.CharField(blank=True, max_length=40)),
                ('input_tokens', models.PositiveIntegerField(default=0)),
                ('output_tokens', models.PositiveIntegerField(default=0)),
                ('cache_creation_input_tokens', models.PositiveIntegerField(default=0)),
                ('cache_read_input_tokens', models.PositiveIntegerField(default=0)),
                ('cost_usd', models.DecimalField(decimal_places=8, default=0, max_digits=14)),
                ('timings', models.JSONField(blank=True, default=dict, help_text='Milliseconds (values.Timings).')),
                ('cache', models.JSONField(blank=True, default=dict)),
                ('assessment', models.JSONField(blank=True, null=True)),
                ('suggestions', models.JSONField(blank=True, default=list)),
                ('strategy', models.JSONField(blank=True, default=dict, help_text='The strategy chosen, and why.')),
                ('phase', models.CharField(blank=True, help_text='The phase after this turn.', max_length=20)),
                ('partial_text', models.TextField(blank=True, help_text='What was written before a stop.')),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('error_message', models.TextField(blank=True)),
                ('error_retryable', models.BooleanField(default=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='knowledge.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='job', to='conversations.message')),
                ('reply', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answered_job', to='conversations.message')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='conversations.session')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('status__in', ('queued', 'running'))), fields=['session', 'turn'], name='job_open_in_session'), models.Index(condition=models.Q(('status', 'running')), fields=['lease_until'], name='job_lease_to_reap'), models.Index(condition=models.Q(('status', 'queued')), fields=['available_at', 'created_at'], name='job_queued_to_send'), models.Index(condition=models.Q(('finished_at__isnull', False)), fields=['-finished_at'], name='job_newest_finished'), models.Index(fields=['user', '-created_at'], name='job_newest_of_user')],
                'constraints': [models.UniqueConstraint(fields=('session', 'turn'), name='job_one_per_turn'), models.UniqueConstraint(condition=models.Q(('status', 'running')), fields=('session',), name='job_one_running_per_session'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'superseded'])), name='job_status_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['interactive', 'normal', 'bulk'])), name='job_priority_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('status', 'running')), models.Q(models.Q(('status', 'running'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='job_lease_while_running'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('status__in', ('queued', 'running'))), models.Q(models.Q(('status__in', ('queued', 'running')), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='job_finished_when_over'), models.CheckConstraint(condition=models.Q(('reply__isnull', True), ('status', 'succeeded'), _connector='OR'), name='job_reply_only_on_success'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'failed'), _negated=True), models.Q(('error_code', ''), _negated=True), _connector='OR'), name='job_failure_has_a_code'), models.CheckConstraint(condition=models.Q(('lease_epoch__gte', models.F('attempt'))), name='job_epoch_covers_attempts')],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_phase', models.CharField(choices=[('discovery', 'Discovery'), ('refinement', 'Refinement'), ('kr_discovery', 'Key result discovery'), ('validation', 'Validation'), ('completed', 'Completed')], max_length=20)),
                ('to_phase', models.CharField(choices=[('discovery', 'Discovery'), ('refinement', 'Refinement'), ('kr_discovery', 'Key result discovery'), ('validation', 'Validation'), ('completed', 'Completed')], max_length=20)),
                ('trigger', models.CharField(max_length=40)),
                ('forced', models.BooleanField(default=False)),
                ('evidence', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='conversations.job')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='conversations.session')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(help_text='SHA-256 of what was asked.', max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.job')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='idempotency_key_once_per_user')],
            },
        ),
    ]
