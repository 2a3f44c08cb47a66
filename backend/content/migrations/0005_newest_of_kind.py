"""An index by which the newest of one kind are found."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('content', '0004_slug_unique')]

    operations = [
        migrations.AddIndex(
            model_name='contentitem',
            index=models.Index(
                fields=['kind', '-first_published_at', '-id'],
                condition=models.Q(('live', True)),
                name='content_live_newest_kind',
            ),
        ),
    ]
