"""What the platform does by itself when something is wrong."""

from infra.settings.section import Section


class AutomationSettings(Section):
    """Switches; what is off is not there at all."""

    cancel_diverging: bool
    """Cancel a training whose loss runs away, with its run, when an alert names it; it is tried
    again by nobody. Every decision is a row of the table `actions`."""
