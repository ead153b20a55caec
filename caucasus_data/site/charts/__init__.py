"""Charts of the explorer: plain SVG in percent of its width, drawn here, shown without scripts.

Each module turns rows of the data into marks with a sentence that says what the chart shows;
``templates/charts.html`` writes them down. ``caucasus_data.plot`` draws the same questions with
Altair for notebooks; two thousand pages need something lighter.
"""
