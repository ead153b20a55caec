from caucasus_data.plot.agreements_ import agreements as agreements
from caucasus_data.plot.casualties_ import casualties as casualties
from caucasus_data.plot.known_by_day_ import known_by_day as known_by_day
from caucasus_data.plot.map_ import map as map
from caucasus_data.plot.memberships_ import memberships as memberships
from caucasus_data.plot.timeline_ import timeline as timeline

CHARTS: tuple[str, ...]

def sentence(chart: str, **arguments: object) -> str: ...
