"""The wire: Kimi's Files API and chat, as raw ASGI and Starlette handlers."""
