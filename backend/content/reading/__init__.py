"""What readers do with content 阅读、收藏、点赞、转发、纠错, and the figures that staff see of it.

A read costs one inserted event and the reader's own mark; nothing that many readers share is written. A job counts the
events later (`counting`).
"""
