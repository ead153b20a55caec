"""The static explorer of a release: a folder of pages that needs no network, server or account.

``content`` reads a release into rows and indices, ``record`` and ``pages`` say what stands on
each page, ``charts`` draw, ``templates`` and ``static`` say how it looks, ``write`` puts the
folder on disk. Nothing here is imported by ``load``; the extra ``site`` brings Jinja2.
"""
