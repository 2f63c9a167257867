"""Regions and their zones, as Google Cloud names them.

Where an accelerator is offered is in `catalog.accelerators`, which regions share a bucket in
`catalog.dual_regions`. A region opened after the date below is added here, in one line.
"""

# Observed 2026-11. The `ai` zones are real zones of their region with another naming rule.
ZONES: dict[str, tuple[str, ...]] = {
    region: tuple(f"{region}-{zone}" for zone in zones.split())
    for region, zones in {
        "africa-south1": "a b c",
        "asia-east1": "a b c",
        "asia-east2": "a b c",
        "asia-northeast1": "a b c",
        "asia-northeast2": "a b c",
        "asia-northeast3": "a b c",
        "asia-south1": "a b c",
        "asia-south2": "a b c",
        "asia-southeast1": "a b c",
        "asia-southeast2": "a b c",
        "australia-southeast1": "a b c",
        "australia-southeast2": "a b c",
        "europe-central2": "a b c",
        "europe-north1": "a b c",
        "europe-north2": "a b c",
        "europe-southwest1": "a b c",
        "europe-west1": "b c d",
        "europe-west2": "a b c",
        "europe-west3": "a b c",
        "europe-west4": "a b c",
        "europe-west6": "a b c",
        "europe-west8": "a b c",
        "europe-west9": "a b c",
        "europe-west10": "a b c",
        "europe-west12": "a b c",
        "me-central1": "a b c",
        "me-central2": "a b c",
        "me-west1": "a b c",
        "northamerica-northeast1": "a b c",
        "northamerica-northeast2": "a b c",
        "northamerica-south1": "a b c",
        "southamerica-east1": "a b c",
        "southamerica-west1": "a b c",
        "us-central1": "a b c f ai1a",
        "us-east1": "b c d",
        "us-east4": "a b c",
        "us-east5": "a b c",
        "us-south1": "a b c ai1b",
        "us-west1": "a b c",
        "us-west2": "a b c",
        "us-west3": "a b c",
        "us-west4": "a b c",
    }.items()
}
"""Zones of each region."""


def region_of(zone: str) -> str:
    """The region of a zone: all but its last part. Says nothing about whether the zone exists."""
    return zone.rpartition("-")[0]
