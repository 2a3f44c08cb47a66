import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('statutes', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='lawversion',
            name='compared_with',
            field=models.ForeignKey(blank=True, editable=False, help_text="The later version that this one's articles were last compared with, once it was over.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='statutes.lawversion', verbose_name='已比对的版本'),
        ),
        migrations.CreateModel(
            name='ArticleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('corrected', '来源更正'), ('amended', '已修改'), ('repealed', '已废止'), ('restored', '恢复原文')], max_length=10, verbose_name='变动')),
                ('noticed_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='发现时间')),
                ('old_text', models.TextField(blank=True, verbose_name='原条文')),
                ('new_text', models.TextField(blank=True, help_text="Empty where nothing took the article's place.", verbose_name='新条文')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='statutes.article', verbose_name='法条')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='statutes.article', verbose_name='现行条文')),
            ],
            options={
                'verbose_name': '法条变动',
                'verbose_name_plural': '法条变动',
                'ordering': ['-noticed_at', '-id'],
            },
        ),
    ]
