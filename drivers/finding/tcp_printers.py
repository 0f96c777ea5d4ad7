"""Slip printers on the network: only those that somebody names, since a hall's network is not ours to search."""

from __future__ import annotations

from drivers import registry
from drivers.finding.found import Finding, answered


def ask(host: str, port: int) -> Finding:
    """How the printer at `host:port` is."""
    options = {"host": host, "port": port}
    status = registry.make("escpos_tcp", options).probe()
    kind = "escpos_tcp" if answered(status) else None
    return Finding(f"{host}:{port}", kind, options, status.code, dict(status.details) if kind else {})
