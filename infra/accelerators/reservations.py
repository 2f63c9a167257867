"""Places that are kept for machines: reservations, and those that begin later.

A reservation is taken by those who name it only. What a future one delivers Google makes itself,
under the same name, and machines that are bound to it end with it.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from infra.naming import Names
from infra.settings.reservations import FutureReservationSettings, ReservationSettings


@dataclass(frozen=True, kw_only=True)
class ReservationsArgs:
    reservations: list[ReservationSettings]
    future_reservations: list[FutureReservationSettings]
    protected: bool
    names: Names
    compute_api: pulumi.Resource


class Reservations(pulumi.ComponentResource):
    """Reservations that end, and drafts of or commitments to future ones."""

    names: dict[str, Output[str]]
    """What machines name as their reservation, by its name in the settings."""

    def __init__(
        self, name: str, args: ReservationsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {
            "reservations": [each.model_dump() for each in args.reservations],
            "future": [each.model_dump() for each in args.future_reservations],
        }
        super().__init__("mlplatform:reservations:Reservations", name, inputs, opts)
        kept = {each.name: self._kept(name, each, args) for each in args.reservations}
        later = {each.name: self._later(name, each, args) for each in args.future_reservations}
        self.names = {**kept, **later}
        self.register_outputs({"names": self.names})

    def _kept(
        self, name: str, settings: ReservationSettings, args: ReservationsArgs
    ) -> Output[str]:
        shared = settings.shared_with
        return gcp.compute.Reservation(
            f"{name}-{settings.name}",
            name=args.names.machine(settings.name),
            # Without its count: another description is another reservation, and the places of this
            # one would be given back to grow it.
            description=f"Places for {settings.shape}",
            zone=settings.zone,
            specific_reservation_required=True,
            specific_reservation={
                "count": settings.count,
                "instance_properties": {"machine_type": settings.shape},
            },
            share_settings={"share_type": "SPECIFIC_PROJECTS", "projects": shared}
            if shared
            else {"share_type": "LOCAL"},
            reservation_sharing_policy={
                "service_share_type": "ALLOW_ALL" if settings.vertex else "DISALLOW_ALL"
            },
            delete_at_time=settings.ends_at,
            opts=ResourceOptions(
                parent=self, depends_on=[args.compute_api], delete_before_replace=True
            ),
        ).name

    def _later(
        self, name: str, settings: FutureReservationSettings, args: ReservationsArgs
    ) -> Output[str]:
        cloud_name = args.names.machine(settings.name)
        made = gcp.compute.FutureReservation(
            f"{name}-{settings.name}",
            name=cloud_name,
            description=f"Places for {settings.shape}",
            zone=settings.zone,
            planning_status="SUBMITTED" if settings.submitted else "DRAFT",
            reservation_mode="CALENDAR",
            deployment_type="DENSE",
            reservation_name=cloud_name,
            specific_reservation_required=True,
            auto_delete_auto_created_reservations=True,
            time_window={"start_time": settings.starts_at, "end_time": settings.ends_at},
            specific_sku_properties={
                # Counts are texts here.
                "total_count": str(settings.count),
                "instance_properties": {"machine_type": settings.shape},
            },
            # A commitment cannot be taken back: the API refuses, and so does a protected stack.
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.compute_api],
                protect=args.protected and settings.submitted,
                delete_before_replace=True,
            ),
        )
        return made.name
