"""The one declaration of the dataset: what ``schemas/`` says, and what is compiled from it.

``model`` reads it; each other module here compiles one product: pandera schemas, Arrow
schemas, Frictionless descriptors, SQL, the codebook. Nothing else declares a column.
"""
