"""Whether data outlives mistakes."""

from infra.settings.section import Section


class ProtectionSettings(Section):
    """One switch for all locks against deletion; they contradict each other when set one by one."""

    enabled: bool
    """Refuse to delete buckets, datasets, tables and registries, whatever they hold. Off, they can
    be destroyed with what they hold. Switching it off takes one `up` before `destroy`."""
