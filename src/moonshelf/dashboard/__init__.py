"""The dashboard: pages for people over the same services as the API, rendered here, without a build step.

Each page is a function from a ``Visit`` to a response. Nothing here holds SQL; what changes something is a POST that
carries the session's token.
"""
