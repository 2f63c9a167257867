"""What people are told about: every alert of the platform, by name.

Which stack has which, with what bound, and who is told, is decided by its settings;
`infra.observability` makes the policies. Budgets are no alerts here: Cloud Monitoring has no metric
of money.
"""

from catalog.alerts import data, machines, serving, training
from catalog.alerts.alert import Alert

ALERTS: dict[str, Alert] = {
    alert.name: alert for module in (training, serving, machines, data) for alert in module.ALERTS
}
