"""The worker looks for due jobs several times a second; the library's table has no index for it."""

from django.db import migrations


class Migration(migrations.Migration):
    """An index on (key, lock) of django-q2's queue."""

    initial = True
    dependencies = [("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS jobs_due ON django_q_ormq (key, lock)", "DROP INDEX IF EXISTS jobs_due"
        )
    ]
