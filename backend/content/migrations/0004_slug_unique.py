from django.db import migrations, models

import backend.content.models.item


class Migration(migrations.Migration):

    dependencies = [('content', '0003_what_stands')]

    operations = [
        migrations.AlterField(
            model_name='contentitem',
            name='slug',
            field=models.SlugField(default=backend.content.models.item.new_slug, help_text='Names it in an export and an import.', max_length=80, unique=True, verbose_name='文件夹名'),
        ),
    ]
