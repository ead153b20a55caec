"""Write the tables of a build: Parquet, CSV, ``datapackage.json`` and the papers beside them."""
