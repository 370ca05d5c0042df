"""Capped children: where documents are opened, so that a bad one harms only itself."""
