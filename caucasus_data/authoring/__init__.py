"""The editor's side: canonical files, templates that become rows, records shown as templates."""
