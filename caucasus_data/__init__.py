"""caucasus-data: the South Caucasus' conflicts and alignments, 1988 to today."""

from caucasus_data._version import __version__
