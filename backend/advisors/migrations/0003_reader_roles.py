from django.db import migrations, models

ADVISOR = 8


def note_advisors(apps, schema_editor):
    """Advisors whose licence holds read as advisors."""
    held = apps.get_model('advisors', 'Advisor').objects.filter(licence='active').values('user')
    users = apps.get_model('accounts', 'User').objects.filter(pk__in=held)
    users.update(reader_roles=models.F('reader_roles').bitor(ADVISOR))


class Migration(migrations.Migration):

    dependencies = [('advisors', '0002_law_changes'), ('accounts', '0002_audience_of_readers')]

    operations = [migrations.RunPython(note_advisors, migrations.RunPython.noop)]
