import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0010_job_of_variant'),
        ('knowledge', '0004_objective_title_search'),
        ('knowledge', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=500)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('job.succeeded', 'Succeeded'), ('job.failed', 'Failed'), ('job.cancelled', 'Cancelled'), ('job.superseded', 'Superseded')], max_length=20), blank=True, default=list, help_text='Which ends it is told of; none means all.', size=None)),
                ('enabled', models.BooleanField(default=True)),
                ('disabled_why', models.CharField(blank=True, max_length=200)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('secret_salt', models.CharField(editable=False, max_length=64)),
                ('secret_check', models.CharField(editable=False, max_length=64)),
                ('previous_salt', models.CharField(blank=True, editable=False, max_length=64)),
                ('previous_check', models.CharField(blank=True, editable=False, max_length=64)),
                ('previous_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='knowledge.organization')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'url'), name='webhook_one_per_address'), models.CheckConstraint(condition=models.Q(('events__contained_by', ['job.succeeded', 'job.failed', 'job.cancelled', 'job.superseded'])), name='webhook_events_known')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=20)),
                ('data', models.JSONField(default=dict, help_text='What the receiver is told.')),
                ('occurred_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('sending', 'Sending'), ('delivered', 'Delivered'), ('dead', 'Dead letter')], db_default='pending', max_length=10)),
                ('attempts', models.PositiveIntegerField(db_default=0)),
                ('lease_epoch', models.PositiveIntegerField(db_default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('response_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('error', models.CharField(blank=True, db_default='', max_length=300)),
                ('tries', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()))),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='conversations.job')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='conversations.webhookendpoint')),
            ],
            options={
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'next_attempt_at'], name='delivery_to_send'), models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='delivery_in_flight'), models.Index(fields=['-finished_at'], name='delivery_newest_finished'), models.Index(fields=['endpoint', '-created_at', '-id'], name='delivery_newest_of_endpoint')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'delivered', 'dead'])), name='delivery_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='delivery_lease_while_sending'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['delivered', 'dead'])), models.Q(('finished_at__isnull', True), ('state__in', ['pending', 'sending'])), _connector='OR'), name='delivery_finished_when_over')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='job',
            trigger=pgtrigger.compiler.Trigger(name='job_tells_webhooks', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."finished_at" IS NOT NULL AND OLD."finished_at" IS NULL)', func="\n    INSERT INTO conversations_webhookdelivery (id, endpoint_id, job_id, event, data, occurred_at)\n    SELECT gen_random_uuid(), listening.id, NEW.id, 'job.' || NEW.status,\n           jsonb_build_object(\n               'job', NEW.id, 'session', NEW.session_id, 'status', NEW.status, 'attempt', NEW.attempt,\n               'error', CASE WHEN NEW.status = 'failed' THEN jsonb_build_object(\n                   'code', NEW.error_code, 'retryable', NEW.error_retryable) END),\n           NEW.finished_at\n      FROM (SELECT id FROM conversations_webhookendpoint\n             WHERE organization_id = NEW.organization_id AND enabled\n               AND (events = '{}' OR 'job.' || NEW.status = ANY(events))\n             ORDER BY id FOR KEY SHARE) AS listening;\n    RETURN NULL;\n", hash='b311eb13fc7a2df94d0d6e3ad4204579c6257d43', operation='UPDATE', pgid='pgtrigger_job_tells_webhooks_02c5b', table='conversations_job', when='AFTER')),
        ),
    ]
