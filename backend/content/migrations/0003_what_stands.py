"""What stands already: names for folders, passages as rich text, and the division that each item belongs to."""

import html
import json

from django.db import migrations

from backend.content.models.item import new_slug
from backend.regions import rules


def name_folders(apps, schema_editor):
    item = apps.get_model('content', 'ContentItem')
    for pk in item.objects.values_list('pk', flat=True):
        item.objects.filter(pk=pk).update(slug=new_slug())


def rewritten(body):
    """A stored body whose passages were plain text, with the same passages as rich text."""
    blocks = json.loads(body or '[]')
    for block in blocks:
        if block['type'] == 'paragraph':
            text = html.escape(block['value'], quote=False).replace('\n', '<br/>')
            block['value'] = f'<p>{text}</p>'
    return json.dumps(blocks, ensure_ascii=False)


def enrich_passages(apps, schema_editor):
    """In what is stored and in every version on record."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('SELECT id, body FROM content_contentitem')
        for pk, body in cursor.fetchall():
            cursor.execute('UPDATE content_contentitem SET body = %s WHERE id = %s', [rewritten(body), pk])
    own = apps.get_model('contenttypes', 'ContentType').objects.filter(app_label='content', model='contentitem').first()
    for revision in apps.get_model('wagtailcore', 'Revision').objects.filter(base_content_type=own) if own else ():
        revision.content['body'] = rewritten(revision.content.get('body'))
        revision.save(update_fields=['content'])


def find_divisions(apps, schema_editor):
    """The smallest division that holds the whole audience, where one does; in the versions on record too."""
    item = apps.get_model('content', 'ContentItem')
    through = item.audience.through.objects
    for pk in item.objects.values_list('pk', flat=True):
        lines = [rules.lineage(code) for code in through.filter(contentitem_id=pk).values_list('division_id', flat=True)]
        shared = [code for code in lines[0] if all(code in line for line in lines)] if lines else []
        if shared:
            item.objects.filter(pk=pk).update(division=shared[-1])


class Migration(migrations.Migration):

    dependencies = [('content', '0002_library')]

    operations = [
        migrations.RunPython(name_folders, migrations.RunPython.noop),
        migrations.RunPython(enrich_passages, migrations.RunPython.noop),
        migrations.RunPython(find_divisions, migrations.RunPython.noop),
    ]
