"""The staff console: Wagtail's admin, put together from each domain's console module."""
