import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0004_cache_rule_stale'),
        ('knowledge', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='PromptVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=64, unique=True)),
                ('templates', models.JSONField(help_text='The text of each template, by name.')),
                ('token_counts', models.JSONField(help_text="The tokens of each template's text, by name.")),
                ('tokens', models.PositiveIntegerField(help_text='The most fixed text that one message carries, in tokens.')),
                ('note', models.CharField(blank=True, help_text='What was changed, and why.', max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, help_text='Edited from.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.promptversion')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PromptPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(choices=[('production', 'Production: what users are answered with'), ('candidate', 'Candidate: what may become production')], max_length=20)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('who', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaced', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conversations.promptversion')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='conversations.promptversion')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('label__in', ['production', 'candidate'])), name='prompt_publication_label_known')],
            },
        ),
        migrations.CreateModel(
            name='PromptLabel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(choices=[('production', 'Production: what users are answered with'), ('candidate', 'Candidate: what may become production')], max_length=20, unique=True)),
                ('chosen_by_staff', models.BooleanField(default=False, help_text='The loader leaves the label where staff put it.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='conversations.promptversion')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name__in', ['production', 'candidate'])), name='prompt_label_known')],
            },
        ),
        migrations.CreateModel(
            name='RouteRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('enabled', models.BooleanField(default=True)),
                ('position', models.PositiveIntegerField(default=100, help_text='The lowest is tried first.')),
                ('step', models.CharField(blank=True, choices=[('answer', 'To answer a message'), ('bulk', 'To answer in the bulk queue')], help_text='Empty: at any.', max_length=20)),
                ('phase', models.CharField(blank=True, choices=[('discovery', 'Discovery'), ('refinement', 'Refinement'), ('kr_discovery', 'Key result discovery'), ('validation', 'Validation'), ('completed', 'Completed')], help_text='Empty: in any.', max_length=20)),
                ('kind', models.CharField(blank=True, choices=[('small_talk', 'Small talk: thanks, greetings'), ('plain_yes', 'A plain yes and nothing else'), ('substance', 'Anything else')], help_text='Empty: any message.', max_length=20)),
                ('strategy', models.CharField(blank=True, choices=[('discovery_exploration', 'Discovery exploration'), ('reframing_intensive', 'Reframing intensive'), ('gentle_guidance', 'Gentle guidance'), ('direct_coaching', 'Direct coaching'), ('example_driven', 'Example driven'), ('question_based', 'Question based'), ('validation_focused', 'Validation focused')], help_text='Empty: with any.', max_length=40)),
                ('model', models.CharField(help_text='“strong” (CLAUDE_MODEL), “fast” (CLAUDE_FAST_MODEL), or a model by its own name.', max_length=100)),
                ('fallbacks', models.CharField(blank=True, help_text='Models to ask, in this order, when it is overloaded or unavailable; comma separated.', max_length=300)),
                ('effort', models.CharField(blank=True, choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High'), ('xhigh', 'Extra high'), ('max', 'Max')], help_text="Empty: the model's own.", max_length=10)),
                ('max_tokens', models.PositiveIntegerField(blank=True, help_text='The most an answer may have; empty: CLAUDE_MAX_TOKENS.', null=True, validators=[django.core.validators.MinValueValidator(64), django.core.validators.MaxValueValidator(64000)])),
                ('note', models.TextField(blank=True, help_text='Why this rule is there.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('name',), name='route_rule_one_per_name'), models.CheckConstraint(condition=models.Q(('model', ''), _negated=True), name='route_rule_names_a_model'), models.CheckConstraint(condition=models.Q(('step__in', ['', 'answer', 'bulk'])), name='route_rule_step_known')],
            },
        ),
        migrations.AddField(
            model_name='job',
            name='route',
            field=models.JSONField(blank=True, help_text='How the model was chosen, and who answered.', null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promptversion',
            trigger=pgtrigger.compiler.Trigger(name='prompt_version_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."templates" IS DISTINCT FROM (NEW."templates") OR OLD."token_counts" IS DISTINCT FROM (NEW."token_counts") OR OLD."tokens" IS DISTINCT FROM (NEW."tokens"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b87896a6b5815599b1ee0346038c734a4e9e94ae', operation='UPDATE', pgid='pgtrigger_prompt_version_is_final_78eb8', table='conversations_promptversion', when='BEFORE')),
        ),
    ]
