from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advisors', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='messagecitation',
            name='outdated',
            field=models.CharField(blank=True, choices=[('amended', '已修改'), ('repealed', '已废止')], db_default='', default='', editable=False, max_length=10, verbose_name='所引条文变动'),
        ),
    ]
