"""Which source answers for which kind of record. A hall that has a real one puts it here in place of the seeded one."""

from __future__ import annotations

from hall.services.applications.sources import ApplicationsSource, CertificatesSource
from hall.services.residents.canteen import CanteenSource
from hall.services.residents.record_source import RecordSource
from hall.services.residents.seeded import TABLES, SeededSource

SOURCES: dict[str, RecordSource] = {
    **dict.fromkeys(TABLES, SeededSource()),
    "canteen_account": CanteenSource(),
    "applications": ApplicationsSource(),
    "certificates": CertificatesSource(),
}
