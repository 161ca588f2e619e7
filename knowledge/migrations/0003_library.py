import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import knowledge.models.invariants
import pgtrigger.compiler
import pgtrigger.migrations
import pgvector.django.extensions
import pgvector.django.vector
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0002_okr'),
    ]

    operations = [
        pgvector.django.extensions.VectorExtension(
        ),
        migrations.CreateModel(
            name='LibraryVersion',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('token', models.UUIDField(default=uuid.uuid4)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='library_version_single_row')],
            },
        ),
        migrations.CreateModel(
            name='LibraryEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('example', 'Example'), ('metric', 'Metric'), ('template', 'Template'), ('antipattern', 'Antipattern')], max_length=12)),
                ('slug', models.SlugField(help_text='Stable: feedback and sessions keep it.', max_length=80, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('industry', models.CharField(blank=True, help_text='Empty: any industry.', max_length=40)),
                ('functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Comma separated; empty: any.', size=None)),
                ('outcome_type', models.CharField(blank=True, choices=[('growth', 'Growth'), ('efficiency', 'Efficiency'), ('quality', 'Quality'), ('innovation', 'Innovation'), ('customer', 'Customer'), ('people', 'People')], max_length=12)),
                ('body', models.JSONField(help_text='The content; its fields depend on the kind.')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('content_hash', models.CharField(editable=False, max_length=64)),
                ('edited_by_staff', models.BooleanField(default=False, editable=False, help_text='The loader leaves edited items as they are.')),
                ('retired_at', models.DateTimeField(blank=True, help_text='Since when it is not shown any more.', null=True)),
                ('searched', models.TextField(editable=False)),
                ('embedding', pgvector.django.vector.VectorField(dimensions=256, editable=False)),
                ('embedder', models.CharField(editable=False, max_length=40)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('searched', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'library item',
                'ordering': ['kind', 'slug'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search'], name='library_entry_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['example', 'metric', 'template', 'antipattern'])), name='library_entry_kind_known'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='library_entry_version_positive')],
            },
        ),
        migrations.CreateModel(
            name='SuggestionFeedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_id', models.UUIDField(blank=True, null=True)),
                ('action', models.CharField(choices=[('shown', 'Shown'), ('used', 'Used'), ('dismissed', 'Dismissed')], max_length=10)),
                ('phase', models.CharField(blank=True, max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='knowledge.libraryentry')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='suggestion_feedback', to='knowledge.organization')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='suggestion_feedback', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['entry', 'action'], name='feedback_counts_by_entry')],
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('entry'), models.F('action'), django.db.models.functions.comparison.Coalesce('session_id', models.Value(uuid.UUID('00000000-0000-0000-0000-000000000000'))), name='feedback_once_per_session'), models.CheckConstraint(condition=models.Q(('action__in', ['shown', 'used', 'dismissed'])), name='feedback_action_known'), knowledge.models.invariants.SameOrganization(field='user', name='feedback_user_same_organization')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='libraryentry',
            trigger=pgtrigger.compiler.Trigger(name='library_version_follows', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                    INSERT INTO knowledge_libraryversion AS held (id, number, token, changed_at)\n                    VALUES (1, 1, gen_random_uuid(), now())\n                    ON CONFLICT (id) DO UPDATE\n                    SET number = held.number + 1, token = gen_random_uuid(), changed_at = now();\n                    RETURN NULL;\n                ', hash='6a4caefd3fdcf53cd5c40e2214e6733b6f223d1d', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_library_version_follows_f1f33', table='knowledge_libraryentry', when='AFTER')),
        ),
    ]
