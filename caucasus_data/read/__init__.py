"""Read ``raw/*.csv`` strictly: every cell as text, at its physical line and column.

Shape and text are judged here, because only here is the physical file at hand; types, keys and
rules are judged later on the frames that this step hands over.
"""

from caucasus_data.read.folder import RawFolder, read_folder
from caucasus_data.read.table import RawTable, read_table

__all__ = ["RawFolder", "RawTable", "read_folder", "read_table"]
