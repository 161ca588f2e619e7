import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0008_similar_openings_rule'),
        ('knowledge', '0004_objective_title_search'),
        ('knowledge', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('hypothesis', models.TextField(blank=True, help_text='What is expected, and why.')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('running', 'Running'), ('stopped', 'Stopped')], default='draft', editable=False, max_length=10)),
                ('primary_metric', models.CharField(choices=[('quality', 'Quality gained per message (points of 100)'), ('messages', 'Messages to completion'), ('approval', 'Sessions approved'), ('wrong_flag', 'Approvals over a finding (wrong flags)'), ('tokens', 'Tokens per message'), ('latency', 'Milliseconds per message'), ('cost', 'Dollars per message')], default='quality', help_text='It alone decides.', max_length=12)),
                ('least_effect', models.FloatField(help_text="The least difference worth knowing, in the metric's own unit; 0.05 is five of a hundred.", validators=[django.core.validators.MinValueValidator(1e-09)])),
                ('sessions_each', models.PositiveIntegerField(help_text='The horizon: sessions of each variant, from the power calculator on the results page.', validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(20000)])),
                ('alpha', models.FloatField(default=0.05, help_text='The risk of an alarm without a difference.', validators=[django.core.validators.MinValueValidator(0.0001), django.core.validators.MaxValueValidator(0.2)])),
                ('power', models.FloatField(default=0.8, help_text='The chance of finding the least effect.', validators=[django.core.validators.MinValueValidator(0.5), django.core.validators.MaxValueValidator(0.99)])),
                ('ripens_after', models.DurationField(default=datetime.timedelta(days=1), help_text='A session counts this long after it began, finished or not; 0 counts all as they stand.')),
                ('started_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(blank=True, help_text='Only new sessions of this organization; empty means all new sessions.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.organization')),
                ('started_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'running', 'stopped'])), name='experiment_status_known'), models.CheckConstraint(condition=models.Q(('primary_metric__in', ['quality', 'messages', 'approval', 'wrong_flag', 'tokens', 'latency', 'cost'])), name='experiment_metric_known'), models.CheckConstraint(condition=models.Q(models.Q(('started_at__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('started_at__isnull', False)), _connector='OR'), name='experiment_started_unless_draft'), models.CheckConstraint(condition=models.Q(('least_effect__gt', 0)), name='experiment_effect_above_zero'), models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('organization', models.Value('00000000-0000-0000-0000-000000000000'), output_field=models.UUIDField()), condition=models.Q(('status', 'running')), name='experiment_one_running_per_traffic')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest is the control.')),
                ('model', models.CharField(blank=True, help_text="Instead of the route's: “strong”, “fast” or a name; empty leaves the route.", max_length=100)),
                ('weight', models.PositiveSmallIntegerField(default=50, help_text='Percent of the sessions.', validators=[django.core.validators.MaxValueValidator(100)])),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='conversations.experiment')),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='conversations.promptversion')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('experiment', 'name'), name='variant_one_per_name'), models.CheckConstraint(condition=models.Q(('weight__lte', 100)), name='variant_weight_is_percent')],
            },
        ),
        migrations.AddField(
            model_name='experiment',
            name='promoted',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.variant'),
        ),
        migrations.AddField(
            model_name='job',
            name='variant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.variant'),
        ),
    ]
