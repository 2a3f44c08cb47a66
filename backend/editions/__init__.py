"""The edition of what the public reads: a number that rises with every change of it.

Whoever keeps an answer made of published content, laws or divisions keeps it under the number that was current before
the answer was made; while the number is the same, so is the answer. Writers call `services.turn_page` in the
transaction of their change, so the change and the new number are seen together.
"""
