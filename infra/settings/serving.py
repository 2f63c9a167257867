"""How models are served: through which door, on which machines, and what of it is recorded."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from catalog.serving_machines import SERVING_MACHINES
from infra.settings.cloud_run import CloudRunSettings
from infra.settings.nearest import choose
from infra.settings.once import ONCE
from infra.settings.problems import Problem, refuse, spelt
from infra.settings.project import ProjectId
from infra.settings.section import Name, Section

_MOST_REPLICAS = 100


def _serves(machine_type: str) -> str:
    if machine_type not in SERVING_MACHINES:
        raise ValueError(
            f"no machine that Vertex AI serves on; {choose(machine_type, SERVING_MACHINES)}"
        )
    return machine_type


ServingMachine = Annotated[str, AfterValidator(_serves)]
Replicas = Annotated[int, Field(ge=1, le=_MOST_REPLICAS)]
Percent = Annotated[int, Field(ge=1, le=100)]


class VertexSettings(Section):
    """What the stack uses of Vertex AI."""

    enabled: bool
    """Anything of it is made and runs are submitted; false: no endpoint, pool, feature store,
    TensorBoard or other part of it, and no run."""
    private_endpoints_only: bool
    """No endpoint may be reached from the internet: `serving.access` is private everywhere."""


class ServingPoolSettings(Section):
    """Machines that several models share; they are paid for from their first minute."""

    machine_type: ServingMachine
    """Such as `n2-standard-8`, or `g2-standard-8`, which has an L4."""
    min_replicas: Replicas
    """Machines that are always up."""
    max_replicas: Replicas
    """Machines at most. Every one of them counts against the quota."""
    target_percent: Percent
    """Load of the processors, or of the GPUs where there are some, that more are started at."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        refuse(list(out_of_order(self.min_replicas, self.max_replicas)))
        return self


class ServingSettings(Section):
    """The door to a model and the machines behind it: its own, those of a pool, or Cloud Run's."""

    platform: Literal["vertex", "cloud-run"] = "vertex"
    """vertex: an endpoint of Vertex AI, which takes all keys below but the last. cloud-run: a
    service on Cloud Run, which takes the last one only."""
    access: Literal["public", "dedicated", "private"] | None = None
    """public: the region's common address. dedicated: an address of its own, on the internet too,
    whose traffic no neighbour slows down. private: an address in this network, through Private
    Service Connect. Changing it is another endpoint."""
    consumer_projects: Annotated[list[ProjectId], ONCE] = Field(default=[])
    """Other projects whose networks may reach a private endpoint."""
    log_sampling: float | None = Field(default=None, ge=0, le=1)
    """Share of the requests that are recorded, with their answers and the deployed model; 0: none
    is, and the endpoint has no table."""
    pool: Name | None = None
    """The entry of `serving_pools` whose machines serve; null: machines of its own."""
    machine_type: ServingMachine | None = None
    """Such as `n2-standard-4`; null in a pool."""
    min_replicas: Replicas | None = None
    """Machines that are always up; null in a pool."""
    max_replicas: Replicas | None = None
    """Machines at most; null in a pool."""
    target_percent: Percent | None = None
    """Load that more machines are started at; null in a pool."""
    spot: bool = False
    """Machines that may be taken away at any time, for a fraction of the price."""
    cloud_run: CloudRunSettings | None = None
    """The service, if platform is cloud-run."""

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.platform == "cloud-run":
            refuse(self._only_cloud_run())
        else:
            refuse(
                self._door(),
                self._machines_or_pool(),
                self._spot_fits(),
                self._consumers_fit(),
            )
        return self

    @property
    def own_machines(self) -> ServingPoolSettings | None:
        """The machines of this model alone; None in a pool."""
        least, most, percent = self.min_replicas, self.max_replicas, self.target_percent
        if self.machine_type is None or least is None or most is None or percent is None:
            return None
        return ServingPoolSettings(
            machine_type=self.machine_type,
            min_replicas=least,
            max_replicas=most,
            target_percent=percent,
        )

    def machines(self, pools: Mapping[str, ServingPoolSettings]) -> ServingPoolSettings | None:
        """The machines that serve, whoever else they serve; None where the pool is unknown."""
        return pools.get(self.pool) if self.pool else self.own_machines

    def _only_cloud_run(self) -> Iterator[Problem]:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name not in {"platform", "cloud_run"} and value not in (None, [], False):
                yield Problem(
                    (name,),
                    f" is {spelt(value)}, which an endpoint of Vertex AI takes, but platform is "
                    "cloud-run: leave it out, or write platform: vertex",
                )
        if self.cloud_run is None:
            yield Problem(
                ("cloud_run",), " is missing, but platform is cloud-run: write the service's sizes"
            )

    def _door(self) -> Iterator[Problem]:
        if self.access is None:
            yield Problem(("access",), " is missing: write one of public, dedicated, private")
        if self.log_sampling is None:
            yield Problem(("log_sampling",), " is missing: write a number from 0 to 1")
        if self.cloud_run is not None:
            yield Problem(
                ("cloud_run",),
                " is set, but platform is vertex and no service is made: leave it out, or write "
                "platform: cloud-run",
            )

    def _machines_or_pool(self) -> Iterator[Problem]:
        for name in ("machine_type", "min_replicas", "max_replicas", "target_percent"):
            value = getattr(self, name)
            if self.pool and value is not None:
                yield Problem(
                    (name,),
                    f" is {value!r}, but the pool {self.pool} has its own machines: leave it out, "
                    "or write pool: null",
                )
            if not self.pool and value is None:
                yield Problem((name,), " is missing: write it, or name a pool")
        if self.min_replicas and self.max_replicas:
            yield from out_of_order(self.min_replicas, self.max_replicas)

    def _spot_fits(self) -> Iterator[Problem]:
        if self.spot and self.pool:
            yield Problem(
                ("spot",),
                f" is true, but a pool such as {self.pool} is never of Spot machines: write false",
            )

    def _consumers_fit(self) -> Iterator[Problem]:
        if self.consumer_projects and self.access != "private":
            yield Problem(
                ("consumer_projects",),
                f" names projects, but access is {self.access} and nobody is asked for them: "
                "write [], or access: private",
            )


def out_of_order(least: int, most: int) -> Iterator[Problem]:
    """The lower of two counts is above the higher one."""
    if least > most:
        yield Problem(
            ("min_replicas",),
            f" is {least}, more than max_replicas: write at most {most}, or raise max_replicas",
        )
