"""Content as folders of Markdown: what an office writes on a desk or keeps in its archive, read and written back.

The format is documented in docs/content-files.md. `marks`, `body`, `head` and `entries` are pure; `folders` touches the
disk; `stored`, `checks`, `importing` and `exporting` touch the database.
"""
