"""What the API tells of itself: OpenAPI 3.1 by drf-spectacular, and the page that shows it.

One row per path and method in `of_*.py` (a path without a row fails a test); what an answer holds in `told*.py`;
the words for what a body holds in `bodies.py`; every error code in `codes.py`. Each answer that a test of the API
gets is compared with all this (`tests/api/described.py`), so what stands here is what is so.
"""
