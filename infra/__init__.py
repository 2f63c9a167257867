"""The resource graph. Whoever imports a part of it imports little of Google's SDK."""

from infra import sdk

sdk.import_sparingly()
