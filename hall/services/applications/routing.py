"""Which community an application goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline_cache.wire_residents import ServiceItem


@dataclass(frozen=True)
class Route:
    """`community` is an area code; `moved`: it is not the accepting site's own. `flag` says why an officer should look at
    it, or is empty."""

    community: str
    moved: bool = False
    flag: str = ""


def route(item: ServiceItem, home: Sequence[str], site_areas: Sequence[str]) -> Route:
    """An item of 全域通办 goes to the person's home community from anywhere. Any other goes there only when this site
    serves that community; else the accepting site keeps it, flagged. Areas are listed from small to large."""
    here = site_areas[0] if site_areas else ""
    if not home:
        return Route(here, flag="home_unknown")
    if item.everywhere or home[0] in site_areas:
        return Route(home[0], moved=home[0] != here)
    return Route(here, flag="home_elsewhere")


def sites_serving(communities: Iterable[str], sites: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The sites that stand in one of these communities; `sites` are published ones by id."""
    wanted = set(communities)
    return {site_id for site_id, site in sites.items() if site["areas"] and site["areas"][0] in wanted}
