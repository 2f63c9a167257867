"""What a stack may say, as frozen models: every check is made before any resource exists.

pydantic only; Pulumi is imported by the one function that reads a running stack's configuration.
"""

from infra.settings.loader import load, load_file, parse
from infra.settings.problems import SettingsError
from infra.settings.stack import StackSettings

__all__ = ["SettingsError", "StackSettings", "load", "load_file", "parse"]
