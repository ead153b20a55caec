"""Read ``raw/*.csv`` strictly: every cell as text, at its physical line and column.

Shape and text are judged here, because only here is the physical file at hand; types, keys and
rules are judged later on the frames that this step hands over.
"""

from caucasus_data.read.block import Block
from caucasus_data.read.folder import RawFolder, open_folder, read_folder
from caucasus_data.read.say import finding
from caucasus_data.read.table import RawTable, TableFile, read_table

__all__ = [
    "Block",
    "RawFolder",
    "RawTable",
    "TableFile",
    "finding",
    "open_folder",
    "read_folder",
    "read_table",
]
