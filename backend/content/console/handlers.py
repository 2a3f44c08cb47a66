"""What stands in the editors, in order. Classes `kind-…` let the page's script show what a kind of item has."""

from django.forms import CheckboxSelectMultiple
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, PublishingPanel

from backend.content.choosing import PublishedChooser
from backend.content.console.forms import ContentForm, TranslationForm
from backend.content.console.panels import (
    ChecksPanel,
    ComparedOnly,
    ComparedPanel,
    FactsComparison,
    GroupsComparison,
    RolesComparison,
    UploadPanel,
)
from backend.content.console.suggestions import item_chooser
from backend.regions.console import division_chooser
from media.console import recording_chooser, video_chooser

MAX_LESSONS = 60


def item_handler() -> ObjectList:
    """The editor of items. Made once the models are there, since choosers name them."""
    return ObjectList(
        [
            ChecksPanel(heading="内容检查"),
            FieldPanel("kind"),
            FieldPanel("title", required_on_save=True),
            FieldPanel("question", heading="提问", classname="kind-qa"),
            FieldPanel("summary"),
            FieldPanel("case_category", classname="kind-case"),
            ComparedPanel("case_facts", FactsComparison, classname="kind-case"),
            FieldPanel("division", widget=division_chooser(), required_on_save=True),
            FieldPanel("audience", widget=division_chooser(multiple=True), required_on_save=False),
            ComparedPanel("audience_roles", RolesComparison),
            ComparedPanel("audience_groups", GroupsComparison),
            FieldPanel("topics", widget=CheckboxSelectMultiple),
            UploadPanel("cover_upload", heading="封面"),
            ComparedOnly("cover"),
            FieldPanel("video", widget=video_chooser(), classname="kind-video"),
            FieldPanel("recording", widget=recording_chooser()),
            FieldPanel("body"),
            InlinePanel(
                "lessons",
                heading="课时",
                label="课时",
                classname="kind-course",
                max_num=MAX_LESSONS,
                panels=[FieldPanel("lesson", widget=PublishedChooser())],
            ),
            FieldPanel("pinned_until"),
            PublishingPanel(),
        ],
        base_form_class=ContentForm,
    )


def translation_handler() -> ObjectList:
    """The editor of an item in another language."""
    return ObjectList(
        [
            ChecksPanel(heading="内容检查"),
            FieldPanel("item", widget=item_chooser(), required_on_save=True),
            FieldPanel("language", required_on_save=True),
            FieldPanel("title", required_on_save=True),
            FieldPanel("question", heading="提问（问答才需要）"),
            FieldPanel("summary"),
            FieldPanel("recording", widget=recording_chooser()),
            FieldPanel("body"),
            PublishingPanel(),
        ],
        base_form_class=TranslationForm,
    )
