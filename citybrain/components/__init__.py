"""The component kit: how records of ``citybrain.ui`` are drawn. Usage: docs/ui.md."""
