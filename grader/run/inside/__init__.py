"""The only code that runs in the box; it imports nothing of the rest of the package.

`start.py` is started as a plain script and loads its siblings under a private name, so
that nothing here is importable by, or in the way of, the student's own modules.
"""
