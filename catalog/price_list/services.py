"""Prices of disks, storage and managed services, by what each of them meters."""

from collections.abc import Iterator

from catalog.price_list.rows import (
    BIGQUERY,
    CALCULATOR,
    DATAPROC,
    KEYS,
    THIRD_PARTY,
    THIRD_PARTY_2026_04,
    VERTEX,
    VERTEX_TRAINING,
    ZONES,
    rows,
)
from catalog.prices import Price


def service_prices() -> Iterator[Price]:
    """Every row that is neither of a machine on Compute Engine nor of a chip on its own."""
    yield from _vertex()
    yield from _disks()
    yield from _storage()
    yield from _data()
    yield from _others()


def _vertex() -> Iterator[Price]:
    yield from rows("0.21849885", "training", "machine-hour", VERTEX_TRAINING, sku="n1-standard-4")
    # The GPU alone: what the host of an A3 adds in Vertex AI is not in a usable source.
    yield from rows("9.79655057", "training", "chip-hour", VERTEX_TRAINING, sku="H100")
    yield from rows(
        """
        g2-standard-4 0.81293
        g2-standard-8 0.98181
        n1-standard-4 0.219
        """,
        *("prediction", "machine-hour", VERTEX),
    )
    yield from rows("0.03", "pipelines", "run", VERTEX, sku="pipeline-run")


def _disks() -> Iterator[Price]:
    for disk, text in {
        "pd-balanced": """
            0.10 us-central1
            0.11 europe-west4 us-east4
            0.13 asia-northeast1
            """,
        "pd-standard": """
            0.04 us-central1
            0.044 europe-west4 us-east4
            0.052 asia-northeast1
            """,
        # IOPS of the next two are charged besides.
        "pd-extreme": """
            0.125 us-central1
            0.138 europe-west4 us-east4
            0.163 asia-northeast1
            """,
        "hyperdisk-extreme": """
            0.125 us-central1 us-east4
            0.131 europe-west4
            0.16 asia-northeast1
            """,
    }.items():
        yield from rows(text, "compute", "GB-month", CALCULATOR, sku=disk)
    yield from rows("0.17", "compute", "GB-month", THIRD_PARTY_2026_04, sku="pd-ssd")


def _storage() -> Iterator[Price]:
    for storage_class, text in {
        "STANDARD": """
            0.020 us-central1 us-east1 us-west1 europe-west1 europe-west4
            0.023 us-east4 europe-west3 asia-northeast1
            0.026 us eu asia
            0.044 nam4 eur4
            0.0506 asia1
            """,
        "NEARLINE": """
            0.010 us-central1 us-east1 us-west1 europe-west1 europe-west4
            0.013 us-east4 europe-west3
            0.015 us eu asia
            0.016 asia-northeast1
            0.022 nam4 eur4
            0.0352 asia1
            """,
        "COLDLINE": """
            0.004 us-central1 us-east1 us-west1 europe-west1 europe-west4
            0.006 us-east4 europe-west3 asia-northeast1
            0.007 us eu
            0.00875 asia
            0.0088 nam4 eur4
            0.0132 asia1
            """,
        "ARCHIVE": """
            0.0024 us eu
            0.003 asia
            0.0028 nam4 eur4
            0.0056 asia1
            """,
    }.items():
        yield from rows(text, "storage", "GB-month", CALCULATOR, sku=storage_class)
    # Between two regions of the one continent; between continents it is more.
    far = rows("0.02 us eu", "storage", "GiB", THIRD_PARTY, sku="read-in-another-region")
    yield from far


def _data() -> Iterator[Price]:
    yield from rows("6.25", "bigquery", "TiB", BIGQUERY, sku="query")
    yield from rows(
        """
        0.02 us
        0.023 us-central1
        """,
        *("bigquery", "GiB-month", BIGQUERY),
        sku="active-logical-storage",
    )
    yield from rows(
        """
        slot-standard 0.04 us
        slot-enterprise 0.06 us
        slot-enterprise-plus 0.10 us
        """,
        *("bigquery", "slot-hour", BIGQUERY),
    )
    yield from rows("0.06", "dataproc", "DCU-hour", DATAPROC, sku="serverless-standard")
    yield from rows("0.04", "dataproc", "GB-month", DATAPROC, sku="serverless-shuffle")


def _others() -> Iterator[Price]:
    yield from rows("0.10", "registry", "GB-month", THIRD_PARTY, sku="images")
    yield from rows("0.20", "workstations", "hour", THIRD_PARTY_2026_04, sku="cluster")
    yield from rows("0.05", "workstations", "vCPU-hour", THIRD_PARTY, sku="management")
    # Neither list names regions: they hold everywhere. A zone costs so much up to 25 of them.
    yield from rows("0.06", "keys", "month", KEYS, sku="SOFTWARE")
    yield from rows("1.00", "keys", "month", KEYS, sku="HSM")
    yield from rows("0.20", "network", "month", ZONES, sku="dns-zone")
    yield from rows("0.0014", "network", "VM-hour", THIRD_PARTY, sku="nat-vm")
    yield from rows("0.044", "network", "hour", THIRD_PARTY, sku="nat-gateway")
    yield from rows("0.045", "network", "GiB", THIRD_PARTY, sku="nat-data")
    yield from rows("0.005", "network", "hour", THIRD_PARTY, sku="external-address")
    yield from rows("0.50", "observability", "GiB", THIRD_PARTY, sku="logs")
    yield from rows("0.258", "observability", "MiB", THIRD_PARTY, sku="metrics")
