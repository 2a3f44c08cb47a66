"""What this room tells those above it."""

from django.dispatch import Signal

#: Articles are not the law any more as they were. Sent inside the transaction that notices it, so that what a receiver
#: writes stands together with it or not at all; a receiver that fails takes the import back.
#: `changes`: the queryset of the new rows of `ArticleChange`. Citations are marked already.
articles_changed = Signal()
