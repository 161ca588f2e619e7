import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0006_default_routes'),
        ('knowledge', '0004_objective_title_search'),
        ('knowledge', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CacheAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('similarity', models.FloatField()),
                ('verdict', models.CharField(choices=[('pending', 'Not looked at yet'), ('same', 'Both mean the same'), ('different', 'A false hit'), ('unknown', 'Cannot be told any more')], default='pending', max_length=10)),
                ('difference', models.CharField(blank=True, max_length=300)),
                ('judged_by', models.CharField(blank=True, help_text='A model, or a person.', max_length=80)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('judged_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cache_audit', to='conversations.job')),
                ('like', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.session', verbose_name='first answered in')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='audits', to='conversations.cacherule')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('verdict', 'pending')), fields=['id'], name='cache_audit_to_judge'), models.Index(fields=['rule', '-id'], name='cache_audit_of_rule')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['pending', 'same', 'different', 'unknown'])), name='cache_audit_verdict_known'), models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('verdict', 'pending')), models.Q(models.Q(('verdict', 'pending'), _negated=True), ('judged_at__isnull', False)), _connector='OR'), name='cache_audit_judged_once_known')],
            },
        ),
        migrations.AddField(
            model_name='cacherule',
            name='audit_share',
            field=models.FloatField(default=0.05, help_text='The share of such answers that is audited: a model is asked whether both mean the same.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)]),
        ),
        migrations.AddField(
            model_name='cacherule',
            name='false_budget',
            field=models.FloatField(default=0.005, help_text='Above this share of audited answers that should not have been shared, “also in other words” is switched off.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)]),
        ),
        migrations.AddField(
            model_name='cacherule',
            name='similar',
            field=models.BooleanField(default=False, help_text='Requests only, and only with openings: a first message may get the answer to another one that means the same in other words.', verbose_name='also in other words'),
        ),
        migrations.AddField(
            model_name='cacherule',
            name='similar_off_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='switched off by the audit'),
        ),
        migrations.AddConstraint(
            model_name='cacherule',
            constraint=models.CheckConstraint(condition=models.Q(('similar', False), models.Q(('event', 'request'), ('openings_only', True)), _connector='OR'), name='cache_rule_similar_openings_only', violation_error_message='Only a rule about the first messages of sessions may share answers to other words.'),
        ),
        migrations.AddConstraint(
            model_name='cacherule',
            constraint=models.CheckConstraint(condition=models.Q(('audit_share__gte', 0), ('audit_share__lte', 1), ('false_budget__gte', 0), ('false_budget__lte', 1)), name='cache_rule_shares_are_shares'),
        ),
    ]
